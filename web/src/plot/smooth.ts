/** Smoothing: pure functions over columns. A gap (NaN) stays a gap and does not move the average. */

export const SMOOTHINGS = ["time", "ema", "gauss", "mean"] as const;

/**
 * `time`: exponential average weighted by the distance in x, so that sparse and dense curves look equally smooth;
 * `ema`: the same per point; `gauss`: a Gaussian; `mean`: a centred running average.
 */
export type SmoothingKind = (typeof SMOOTHINGS)[number];

/** `amount` is a weight in 0..0.999 for the exponential kinds, and a width in percent of the range for the others. */
export interface Smoothing {
  kind: SmoothingKind;
  amount: number;
}

export const NO_SMOOTHING: Smoothing = { kind: "time", amount: 0 };

/** The greatest amount that makes sense for a kind, for sliders. */
export function mostOf(kind: SmoothingKind): number {
  return kind === "time" || kind === "ema" ? 0.999 : 20;
}

/** What one unit of x means for the time-weighted kind: the range is seen as this many points. */
const VIEW_POINTS = 1000;

export function smooth(x: Float64Array, y: Float64Array, how: Smoothing, range = extent(x)): Float64Array {
  if (!(how.amount > 0) || y.length === 0) return y;
  switch (how.kind) {
    case "time":
      return average(y, Math.min(Math.sqrt(how.amount), 0.9995), (i) => {
        if (i === 0 || !(range > 0)) return 1;
        return Math.max(((x[i]! - x[i - 1]!) / range) * VIEW_POINTS, 0);
      });
    case "ema":
      return average(y, Math.min(how.amount, 0.9999), () => 1);
    case "gauss":
      return kernel(x, y, (how.amount / 100) * range, 3, (d) => Math.exp(-d * d * 0.5));
    case "mean":
      return kernel(x, y, ((how.amount / 100) * range) / 2, 1, () => 1);
  }
}

/** An exponential average without the pull of its start: weights are counted and divided out. */
function average(y: Float64Array, weight: number, distance: (i: number) => number): Float64Array {
  const out = new Float64Array(y.length);
  let sum = 0;
  let norm = 0;
  let gap = 0;
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!;
    gap += distance(i);
    if (!Number.isFinite(value)) {
      out[i] = Number.NaN;
      continue;
    }
    const keep = weight ** gap;
    gap = 0;
    sum = sum * keep + value;
    norm = norm * keep + 1;
    out[i] = sum / norm;
  }
  return out;
}

/** A weighted average of the points within `reach` widths on either side. */
function kernel(
  x: Float64Array,
  y: Float64Array,
  width: number,
  reach: number,
  weigh: (distance: number) => number,
): Float64Array {
  const out = new Float64Array(y.length);
  const far = width * reach;
  let from = 0;
  let to = 0;
  for (let i = 0; i < y.length; i++) {
    const here = x[i]!;
    if (!Number.isFinite(y[i]!)) {
      out[i] = Number.NaN;
      continue;
    }
    while (from < i && here - x[from]! > far) from++;
    if (to < i) to = i;
    while (to + 1 < y.length && x[to + 1]! - here <= far) to++;
    let sum = 0;
    let norm = 0;
    for (let j = from; j <= to; j++) {
      const value = y[j]!;
      if (!Number.isFinite(value)) continue;
      const w = width > 0 ? weigh((x[j]! - here) / width) : j === i ? 1 : 0;
      sum += w * value;
      norm += w;
    }
    out[i] = norm > 0 ? sum / norm : y[i]!;
  }
  return out;
}

function extent(x: Float64Array): number {
  return x.length > 1 ? x[x.length - 1]! - x[0]! : 0;
}
