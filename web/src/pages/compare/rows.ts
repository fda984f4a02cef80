/** What runs have side by side: a row for every path, a value for every run. Pure. */
import type { Run } from "@/api/types";
import { isMedia } from "@/media/value";
import { givenConfig } from "@/state/fields";
import { asNumber } from "@/ui/numbers";

export interface Row {
  path: string;
  /** One for each run, in their order; `undefined` where the run has none. */
  values: unknown[];
  differs: boolean;
}

export type Part = "facts" | "summary" | "config" | "environment";

export const PARTS: readonly Part[] = ["summary", "config", "facts", "environment"];

/** The rows of a part, by path as people count. */
export function rowsOf(part: Part, runs: readonly Run[]): Row[] {
  return aligned(runs.map((run) => leaves(treeOf(part, run))));
}

function treeOf(part: Part, run: Run): Record<string, unknown> {
  switch (part) {
    case "config":
      return givenConfig(run.config);
    case "summary":
      return Object.fromEntries(
        Object.entries(run.summary).filter(([key, value]) => !key.startsWith("_") && !isMedia(value)),
      );
    case "facts":
      return {
        state: run.state,
        group: run.group || undefined,
        "job type": run.job_type || undefined,
        tags: run.tags.length > 0 ? [...run.tags].sort().join(", ") : undefined,
        notes: run.notes || undefined,
        user: run.user || undefined,
        steps: run.last_step ?? undefined,
        "runtime (s)": Math.round(run.runtime_secs),
        sweep: run.sweep ?? undefined,
        parent: run.parent?.run,
      };
    case "environment":
      return run.metadata;
  }
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values of a tree by dotted path. An empty tree is a value. */
export function leaves(tree: Record<string, unknown>, prefix = ""): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const [key, value] of Object.entries(tree)) {
    const path = prefix + key;
    if (value === undefined) continue;
    if (isTree(value) && !isMedia(value) && Object.keys(value).length > 0)
      for (const [inner, leaf] of leaves(value, `${path}.`)) out.set(inner, leaf);
    else out.set(path, value);
  }
  return out;
}

/** Maps with the same keys side by side. */
export function aligned(maps: readonly ReadonlyMap<string, unknown>[]): Row[] {
  const paths = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  paths.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  return paths.map((path) => {
    const values = maps.map((map) => map.get(path));
    return { path, values, differs: values.some((value) => !same(value, values[0])) };
  });
}

/** Whether two values are one and the same to a reader: 1 and 1.0 are, NaN and NaN are. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** How far a number lies from the baseline's; null where either is none. */
export function delta(value: unknown, base: unknown): { by: number; share: number | null } | null {
  const [a, b] = [asNumber(value), asNumber(base)];
  if (a === null || b === null || !Number.isFinite(a) || !Number.isFinite(b)) return null;
  return { by: a - b, share: b === 0 ? null : (a - b) / Math.abs(b) };
}
