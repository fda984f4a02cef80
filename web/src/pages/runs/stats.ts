/** What the numbers of the columns have in common. Pure. */
import type { Numbers, Run } from "@/api/types";
import { fieldOf } from "@/state/fields";
import { asNumber, columnDecimals } from "@/ui/numbers";
import { column, TREND } from "./columns";

export interface Stats {
  numeric: ReadonlySet<string>;
  decimals: ReadonlyMap<string, number>;
  spans: ReadonlyMap<string, readonly [number, number]>;
}

export const NO_STATS: Stats = { numeric: new Set(), decimals: new Map(), spans: new Map() };

/** So many values of the runs in sight say how columns are written; all of five hundred columns would take too long. */
const LOOKED_AT = 8000;
const LEAST_RUNS = 12;

/**
 * What the numbers of each column have in common: how many decimals to align on, and from where to where they go.
 * `before` is what other runs of the same list had, which `runs` need not hold again: what came into sight once needs
 * its decimals for good.
 */
export function columnStats(
  runs: readonly Run[],
  order: readonly string[],
  known: ReadonlyMap<string, Numbers> = new Map(),
  before: Stats = NO_STATS,
): Stats {
  const every = Math.ceil(runs.length / Math.max(LEAST_RUNS, LOOKED_AT / Math.max(1, order.length)));
  const some = every > 1 ? runs.filter((_, place) => place % every === 0) : runs;
  const numeric = new Set<string>();
  const decimals = new Map<string, number>();
  const spans = new Map<string, readonly [number, number]>();
  for (const id of order) {
    if (column(id).kind === "run" || id === TREND) continue;
    const values: number[] = [];
    let words = 0;
    for (const run of some) {
      const value = fieldOf(run, id);
      const numeric = asNumber(value);
      if (numeric !== null) values.push(numeric);
      else if (value !== undefined && value !== null) words += 1;
    }
    const all = known.get(id);
    const seen = values.length > 0 ? words <= values.length : words === 0 && (all?.n ?? 0) > 0;
    if (!seen && !before.numeric.has(id)) continue;
    numeric.add(id);
    decimals.set(id, Math.max(columnDecimals(values), before.decimals.get(id) ?? 0));
    const finite = values.filter(Number.isFinite);
    if (typeof all?.min === "number" && typeof all.max === "number") spans.set(id, [all.min, all.max]);
    else {
      const ends = [...finite, ...(before.spans.get(id) ?? [])];
      if (ends.length > 0) spans.set(id, [Math.min(...ends), Math.max(...ends)]);
    }
  }
  return { numeric, decimals, spans };
}
