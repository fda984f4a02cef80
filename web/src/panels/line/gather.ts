/**
 * Several curves as one: what a group of runs does, and what a formula over metrics is. Pure.
 *
 * Curves of different runs have their points at different places. They are brought onto one grid: where all of them
 * mostly share their places, the places themselves; otherwise places as far apart as the points of a usual curve. What a
 * run is at a place:
 *
 * - where it has points or buckets nearer to this place than to the next: their value, or of several their mean, each
 *   counted with the points in it;
 * - where it has none there, but before and after: the straight line in between;
 * - before its first and after its last point it is not there, and does not count.
 *
 * So a statistic is exact where every run has logged at the place itself, and `exact` says so. The least and the greatest
 * lose no point, however dense: each belongs to one place.
 */
import type { Band, Centre } from "@/state/settings";

/** A curve as gathering needs it: places in order, and values, NaN for a gap. */
export interface Points {
  x: Float64Array;
  y: Float64Array;
  /** The least and greatest of the points behind each value, and how many they are; absent where it is one point. */
  low?: Float64Array;
  high?: Float64Array;
  count?: Int32Array;
}

export interface Gathered {
  x: Float64Array;
  /** The mean, median, least or greatest of the runs there are. */
  y: Float64Array;
  low: Float64Array | null;
  high: Float64Array | null;
  /** How many runs there are at each place. */
  runs: Int32Array;
  /** Every run has one point at every place that counts it: nothing was averaged or drawn in between. */
  exact: boolean;
}

/** The places that several curves are brought to; at most about `most`. */
export function gridOf(curves: readonly Points[], most: number): Float64Array {
  const lengths = curves.map(({ x }) => x.length).filter((length) => length > 0);
  if (lengths.length === 0) return new Float64Array(0);
  const longest = Math.max(...lengths);
  const union = unionOf(curves.map(({ x }) => x).filter((x) => x.length > 0));
  if (union.length <= longest * 1.5 && union.length <= most * 1.5) return union;
  const [first, last] = [union[0]!, union[union.length - 1]!];
  lengths.sort((a, b) => a - b);
  const cells = Math.max(1, Math.min(most, lengths[lengths.length >> 1]!));
  const out = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++)
    out[cell] = cells === 1 ? (first + last) / 2 : first + ((last - first) * cell) / (cells - 1);
  return out;
}

/** All places of several columns, in order, each once. */
function unionOf(columns: readonly Float64Array[]): Float64Array {
  const [first] = columns;
  if (!first) return new Float64Array(0);
  // runs of one script log at the same places
  if (columns.every((x) => x === first || (x.length === first.length && x.every((v, i) => v === first[i]))))
    return first;
  const all = new Float64Array(columns.reduce((sum, x) => sum + x.length, 0));
  let at = 0;
  for (const x of columns) {
    all.set(x, at);
    at += x.length;
  }
  all.sort();
  let kept = 0;
  for (let i = 0; i < all.length; i++) if (i === 0 || all[i] !== all[i - 1]) all[kept++] = all[i]!;
  return all.slice(0, kept);
}

/** The values of a curve at the places of a grid: on the straight line between its points, NaN outside of them. */
export function onGrid(points: Points, grid: Float64Array): Float64Array {
  return placed(points, grid).y;
}

interface Placed {
  y: Float64Array;
  low: Float64Array;
  high: Float64Array;
  exact: boolean;
}

function placed(points: Points, grid: Float64Array): Placed {
  const { x, y } = points;
  const { low: lows = y, high: highs = y, count } = points;
  const n = grid.length;
  const out = new Float64Array(n).fill(Number.NaN);
  const low = new Float64Array(n).fill(Number.NaN);
  const high = new Float64Array(n).fill(Number.NaN);
  let exact = true;
  let at = 0;
  for (let place = 0; place < n; place++) {
    const end = place + 1 < n ? (grid[place]! + grid[place + 1]!) / 2 : Number.POSITIVE_INFINITY;
    const first = at;
    let [weight, sum] = [0, 0];
    while (at < x.length && (x[at]! < end || place + 1 === n)) {
      const weighs = count ? count[at]! : 1;
      if (weighs > 0 && Number.isFinite(y[at]!)) {
        weight += weighs;
        sum += y[at]! * weighs;
        if (!(lows[at]! >= low[place]!)) low[place] = lows[at]!;
        if (!(highs[at]! <= high[place]!)) high[place] = highs[at]!;
      }
      at += 1;
    }
    const own = at - first;
    const hit = own === 1 && x[first] === grid[place];
    if (hit || own > 1) {
      // the points that are here: one at the very place, or several whose mean it is
      out[place] = weight > 0 ? (hit ? y[first]! : sum / weight) : Number.NaN;
      exact &&= hit && weight <= 1;
      continue;
    }
    const value = between(points, first, grid[place]!);
    if (!Number.isFinite(value) && weight > 0) {
      // at its end, or beside a gap: the one point that is here
      out[place] = sum / weight;
      exact = false;
      continue;
    }
    out[place] = value;
    if (!Number.isFinite(value)) continue;
    exact = false;
    if (!(value >= low[place]!)) low[place] = value;
    if (!(value <= high[place]!)) high[place] = value;
  }
  return { y: out, low, high, exact };
}

/** The value at `want` on the straight line between neighbours; `near` is a place in the curve at or next to it. */
function between({ x, y }: Points, near: number, want: number): number {
  let right = near;
  while (right < x.length && x[right]! < want) right += 1;
  while (right > 0 && x[right - 1]! >= want) right -= 1;
  if (right >= x.length) return Number.NaN;
  if (x[right] === want) return y[right]!;
  if (right === 0) return Number.NaN;
  const left = right - 1;
  const share = (want - x[left]!) / (x[right]! - x[left]!);
  return y[left]! + (y[right]! - y[left]!) * share;
}

/** What a group does at every place of the grid. */
export function gather(curves: readonly Points[], grid: Float64Array, centre: Centre, band: Band): Gathered {
  const columns = curves.map((curve) => placed(curve, grid));
  const n = grid.length;
  const y = new Float64Array(n).fill(Number.NaN);
  const low = band === "none" ? null : new Float64Array(n).fill(Number.NaN);
  const high = band === "none" ? null : new Float64Array(n).fill(Number.NaN);
  const runs = new Int32Array(n);
  const here = new Float64Array(columns.length);
  const sorts = centre === "median" || band === "quartiles" || band === "p5-p95";
  for (let i = 0; i < n; i++) {
    let count = 0;
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const column of columns) {
      const value = column.y[i]!;
      if (!Number.isFinite(value)) continue;
      here[count++] = value;
      if (column.low[i]! < least) least = column.low[i]!;
      if (column.high[i]! > greatest) greatest = column.high[i]!;
    }
    runs[i] = count;
    if (count === 0) continue;
    const values = here.subarray(0, count);
    if (sorts) values.sort();
    let sum = 0;
    for (const value of values) sum += value;
    const mean = sum / count;
    y[i] = centre === "min" ? least : centre === "max" ? greatest : centre === "mean" ? mean : quantile(values, 0.5);
    if (!low || !high) continue;
    const [from, to] = band === "minmax" || band === "none" ? [least, greatest] : bandOf(values, mean, y[i]!, band);
    low[i] = from;
    high[i] = to;
  }
  return { x: grid, y, low, high, runs, exact: columns.every((column) => column.exact) };
}

/** Deviation with n − 1; of a single run it is nothing. For quantiles the values are in order. */
function bandOf(
  values: Float64Array,
  mean: number,
  centre: number,
  band: Exclude<Band, "none" | "minmax">,
): [number, number] {
  const n = values.length;
  switch (band) {
    case "quartiles":
      return [quantile(values, 0.25), quantile(values, 0.75)];
    case "p5-p95":
      return [quantile(values, 0.05), quantile(values, 0.95)];
    case "std":
    case "stderr": {
      const variance = n > 1 ? values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1) : 0;
      const half = Math.sqrt(variance) / (band === "stderr" ? Math.sqrt(n) : 1);
      return [centre - half, centre + half];
    }
  }
}

/** Between two values the straight line, as NumPy does by itself. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = (sorted.length - 1) * share;
  const low = Math.floor(at);
  const rest = at - low;
  return rest === 0 ? sorted[low]! : sorted[low]! + (sorted[low + 1]! - sorted[low]!) * rest;
}
