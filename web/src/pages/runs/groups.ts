/** Runs put together by one field, with mean, spread and number of each group. Pure. */
import type { Run } from "@/api/types";
import { asNumber, oneLine } from "@/ui/numbers";
import { fieldValue } from "./field-value";

export interface Group {
  kind: "group";
  key: string;
  label: string;
  runs: Run[];
  open: boolean;
}

export type TableRow = Group | { kind: "run"; run: Run };

/** Rows of the table: runs alone, or groups in the order in which their first run comes, each with its runs. */
export function tableRows(
  runs: readonly Run[],
  field: string | null,
  closed: ReadonlySet<string>,
  none: string,
): TableRow[] {
  if (!field) return runs.map((run) => ({ kind: "run", run }));
  const groups = new Map<string, Group>();
  for (const run of runs) {
    const value = fieldValue(run, field);
    const key = JSON.stringify(value) ?? "";
    let group = groups.get(key);
    if (!group) {
      const label = value === undefined || value === null || value === "" ? none : oneLine(value);
      group = { kind: "group", key, label, runs: [], open: !closed.has(key) };
      groups.set(key, group);
    }
    group.runs.push(run);
  }
  return [...groups.values()].flatMap((group): TableRow[] => [
    group,
    ...(group.open ? group.runs.map((run): TableRow => ({ kind: "run", run })) : []),
  ]);
}

export interface Spread {
  mean: number;
  /** The sample deviation; null with fewer than two numbers. */
  sigma: number | null;
  n: number;
}

/** The spread of a field over runs, of its finite numbers only; null when there is none. */
export function spread(runs: readonly Run[], field: string): Spread | null {
  const values: number[] = [];
  for (const run of runs) {
    const value = asNumber(fieldValue(run, field));
    if (value !== null && Number.isFinite(value)) values.push(value);
  }
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, sigma: null, n: 1 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sigma: Math.sqrt(squares / (values.length - 1)), n: values.length };
}

/** The one value all runs have, or undefined when they differ. */
export function common(runs: readonly Run[], field: string): unknown {
  const first = fieldValue(runs[0] as Run, field);
  const text = JSON.stringify(first);
  return runs.every((run) => JSON.stringify(fieldValue(run, field)) === text) ? first : undefined;
}
