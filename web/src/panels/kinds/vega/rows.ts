/** The rows a Vega chart draws, from what it asks of the runs: their summary, history, or a table. */
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { askJson, at } from "@/api/client";
import { readRows } from "@/api/runs";
import { type Curve, readSeries } from "@/api/series";
import type { Run } from "@/api/types";
import type { Datum } from "@/charts/vega";
import { jsonQuery, runFiles } from "@/media/source";
import { itemsOf } from "@/media/value";
import { leaves } from "@/pages/compare/rows";
import { useBoard } from "@/panels/board";
import { type Table, tableOf } from "@/tables/table";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import type { Source } from "./config";

const MOST_RUNS = 20;
const MOST_ROWS = 2000;
/** Of a long history, this many means over equal stretches stand for all of it. */
const BUCKETS = 500;
const MOST_TABLES = 20;

export interface Asked {
  source: Source;
  /** Keys of the history; the runs' whole summary and config where `summary` is asked. */
  keys: readonly string[];
  tableKey: string;
}

export interface Found {
  rows: Datum[];
  pending: boolean;
  error: Error | null;
  /** Not all rows or runs are in it. */
  cut: boolean;
}

/** What each row says of its run; a column of the same name in a table stays what the table says. */
function ofRun(run: Run, token: string): Datum {
  return { name: run.name, id: run.id, color: inkOf(token) };
}

export function rowsOfTable(table: Table, base: Datum): Datum[] {
  return table.rows.map((row) => ({
    ...base,
    ...Object.fromEntries(table.columns.map((name, place) => [String(name), row[place]])),
  }));
}

/** The points of several curves of a run, those of one step in one row, in order. */
export function rowsOfCurves(curves: readonly Curve[]): Datum[] {
  const byStep = new Map<number, Datum>();
  for (const curve of curves)
    for (let at = 0; at < curve.length; at++) {
      const step = curve.stepLast[at]!;
      const row = byStep.get(step) ?? { _step: step };
      row[curve.key] = curve.mean[at];
      byStep.set(step, row);
    }
  return [...byStep.values()].sort((a, b) => Number(a._step) - Number(b._step));
}

export function useVegaRows({ source, keys, tableKey }: Asked): Found {
  const { entity, project, runs: all, tokenOf } = useBoard();
  const theme = useTheme();
  // of tables only those runs are asked that have one
  const having = useMemo(() => {
    if (source !== "summaryTable" && source !== "historyTable") return all;
    const some = all.filter((run) => itemsOf(run.summary[tableKey]).length > 0);
    return source === "historyTable" && some.length === 0 ? all : some;
  }, [all, source, tableKey]);
  const runs = useMemo(() => having.slice(0, MOST_RUNS), [having]);
  const wanted = source === "historyTable" ? [tableKey] : [...keys];
  const rowsAsked = source === "history" || source === "historyTable";
  const history = useQueries({
    queries: runs.map((run) => ({
      queryKey: ["vega-rows", source, entity, project, run.id, wanted, run.updated_at] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        source === "history"
          ? readSeries(entity, project, { runs: [run.id], keys: wanted, buckets: BUCKETS }, signal).then(
              ({ curves }) => ({
                rows: rowsOfCurves(curves),
                cut: curves.some((curve) => !curve.raw),
              }),
            )
          : readRows(entity, project, run.id, { keys: wanted, limit: MOST_ROWS }, signal).then(({ rows, cursor }) => ({
              rows,
              cut: cursor !== null,
            })),
      enabled: rowsAsked && wanted.some(Boolean),
    })),
  });
  const tables = useMemo(() => {
    if (source !== "summaryTable" && source !== "historyTable") return [];
    return runs.flatMap((run, place) => {
      const values: Datum[] =
        source === "summaryTable"
          ? [{ [tableKey]: run.summary[tableKey] }]
          : (history[place]?.data?.rows ?? []).filter((row) => row[tableKey] !== undefined).slice(-MOST_TABLES);
      return values.flatMap((row) => {
        const path = itemsOf(row[tableKey])[0]?.path;
        return path ? [{ run, step: row._step, address: runFiles(entity, project, run.id)(path) }] : [];
      });
    });
  }, [source, runs, history, tableKey, entity, project]);
  const files = useQueries({ queries: tables.map(({ address }) => jsonQuery(address)) });
  const stamp = [...history, ...files].map((each) => each.dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answers are new lists each time; `stamp` says when they changed, and the theme has its own colours.
  const rows = useMemo((): Datum[] => {
    if (source === "summary")
      return all.map((run) => ({
        ...Object.fromEntries(leaves(run.config)),
        ...Object.fromEntries(leaves(run.summary)),
        ...ofRun(run, tokenOf(run)),
      }));
    if (source === "history")
      return runs.flatMap((run, place) =>
        (history[place]?.data?.rows ?? []).map((row) => ({ ...row, ...ofRun(run, tokenOf(run)) })),
      );
    return tables.flatMap(({ run, step }, place) => {
      const table = tableOf(files[place]?.data);
      return table
        ? rowsOfTable(table, { ...ofRun(run, tokenOf(run)), ...(step === undefined ? {} : { _step: step }) })
        : [];
    });
  }, [source, all, runs, tables, tokenOf, stamp, theme]);
  const answers = [...history, ...files];
  return {
    rows,
    pending: answers.some((each) => each.isLoading),
    error: answers.find((each) => each.error)?.error ?? null,
    cut: (source !== "summary" && having.length > runs.length) || history.some((each) => each.data?.cut),
  };
}

interface KeptChart {
  id: string;
  display_name: string;
  spec: string;
}

/** The spec of a chart somebody keeps under `entity/name`. */
export function useKeptChart(name: string) {
  const cut = name.indexOf("/");
  const [owner, chart] = cut > 0 ? [name.slice(0, cut), name.slice(cut + 1)] : ["", name];
  return useQuery({
    queryKey: ["chart", owner, chart] as const,
    queryFn: ({ signal }) => askJson<KeptChart>(at("charts", owner, chart), { signal }),
    enabled: owner !== "" && owner !== "wandb",
    staleTime: 60_000,
  });
}

/** All charts that an entity keeps. */
export function useKeptCharts(entity: string) {
  return useQuery({
    queryKey: ["charts", entity] as const,
    queryFn: ({ signal }) => askJson<KeptChart[]>(at("charts", entity), { signal }),
    staleTime: 60_000,
  });
}

/** Keeps a spec under a name; one of that name is replaced. */
export function useKeepChart(entity: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (chart: { name: string; title: string; spec: string }) =>
      askJson<{ id: string }>(at("charts", entity, chart.name), {
        method: "PUT",
        body: { display_name: chart.title, spec: chart.spec },
      }),
    onSuccess: () =>
      Promise.all([
        cache.invalidateQueries({ queryKey: ["charts", entity] }),
        cache.invalidateQueries({ queryKey: ["chart", entity] }),
      ]),
  });
}
