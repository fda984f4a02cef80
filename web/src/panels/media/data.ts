/** Images of a key over steps: pure. */

import type { Run } from "@/api/types";

export interface Picture {
  path: string;
  caption: string;
  width: number;
  height: number;
}

/** The images a logged value stands for; nothing where it is no image. */
export function picturesOf(value: unknown): Picture[] {
  if (typeof value !== "object" || value === null) return [];
  const media = value as Record<string, unknown>;
  const size = (name: string) => (typeof media[name] === "number" ? (media[name] as number) : 0);
  if (media._type === "image-file" && typeof media.path === "string")
    return [
      {
        path: media.path,
        caption: typeof media.caption === "string" ? media.caption : "",
        width: size("width"),
        height: size("height"),
      },
    ];
  if (media._type === "images/separated" && Array.isArray(media.filenames)) {
    const captions = Array.isArray(media.captions) ? media.captions : [];
    return media.filenames
      .filter((path): path is string => typeof path === "string")
      .map((path, i) => ({
        path,
        caption: typeof captions[i] === "string" ? (captions[i] as string) : "",
        width: size("width"),
        height: size("height"),
      }));
  }
  return [];
}

type MediaRow = Record<string, unknown>;

/** The rows whose images have come; before it is known which have, none. A run long over has them all. */
export function arrivedRows(
  rows: readonly MediaRow[],
  key: string,
  arriving: boolean,
  arrived: ReadonlySet<string> | undefined,
): MediaRow[] {
  const having = rows.filter((row) => row[key] !== undefined);
  if (!arriving) return having;
  return having.filter((row) => picturesOf(row[key]).every((picture) => arrived?.has(picture.path)));
}

const SETTLED_SECS = 60;

/** Whether files of a run may still be on their way. */
export function isArriving(run: Pick<Run, "state" | "updated_at">, nowSecs = Date.now() / 1000): boolean {
  return run.state === "running" || nowSecs - run.updated_at < SETTLED_SECS;
}

/** The steps at which any run has the key, in order, each once. */
export function stepsOf(runs: readonly { rows: readonly Record<string, unknown>[] }[]): number[] {
  const steps = new Set<number>();
  for (const { rows } of runs) for (const row of rows) if (typeof row._step === "number") steps.add(row._step);
  return [...steps].sort((a, b) => a - b);
}

/** The row a run shows at a step: that step's, or the last before it. */
export function rowAt(rows: readonly Record<string, unknown>[], step: number): Record<string, unknown> | null {
  let found: Record<string, unknown> | null = null;
  for (const row of rows) {
    if (typeof row._step !== "number" || row._step > step) continue;
    if (!found || row._step >= (found._step as number)) found = row;
  }
  return found;
}
