/** What the numbers of the columns have in common. Pure. */
import type { Run } from "@/api/types";
import { asNumber, columnDecimals } from "@/ui/numbers";
import { column, TREND } from "./columns";
import { fieldValue } from "./field-value";

export interface Stats {
  numeric: ReadonlySet<string>;
  decimals: ReadonlyMap<string, number>;
  spans: ReadonlyMap<string, readonly [number, number]>;
}

/** What the numbers of each column have in common: how many decimals to align on, and from where to where they go. */
export function columnStats(runs: readonly Run[], order: readonly string[]): Stats {
  const numeric = new Set<string>();
  const decimals = new Map<string, number>();
  const spans = new Map<string, readonly [number, number]>();
  for (const id of order) {
    if (column(id).kind === "run" || id === TREND) continue;
    const values: number[] = [];
    let words = 0;
    for (const run of runs) {
      const value = fieldValue(run, id);
      const numeric = asNumber(value);
      if (numeric !== null) values.push(numeric);
      else if (value !== undefined && value !== null) words += 1;
    }
    if (values.length === 0 || words > values.length) continue;
    numeric.add(id);
    decimals.set(id, columnDecimals(values));
    const finite = values.filter(Number.isFinite);
    if (finite.length > 0) spans.set(id, [Math.min(...finite), Math.max(...finite)]);
  }
  return { numeric, decimals, spans };
}
