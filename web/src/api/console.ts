/** Console lines: read in pages, by time or by number, and looked for. */
import { askJson, at, withParams } from "./client";
import type { ConsoleFound, ConsolePage } from "./types";

function address(entity: string, project: string, run: string): string {
  return at("runs", entity, project, run, "console");
}

/** Lines from `first` on; a negative `first` counts from the end. */
export function readConsole(
  entity: string,
  project: string,
  run: string,
  first: number,
  limit: number,
  signal?: AbortSignal,
): Promise<ConsolePage> {
  return askJson<ConsolePage>(withParams(address(entity, project, run), { first, limit }), { signal });
}

/** Lines around a moment in Unix seconds: `first` counts from the first one printed then or later. */
export function readConsoleAt(
  entity: string,
  project: string,
  run: string,
  time: number,
  first: number,
  limit: number,
  signal?: AbortSignal,
): Promise<ConsolePage> {
  return askJson<ConsolePage>(withParams(address(entity, project, run), { time, first, limit }), { signal });
}

/** How many lines `readPicked` reads at once. */
export const MOST_PICKED = 500;

/** The lines of these numbers, and perhaps some between. */
export function readPicked(
  entity: string,
  project: string,
  run: string,
  lines: readonly number[],
  signal?: AbortSignal,
): Promise<ConsolePage> {
  return askJson<ConsolePage>(withParams(address(entity, project, run), { lines: lines.join(",") }), { signal });
}

export interface ConsoleSearch {
  find?: string | undefined;
  regex?: boolean | undefined;
  stream?: "stdout" | "stderr" | undefined;
  /** Several with commas between. */
  level?: string | undefined;
  attempt?: number | undefined;
  label?: string | undefined;
}

/** The numbers of lines for which all that is given holds, from `first` on, as far as one request looks. */
export function findLines(
  entity: string,
  project: string,
  run: string,
  search: ConsoleSearch,
  first: number,
  signal?: AbortSignal,
): Promise<ConsoleFound> {
  const regex = search.regex ? "true" : undefined;
  const params = { ...search, regex, first, limit: 200_000 };
  return askJson<ConsoleFound>(withParams(address(entity, project, run), params), { signal });
}
