/** What runs have side by side: a row for every path, a value for every run. Pure. */
import type { Run } from "@/api/types";
import { isMedia } from "@/media/value";
import { givenConfig } from "@/state/fields";
import { asNumber, bytes } from "@/ui/numbers";
import { machineOf } from "../run/machine";

export interface Row {
  path: string;
  /** One for each run, in their order; `undefined` where the run has none. */
  values: unknown[];
  differs: boolean;
}

export type Part = "facts" | "summary" | "config" | "hardware" | "environment";

export const PARTS: readonly Part[] = ["summary", "config", "facts", "hardware", "environment"];

/** What metadata says of the machine rather than of the program. */
const OF_MACHINE = /^(host$|gpu|cpu|memory|disk|cuda|tpu|apple)/i;

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
    case "hardware":
      return hardwareOf(run);
    case "environment":
      return Object.fromEntries(
        Object.entries(run.metadata)
          .filter(([name]) => !OF_MACHINE.test(name))
          .map(([name, value]) => [name, Array.isArray(value) ? value.map(String).join(" ") : value]),
      );
  }
}

/** A machine as people name it: `8 × NVIDIA H100`, rather than a list of devices. */
function hardwareOf({ metadata, host }: Run): Record<string, unknown> {
  const machine = machineOf(metadata);
  const kinds = new Map<string, number>();
  for (const name of machine.gpus) kinds.set(name, (kinds.get(name) ?? 0) + 1);
  const listed = Array.isArray(metadata.gpu_nvidia) ? (metadata.gpu_nvidia as Record<string, unknown>[]) : [];
  const memory = Number(listed[0]?.memoryTotal);
  return {
    host: host || metadata.host || undefined,
    GPU: [...kinds].map(([name, n]) => `${n} × ${name}`).join(", ") || undefined,
    "GPU memory": memory > 0 ? bytes(memory) : undefined,
    CUDA: machine.cuda ?? undefined,
    CPU: machine.cpu ?? undefined,
    "CPU cores": machine.cores ? machine.cores.join(" / ") : (metadata.cpu_count ?? undefined),
    memory: machine.memory ?? undefined,
    disk: machine.disk ?? undefined,
  };
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

/** The value that most of the runs have, where at least half of them have it; null where there is none such. */
export function usualOf(values: readonly unknown[]): { value: unknown } | null {
  const counts = new Map<string, { value: unknown; n: number }>();
  for (const value of values) {
    const name = JSON.stringify(value) ?? "";
    const found = counts.get(name);
    if (found) found.n += 1;
    else counts.set(name, { value, n: 1 });
  }
  const [most] = [...counts.values()].sort((a, b) => b.n - a.n);
  return most && most.n * 2 >= values.length && most.n > 1 ? { value: most.value } : null;
}

/** Where the best of a row's numbers stand; none where nobody knows which way is better, or all are alike. */
export function bestOf(values: readonly unknown[], goal: "more" | "less" | null): ReadonlySet<number> {
  const numbers = values.map((value) => asNumber(value) ?? Number.NaN);
  const finite = numbers.filter(Number.isFinite);
  if (!goal || finite.length < 2) return new Set();
  const best = goal === "more" ? Math.max(...finite) : Math.min(...finite);
  const places = numbers.flatMap((value, at) => (value === best ? [at] : []));
  return new Set(places.length === finite.length ? [] : places);
}

/** How far a number lies from the baseline's; null where either is none. */
export function delta(value: unknown, base: unknown): { by: number; share: number | null } | null {
  const [a, b] = [asNumber(value), asNumber(base)];
  if (a === null || b === null || !Number.isFinite(a) || !Number.isFinite(b)) return null;
  return { by: a - b, share: b === 0 ? null : (a - b) / Math.abs(b) };
}
