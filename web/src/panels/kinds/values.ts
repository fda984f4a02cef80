/** What panels of values draw: the runs or groups of the board, and a number of each for a field. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Curve, readSeries } from "@/api/series";
import type { Run } from "@/api/types";
import { type Board, useBoard } from "@/panels/board";
import { fieldOf } from "@/state/fields";
import { innermost } from "@/state/groups";
import { asNumber } from "@/ui/numbers";
import { isBranch } from "@/ui/tree-rows";

export const STATISTICS = ["last", "min", "max", "mean"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** A run, or a group of runs that is drawn as one. */
export interface Subject {
  id: string;
  name: string;
  token: string;
  runs: readonly Run[];
}

export function subjectsOf(board: Pick<Board, "runs" | "groups" | "tokenOf">): Subject[] {
  if (board.groups)
    return innermost(board.groups).map((group) => ({
      id: group.id,
      name: group.path.map((_, depth) => wordsAt(group.path, depth)).join(" · "),
      token: group.token,
      runs: group.runs,
    }));
  return board.runs.map((run) => ({ id: run.id, name: run.name, token: board.tokenOf(run), runs: [run] }));
}

function wordsAt(path: readonly { value: unknown }[], depth: number): string {
  const value = path[depth]?.value;
  if (value === undefined || value === null || value === "") return "—";
  return Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Whether what hovers is this subject: itself, or one of its runs. */
export function isHovered(subject: Subject, hovered: string | null): boolean {
  return hovered !== null && (subject.id === hovered || subject.runs.some((run) => run.id === hovered));
}

/** The metric a field stands for, where it is one of a run's history: `summary.val/loss` is `val/loss`. */
export function metricOf(field: string): string | null {
  return field.startsWith("summary.") ? field.slice("summary.".length) : null;
}

export type Facts = ReadonlyMap<string, Record<Statistic, number>>;

export interface Values {
  /** The value of a run: a number where the field has one. */
  number: (run: Run, field: string) => number | null;
  pending: boolean;
  error: Error | null;
  retry: () => void;
}

/**
 * Fields of the drawn runs. The last value of a metric is in the summary already; the others are asked for once for
 * all runs, and again as runs go on.
 */
export function useValues(fields: readonly string[], statistic: Statistic): Values {
  const { entity, project, runs } = useBoard();
  const keys = useMemo(
    () =>
      statistic === "last"
        ? []
        : [...new Set(fields.flatMap((field) => metricOf(field) ?? []))].sort((a, b) => a.localeCompare(b)),
    [fields, statistic],
  );
  const ids = useMemo(() => runs.map((run) => run.id), [runs]);
  const stamp = runs.reduce((latest, run) => Math.max(latest, run.updated_at), 0);
  const query = useQuery({
    queryKey: ["panel-facts", entity, project, keys, ids, stamp] as const,
    queryFn: async ({ signal }) =>
      factsOf((await readSeries(entity, project, { runs: ids, keys, buckets: 1 }, signal)).curves),
    enabled: keys.length > 0 && ids.length > 0,
    placeholderData: keepPreviousData,
  });
  const { data, error, refetch } = query;
  return useMemo(
    () => ({
      number: (run: Run, field: string) => {
        const metric = metricOf(field);
        if (statistic === "last" || metric === null) return finite(fieldOf(run, field), statistic);
        return data?.get(`${run.id} ${metric}`)?.[statistic] ?? null;
      },
      pending: keys.length > 0 && ids.length > 0 && !data && !error,
      error: error ?? null,
      retry: () => void refetch(),
    }),
    [statistic, data, error, keys.length, ids.length, refetch],
  );
}

/** A number, or the one statistic that a summary holds as `{last, min, max, mean}`. */
function finite(value: unknown, statistic: Statistic): number | null {
  const plain = asNumber(value);
  if (plain !== null) return plain;
  if (typeof value === "boolean") return value ? 1 : 0;
  return isBranch(value) ? asNumber(value[statistic] ?? value.last ?? value.best) : null;
}

/** The statistics of whole curves, by run and key. A curve of several buckets is put together by its counts. */
export function factsOf(curves: readonly Curve[]): Facts {
  const out = new Map<string, Record<Statistic, number>>();
  for (const curve of curves) {
    let [min, max, sum, count, last] = [Infinity, -Infinity, 0, 0, Number.NaN];
    for (let at = 0; at < curve.length; at++) {
      const odd = curve.nan[at]! + curve.posInf[at]! + curve.negInf[at]!;
      const many = curve.raw ? (Number.isFinite(curve.mean[at]!) ? 1 : 0) : curve.count[at]! - odd;
      last = curve.last[at]!;
      if (many <= 0) continue;
      min = Math.min(min, curve.low[at]!);
      max = Math.max(max, curve.high[at]!);
      sum += curve.mean[at]! * many;
      count += many;
    }
    const known = count > 0;
    out.set(`${curve.run} ${curve.key}`, {
      last,
      min: known ? min : Number.NaN,
      max: known ? max : Number.NaN,
      mean: known ? sum / count : Number.NaN,
    });
  }
  return out;
}

/** The numeric fields of config or summary that the runs have, as `config.lr`; a field is one where most values are. */
export function fieldsOf(runs: readonly Run[], part: "config" | "summary"): { field: string; numeric: boolean }[] {
  const seen = new Map<string, { numbers: number; words: number }>();
  const walk = (tree: Record<string, unknown>, prefix: string) => {
    for (const [name, value] of Object.entries(tree)) {
      if (name.startsWith("_")) continue;
      const path = `${prefix}${name}`;
      if (isBranch(value)) {
        if (!("_type" in value)) walk(value, `${path}.`);
        continue;
      }
      if (value === null || value === undefined || Array.isArray(value)) continue;
      const found = seen.get(path) ?? { numbers: 0, words: 0 };
      if (asNumber(value) === null) found.words += 1;
      else found.numbers += 1;
      seen.set(path, found);
    }
  };
  for (const run of runs) walk(run[part], `${part}.`);
  return [...seen]
    .map(([field, { numbers, words }]) => ({ field, numeric: numbers > words }))
    .sort((a, b) => a.field.localeCompare(b.field, "en", { numeric: true }));
}
