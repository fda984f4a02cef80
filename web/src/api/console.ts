/** Console lines, read in pages. */
import { askJson, at, withParams } from "./client";
import type { ConsolePage } from "./types";

/** Lines from `first` on; a negative `first` counts from the end. */
export function readConsole(
  entity: string,
  project: string,
  run: string,
  first: number,
  limit: number,
  signal?: AbortSignal,
): Promise<ConsolePage> {
  return askJson<ConsolePage>(withParams(at("runs", entity, project, run, "console"), { first, limit }), { signal });
}
