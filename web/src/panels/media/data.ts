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

/** Every so many of the steps, counted from the last, which is always there. */
export function strided(steps: number[], stride: number): number[] {
  return stride <= 1 ? steps : steps.filter((_, place) => (steps.length - 1 - place) % stride === 0);
}

/** The last `count` steps up to and with the one at `place`. */
export function stepsUpTo(steps: readonly number[], place: number, count: number): number[] {
  const end = Math.max(Math.min(steps.length, place + 1), Math.min(steps.length, count));
  return steps.slice(Math.max(0, end - count), end);
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

const GAP = 4;
const LEAST_TILE = 40;

/** The greatest width at which `count` pictures of one shape fill a place without being scrolled, where that can be. */
export function tileWidth(count: number, aspect: number, width: number, height: number, caption: number): number {
  let most = LEAST_TILE;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const wide = (width - (columns - 1) * GAP) / columns;
    const high = (height - (rows - 1) * GAP) / rows - caption;
    most = Math.max(most, Math.floor(Math.min(wide, high * aspect)));
    if (wide < LEAST_TILE) break;
  }
  return most;
}
