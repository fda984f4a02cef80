/** The steps at which a run logged something: for going from one to the next. */
import { useQuery } from "@tanstack/react-query";
import { readRows } from "@/api/runs";
import { readSeries } from "@/api/series";
import type { KeyInfo, Run } from "@/api/types";
import { placeOf } from "../logs/window";

/** A key of more points than this is logged so often that going from one to the next is no use. */
const SPARSE = 800;
const ROWS = 500;
const LIVE_MS = 4000;
/** How far back the step before is looked for at once, twice as far each time. */
const FIRST_STRETCH = 128;

/** The keys one may want to stop at: media and tables, and numbers that come seldom. */
export function sparseKeys(keys: readonly KeyInfo[], last: number): KeyInfo[] {
  const seldom = (key: KeyInfo) =>
    key.kind === "media"
      ? key.points > 1
      : key.kind === "number" && key.points > 1 && key.points <= Math.min(SPARSE, last / 4);
  return keys.filter((key) => !key.key.startsWith("_") && !key.hidden && seldom(key));
}

/** The steps of one key, in order, each once. */
export function useStepsOf(run: Run, key: KeyInfo | null): readonly number[] {
  const steps = useQuery({
    queryKey: ["steps-of", run.entity, run.project, run.id, key?.key] as const,
    queryFn: async ({ signal }) => {
      if (!key) return [];
      if (key.kind === "media") {
        const { rows } = await readRows(run.entity, run.project, run.id, { keys: [key.key], limit: ROWS }, signal);
        return ascending(rows.map((row) => Number(row._step)));
      }
      const query = { runs: [run.id], keys: [key.key], buckets: SPARSE };
      const { curves } = await readSeries(run.entity, run.project, query, signal);
      return ascending(curves.flatMap((curve) => [...curve.xMin]));
    },
    enabled: key !== null,
    staleTime: LIVE_MS,
    refetchInterval: run.state === "running" ? LIVE_MS : false,
  });
  return key ? (steps.data ?? NONE) : NONE;
}

const NONE: readonly number[] = [];

function ascending(steps: readonly number[]): number[] {
  return [...new Set(steps.filter(Number.isFinite))].sort((a, b) => a - b);
}

/** The step after or before `step` among these; null where there is none. */
export function neighbour(steps: readonly number[], step: number, by: 1 | -1): number | null {
  const place = by === 1 ? placeOf(steps, step + 1) : placeOf(steps, step) - 1;
  return steps[place] ?? null;
}

/** The one of these nearest to `step`; `step` itself where there are none. */
export function nearestOf(steps: readonly number[], step: number): number {
  const after = steps[placeOf(steps, step)];
  const before = steps[placeOf(steps, step) - 1];
  if (after === undefined) return before ?? step;
  if (before === undefined) return after;
  return after - step < step - before ? after : before;
}

/** The key with most points: the one whose steps come nearest to all of them. */
export function densestKey(keys: readonly KeyInfo[]): string | null {
  let found: KeyInfo | null = null;
  for (const key of keys)
    if (!key.key.startsWith("_") && key.kind === "number" && key.points > (found?.points ?? 0)) found = key;
  return found?.key ?? null;
}

/** The step after or before `step` at which the run logged `key`; null where there is none. */
export async function loggedBeside(run: Run, key: string, step: number, by: 1 | -1): Promise<number | null> {
  const read = (ask: { first?: number; last?: number; limit: number }) =>
    readRows(run.entity, run.project, run.id, { ...ask, keys: [key] }, undefined).then(({ rows }) =>
      rows.map((row) => Number(row._step)),
    );
  if (by === 1) return (await read({ first: step + 1, limit: 1 }))[0] ?? null;
  for (let stretch = FIRST_STRETCH, last = step - 1; last >= 0; stretch *= 8) {
    const first = Math.max(0, last - stretch + 1);
    const rows = await read({ first, last, limit: stretch });
    const found = rows.at(-1);
    if (found !== undefined) return found;
    last = first - 1;
  }
  return null;
}
