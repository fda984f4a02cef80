/** Histograms over steps as a map of heat: a column a step, all on one scale of values. Pure. */
import type { Histogram } from "./value";

export interface HeatMap {
  low: number;
  high: number;
  /** By step, from the lowest bin up: the share of the step's count that lies in the bin. */
  columns: Float32Array[];
  /** The greatest share of all. */
  most: number;
}

/** The shares of each histogram in `bins` common ones; a bin takes what of its neighbours lies over it. */
export function heatOf(histograms: readonly Histogram[], bins: number): HeatMap {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { edges } of histograms) {
    low = Math.min(low, edges[0] ?? low);
    high = Math.max(high, edges.at(-1) ?? high);
  }
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
  let most = 0;
  const columns = histograms.map(({ edges, counts }) => {
    const column = new Float32Array(bins);
    const all = counts.reduce((sum, count) => sum + (Number.isFinite(count) ? count : 0), 0) || 1;
    const size = (high - low) / bins;
    for (const [place, count] of counts.entries()) {
      const [from, to] = [edges[place] ?? low, edges[place + 1] ?? low];
      if (!(count > 0)) continue;
      const first = Math.max(0, Math.min(bins - 1, Math.floor((from - low) / size)));
      const last = Math.max(first, Math.min(bins - 1, Math.ceil((to - low) / size) - 1));
      for (let bin = first; bin <= last; bin++) {
        const over = Math.min(to, low + (bin + 1) * size) - Math.max(from, low + bin * size);
        const share = to > from ? Math.max(0, over) / (to - from) : 1 / (last - first + 1);
        column[bin] = (column[bin] ?? 0) + (count / all) * share;
      }
    }
    for (const share of column) most = Math.max(most, share);
    return column;
  });
  return { low, high, columns, most };
}
