/** How large gradients and parameters are, layer by layer and step by step, from their histograms. Pure. */
import type { Histogram } from "@/media/value";

/** The root mean square of what a histogram counts, each bin at its middle; NaN where it counts nothing. */
export function rmsOf({ edges, counts }: Histogram): number {
  let sum = 0;
  let n = 0;
  for (const [bin, count] of counts.entries()) {
    if (!(count > 0)) continue;
    const middle = ((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2;
    sum += count * middle * middle;
    n += count;
  }
  return n > 0 ? Math.sqrt(sum / n) : Number.NaN;
}

export interface FlowRow {
  name: string;
  /** By step; NaN where nothing was logged. */
  values: number[];
}

export interface Trouble {
  vanishing: string[];
  exploding: string[];
}

/** So much less than the middle of all layers is hardly anything. */
const VANISHING = 1e-4;
const EXPLODING = 1e3;

/** Layers whose gradients have nearly gone, beside the others, and those that grow far beyond what they were. */
export function troubleOf(rows: readonly FlowRow[]): Trouble {
  const last = rows.map((row) => row.values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN);
  const middle = median(last.filter((value) => Number.isFinite(value)));
  const vanishing: string[] = [];
  const exploding: string[] = [];
  for (const [place, row] of rows.entries()) {
    const value = last[place] as number;
    if (middle > 0 && value < middle * VANISHING) vanishing.push(row.name);
    const usual = median(row.values.filter((each) => Number.isFinite(each)));
    if (value === Number.POSITIVE_INFINITY || (usual > 0 && value > usual * EXPLODING)) exploding.push(row.name);
  }
  return { vanishing, exploding };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** At most `most` of these, spread evenly, the first and the last among them. */
export function spread<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, i) => values[Math.round((i / (most - 1)) * (values.length - 1))] as T);
}

/** What lies further from the middle than this is drawn as the end of the scale, or one odd row would hide all others. */
const MOST_DECADES = 4;

/** The ends of the scale as powers of ten, for what is above nought; null where nothing is. */
export function decades(rows: readonly FlowRow[]): [number, number] | null {
  const logs = rows.flatMap((row) => row.values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10));
  if (logs.length === 0) return null;
  const middle = median(logs);
  let [low, high] = [middle, middle];
  for (const log of logs) {
    low = Math.min(low, Math.max(log, middle - MOST_DECADES));
    high = Math.max(high, Math.min(log, middle + MOST_DECADES));
  }
  return high - low < 0.1 ? [low - 0.5, high + 0.5] : [low, high];
}
