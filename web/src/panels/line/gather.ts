/**
 * Several curves as one: what a group of runs does, and what a formula over metrics is. Pure.
 *
 * Curves of different runs have their points at different places. They are brought onto one grid: where all of them are
 * single points and mostly share their places, the places themselves; otherwise places as far apart as the points of a
 * usual curve. Between two of its points a curve is taken as straight, and before its first and after its last it is
 * not there: that run does not count at that place.
 */
import type { Band, Centre } from "@/state/settings";

/** A curve as gathering needs it: places in order, and values, NaN for a gap. */
export interface Points {
  x: Float64Array;
  y: Float64Array;
}

export interface Gathered {
  x: Float64Array;
  /** The mean, median, least or greatest of the runs there are. */
  y: Float64Array;
  low: Float64Array | null;
  high: Float64Array | null;
  /** How many runs there are at each place. */
  runs: Int32Array;
}

/** The places that several curves are brought to; at most about `most`. */
export function gridOf(curves: readonly Points[], most: number): Float64Array {
  const lengths = curves.map(({ x }) => x.length).filter((length) => length > 0);
  if (lengths.length === 0) return new Float64Array(0);
  const longest = Math.max(...lengths);
  const union = Float64Array.from(new Set(curves.flatMap(({ x }) => [...x]))).sort();
  if (union.length <= longest * 1.5 && union.length <= most * 1.5) return union;
  const [first, last] = [union[0]!, union[union.length - 1]!];
  lengths.sort((a, b) => a - b);
  const cells = Math.max(1, Math.min(most, lengths[lengths.length >> 1]!));
  const out = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++)
    out[cell] = cells === 1 ? (first + last) / 2 : first + ((last - first) * cell) / (cells - 1);
  return out;
}

/** The values of a curve at the places of a grid: on the straight line between its points, NaN outside of them. */
export function onGrid({ x, y }: Points, grid: Float64Array): Float64Array {
  const out = new Float64Array(grid.length).fill(Number.NaN);
  if (x.length === 0) return out;
  let at = 0;
  for (let place = 0; place < grid.length; place++) {
    const want = grid[place]!;
    if (want < x[0]! || want > x[x.length - 1]!) continue;
    while (at + 1 < x.length && x[at + 1]! <= want) at += 1;
    if (x[at] === want || at + 1 >= x.length) {
      out[place] = y[at]!;
      continue;
    }
    const share = (want - x[at]!) / (x[at + 1]! - x[at]!);
    out[place] = y[at]! + (y[at + 1]! - y[at]!) * share;
  }
  return out;
}

/** What a group does at every place of the grid. */
export function gather(curves: readonly Points[], grid: Float64Array, centre: Centre, band: Band): Gathered {
  const columns = curves.map((curve) => onGrid(curve, grid));
  const n = grid.length;
  const y = new Float64Array(n).fill(Number.NaN);
  const low = band === "none" ? null : new Float64Array(n).fill(Number.NaN);
  const high = band === "none" ? null : new Float64Array(n).fill(Number.NaN);
  const runs = new Int32Array(n);
  const here = new Float64Array(columns.length);
  for (let i = 0; i < n; i++) {
    let count = 0;
    for (const column of columns) {
      const value = column[i]!;
      if (Number.isFinite(value)) here[count++] = value;
    }
    runs[i] = count;
    if (count === 0) continue;
    const values = here.subarray(0, count).slice().sort();
    const mean = values.reduce((a, b) => a + b, 0) / count;
    y[i] = centreOf(values, mean, centre);
    if (!low || !high) continue;
    const [from, to] = bandOf(values, mean, y[i]!, band);
    low[i] = from;
    high[i] = to;
  }
  return { x: grid, y, low, high, runs };
}

function centreOf(sorted: Float64Array, mean: number, centre: Centre): number {
  switch (centre) {
    case "mean":
      return mean;
    case "median":
      return quantile(sorted, 0.5);
    case "min":
      return sorted[0]!;
    case "max":
      return sorted[sorted.length - 1]!;
  }
}

/** Deviation with n − 1; of a single run it is nothing. */
function bandOf(sorted: Float64Array, mean: number, centre: number, band: Band): [number, number] {
  const n = sorted.length;
  switch (band) {
    case "none":
    case "minmax":
      return [sorted[0]!, sorted[n - 1]!];
    case "quartiles":
      return [quantile(sorted, 0.25), quantile(sorted, 0.75)];
    case "p5-p95":
      return [quantile(sorted, 0.05), quantile(sorted, 0.95)];
    case "std":
    case "stderr": {
      const variance = n > 1 ? sorted.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1) : 0;
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
