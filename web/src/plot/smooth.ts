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
      return gaussian(x, y, (how.amount / 100) * range);
    case "mean":
      return windowed(x, y, ((how.amount / 100) * range) / 2);
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

/** How many widths on either side a Gaussian reaches. */
const REACH = 3;
/** Points nearer to each other than this part of a width are taken together: far below what an eye can see. */
const TOGETHER = 1 / 8;
const BELL_STEPS = 2048;
/** exp(−d²/2) for d from 0 to the reach; calling it a million times a frame would cost more than the frame has. */
const BELL = Float64Array.from({ length: BELL_STEPS + 2 }, (_, at) =>
  Math.exp(-0.5 * (at * (REACH / BELL_STEPS)) ** 2),
);

/**
 * An average weighted by a Gaussian. Where points are dense they are first taken together, at their middle, so that the
 * cost does not grow with the width; where they are not, each counts by itself.
 */
function gaussian(x: Float64Array, y: Float64Array, width: number): Float64Array {
  if (!(width > 0)) return y;
  const size = width * TOGETHER;
  const [at, sum, weight] = [new Float64Array(y.length), new Float64Array(y.length), new Float64Array(y.length)];
  let cells = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!;
    if (!Number.isFinite(value)) continue;
    if (x[i]! >= end) {
      cells += 1;
      end = x[i]! + size;
    }
    at[cells - 1]! += x[i]!;
    sum[cells - 1]! += value;
    weight[cells - 1]! += 1;
  }
  for (let cell = 0; cell < cells; cell++) at[cell]! /= weight[cell]!;
  const out = new Float64Array(y.length);
  const far = width * REACH;
  const scale = BELL_STEPS / far;
  let from = 0;
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i]!)) {
      out[i] = Number.NaN;
      continue;
    }
    const here = x[i]!;
    while (from < cells && here - at[from]! > far) from += 1;
    let total = 0;
    let norm = 0;
    for (let cell = from; cell < cells; cell++) {
      const distance = Math.abs(at[cell]! - here) * scale;
      if (distance > BELL_STEPS) break;
      const step = distance | 0;
      const bell = BELL[step]! + (BELL[step + 1]! - BELL[step]!) * (distance - step);
      total += bell * sum[cell]!;
      norm += bell * weight[cell]!;
    }
    out[i] = norm > 0 ? total / norm : y[i]!;
  }
  return out;
}

/** The average of the points within `half` on either side, by differences of running sums that lose no digits. */
function windowed(x: Float64Array, y: Float64Array, half: number): Float64Array {
  const n = y.length;
  const [sums, rests, counts] = [new Float64Array(n + 1), new Float64Array(n + 1), new Int32Array(n + 1)];
  let [sum, rest, count] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const value = y[i]!;
    if (Number.isFinite(value)) {
      const next = sum + value;
      rest += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
      count += 1;
    }
    sums[i + 1] = sum;
    rests[i + 1] = rest;
    counts[i + 1] = count;
  }
  const out = new Float64Array(n);
  let from = 0;
  let to = 0;
  for (let i = 0; i < n; i++) {
    const here = x[i]!;
    while (from < i && here - x[from]! > half) from += 1;
    if (to < i) to = i;
    while (to + 1 < n && x[to + 1]! - here <= half) to += 1;
    const many = counts[to + 1]! - counts[from]!;
    const total = sums[to + 1]! - sums[from]! + (rests[to + 1]! - rests[from]!);
    out[i] = Number.isFinite(y[i]!) && many > 0 ? total / many : Number.NaN;
  }
  return out;
}

function extent(x: Float64Array): number {
  return x.length > 1 ? x[x.length - 1]! - x[0]! : 0;
}
