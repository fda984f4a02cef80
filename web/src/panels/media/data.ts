/** Media of a key over steps: pure. */

import type { Run } from "@/api/types";
import { itemsOf, type MediaItem, pathsOf } from "@/media/value";

/** The images a logged value stands for; nothing where it is no image. */
export function picturesOf(value: unknown): MediaItem[] {
  return itemsOf(value).filter((item) => item.kind === "image");
}

export type MediaRow = Record<string, unknown>;

/** The rows whose files have come; before it is known which have, none. A run long over has them all. */
export function arrivedRows(
  rows: readonly MediaRow[],
  key: string,
  arriving: boolean,
  arrived: ReadonlySet<string> | undefined,
): MediaRow[] {
  const having = rows.filter((row) => row[key] !== undefined);
  if (!arriving) return having;
  return having.filter((row) => pathsOf(row[key]).every((path) => arrived?.has(path)));
}

const SETTLED_SECS = 60;

/** Whether files of a run may still be on their way. */
export function isArriving(run: Pick<Run, "state" | "updated_at">, nowSecs = Date.now() / 1000): boolean {
  return run.state === "running" || nowSecs - run.updated_at < SETTLED_SECS;
}

/** The steps at which any run has the key, in order, each once. */
export function stepsOf(runs: readonly { rows: readonly MediaRow[] }[]): number[] {
  const steps = new Set<number>();
  for (const { rows } of runs) for (const row of rows) if (typeof row._step === "number") steps.add(row._step);
  return [...steps].sort((a, b) => a - b);
}

/** The step shown where the cursor stands: the last by then, the first where none was; the latest without a cursor. */
export function stepAt(steps: readonly number[], cursor: number | null): number | undefined {
  return cursor === null ? steps.at(-1) : (steps.findLast((step) => step <= cursor) ?? steps[0]);
}

/** The row a run shows at a step: that step's, or the last before it. */
export function rowAt(rows: readonly MediaRow[], step: number): MediaRow | null {
  let found: MediaRow | null = null;
  for (const row of rows) {
    if (typeof row._step !== "number" || row._step > step) continue;
    if (!found || row._step >= (found._step as number)) found = row;
  }
  return found;
}
