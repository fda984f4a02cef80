/** What a plot draws of a curve: columns in, columns out. Nothing here makes an object per point. */
import { lowerBound } from "./nearest";
import { type Smoothing, smooth } from "./smooth";

/** A curve as it is stored: one row a bucket, or one a point when `raw`. */
export interface Buckets {
  readonly raw: boolean;
  readonly points: number;
  readonly length: number;
  readonly xMin: Float64Array;
  readonly xMax: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly mean: Float64Array;
  readonly count: Int32Array;
  readonly nan: Int32Array;
  readonly posInf: Int32Array;
  readonly negInf: Int32Array;
}

/** Points that are no finite numbers: where they are, and how many. */
export interface Odd {
  nan: number[];
  posInf: number[];
  negInf: number[];
  count: number;
}

export interface Line {
  readonly id: string;
  /** The run or group it belongs to: what lights up with it everywhere. Several metrics of a run are several lines. */
  readonly owner: string;
  /** What a tooltip calls it. */
  readonly name: string;
  /** The metric or formula it shows: what it can be compared with. */
  readonly metric: string;
  /** Which dash: 0 is solid. */
  readonly dash: number;
  /** Drawn over the others and a little wider: the run the rest are measured against. */
  readonly bold: boolean;
  /** Up to this x it has another run's history, and is drawn dashed. */
  readonly inherited: number | null;
  /** Of a group: how many runs stand behind each point. */
  readonly runs: Int32Array | null;
  /** The name of its colour token. */
  readonly colour: string;
  readonly x: Float64Array;
  /** What is drawn: the smoothed values, or the values themselves. */
  readonly y: Float64Array;
  /** The values before smoothing, where smoothing is on; otherwise the same as `y`. */
  readonly value: Float64Array;
  readonly smoothed: boolean;
  /** The line before smoothing, drawn faint behind it; null where that is not wanted or not smoothed. */
  readonly behind: Float64Array | null;
  /** The least and greatest of each bucket; null where each bucket is one point. */
  readonly low: Float64Array | null;
  readonly high: Float64Array | null;
  /** Rows whose least or greatest stands far out of its band: drawn as strokes, so that no spike drowns. */
  readonly spikes: Int32Array;
  readonly odd: Odd;
  /** How many points its range holds. */
  readonly points: number;
}

/** What a line is apart from its points; by itself it is its own owner, solid and of one run. */
export interface LineLook extends Partial<Pick<Line, "owner" | "name" | "metric" | "dash" | "bold" | "inherited">> {
  /** Whether the unsmoothed line is drawn behind a smoothed one. */
  raw?: boolean;
}

export function toLine(
  id: string,
  colour: string,
  buckets: Buckets,
  smoothing: Smoothing,
  range?: number,
  look: LineLook = {},
): Line {
  const { raw = true, ...rest } = look;
  const { x, odd, spikes } = shapeOf(buckets);
  const smoothed = smoothing.amount > 0;
  return {
    id,
    owner: id,
    name: id,
    metric: "",
    dash: 0,
    bold: false,
    inherited: null,
    ...rest,
    runs: null,
    colour,
    x,
    y: smoothed ? smooth(x, buckets.mean, smoothing, range) : buckets.mean,
    value: buckets.mean,
    smoothed,
    behind: smoothed && raw ? buckets.mean : null,
    low: buckets.raw ? null : buckets.low,
    high: buckets.raw ? null : buckets.high,
    spikes: smoothed ? NONE : spikes,
    odd,
    points: buckets.points,
  };
}

interface Shape {
  x: Float64Array;
  odd: Odd;
  spikes: Int32Array;
}

const shapes = new WeakMap<Buckets, Shape>();

/** What follows from the buckets alone: found once for each, so that a slider has only the smoothing to do. */
export function shapeOf(buckets: Buckets): Shape {
  const known = shapes.get(buckets);
  if (known) return known;
  const x = buckets.raw ? buckets.xMin : middles(buckets.xMin, buckets.xMax);
  const shape = { x, odd: oddPoints(buckets, x), spikes: buckets.raw ? NONE : spikesOf(buckets) };
  shapes.set(buckets, shape);
  return shape;
}

const NONE = new Int32Array(0);
/** How many times wider than usual a bucket must reach to be a spike. */
const SPIKE = 4;

function spikesOf({ mean, low, high, length }: Buckets): Int32Array {
  const reach = (i: number) => Math.max(high[i]! - mean[i]!, mean[i]! - low[i]!);
  const around = new Float64Array(length);
  for (let i = 0; i < length; i++) around[i] = Number.isFinite(mean[i]!) ? reach(i) : 0;
  const out: number[] = [];
  const side = 12;
  for (let i = 0; i < length; i++) {
    if (!(around[i]! > 0)) continue;
    const [from, to] = [Math.max(0, i - side), Math.min(length, i + side + 1)];
    // wider than so many times the median: more than half of its neighbours are narrower than that part of it
    const part = around[i]! / SPIKE;
    let narrower = 0;
    for (let j = from; j < to; j++) if (around[j]! < part) narrower += 1;
    if (narrower > (to - from) >> 1) out.push(i);
  }
  return Int32Array.from(out);
}

function middles(low: Float64Array, high: Float64Array): Float64Array {
  const out = new Float64Array(low.length);
  for (let i = 0; i < low.length; i++) out[i] = (low[i]! + high[i]!) / 2;
  return out;
}

function oddPoints(buckets: Buckets, x: Float64Array): Odd {
  const odd: Odd = { nan: [], posInf: [], negInf: [], count: 0 };
  for (let i = 0; i < buckets.length; i++) {
    const n = buckets.nan[i]!;
    const p = buckets.posInf[i]!;
    const m = buckets.negInf[i]!;
    if (n > 0) odd.nan.push(x[i]!);
    if (p > 0) odd.posInf.push(x[i]!);
    if (m > 0) odd.negInf.push(x[i]!);
    odd.count += n + p + m;
  }
  return odd;
}

export type Span = readonly [number, number];

/** The least and greatest x of some lines; null where there are no points. */
export function xSpan(lines: readonly Line[]): Span | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { x } of lines) {
    if (x.length === 0) continue;
    if (x[0]! < low) low = x[0]!;
    if (x[x.length - 1]! > high) high = x[x.length - 1]!;
  }
  return low <= high ? [low, high] : null;
}

/**
 * The range of y that shows what lies in `within`. Where nothing is smoothed that is all of it, spikes too; where
 * smoothing is on, all of the smoothed line and nearly all of what lies behind it.
 */
export function ySpan(lines: readonly Line[], log: boolean, within: Span | null): Span | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (column: Float64Array, from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const v = column[i]!;
      if (!Number.isFinite(v) || (log && v <= 0)) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
  };
  for (const line of lines) {
    const [from, to] = placesIn(line.x, within);
    take(line.y, from, to);
    if (line.behind) {
      const most = mostOf(line.behind, from, to, log);
      take(most, 0, most.length);
    }
    if (line.low && line.high && (!line.smoothed || line.runs)) {
      take(line.low, from, to);
      take(line.high, from, to);
    }
  }
  return low <= high ? [low, high] : null;
}

/** Where in a sorted column a range begins, and where it has ended. */
function placesIn(x: Float64Array, within: Span | null): [number, number] {
  if (!within) return [0, x.length];
  let to = lowerBound(x, within[1]);
  while (to < x.length && x[to] === within[1]) to += 1;
  return [lowerBound(x, within[0]), to];
}

const mosts = new WeakMap<Float64Array, { of: string; most: Float64Array }>();

/** The ends of what is left of a column without its outermost percent on either side; remembered for the last range. */
function mostOf(column: Float64Array, from: number, to: number, log: boolean): Float64Array {
  const of = `${from} ${to} ${log}`;
  const known = mosts.get(column);
  if (known?.of === of) return known.most;
  const sorted = column
    .subarray(from, to)
    .filter((v) => Number.isFinite(v) && !(log && v <= 0))
    .sort();
  const last = sorted.length - 1;
  const most = last < 0 ? sorted : Float64Array.of(sorted[Math.floor(last * 0.01)]!, sorted[Math.ceil(last * 0.99)]!);
  mosts.set(column, { of, most });
  return most;
}

/** A little air around a range, down to zero where zero is near; never an empty range. */
export function pad(span: Span, log: boolean): Span {
  const [low, high] = span;
  if (log) {
    if (low === high) return [low / 2, high * 2];
    const air = (high / low) ** 0.05;
    return [low / air, high * air];
  }
  if (low === high) {
    const half = low === 0 ? 1 : Math.abs(low) * 0.1;
    return [low - half, high + half];
  }
  const size = high - low;
  const bottom = low >= 0 && low <= size * 0.12 ? 0 : low - size * 0.05;
  return [low === 0 ? -size * 0.02 : bottom, high + size * 0.05];
}

/** How many points a logarithmic axis cannot show; `atLeast` where buckets hide the exact number. */
export function hiddenByLog(
  list: readonly { buckets: Buckets }[],
  within: Span | null,
): { count: number; atLeast: boolean } {
  let count = 0;
  let atLeast = false;
  for (const { buckets: b } of list)
    for (let i = 0; i < b.length; i++) {
      if (within && (b.xMax[i]! < within[0] || b.xMin[i]! > within[1])) continue;
      if (b.high[i]! <= 0) count += b.count[i]!;
      else if (b.low[i]! <= 0) {
        count += 1;
        atLeast = true;
      }
    }
  return { count, atLeast };
}

/** True where no line has two points: dots on an axis would say less than bars. */
export function onePointEach(lines: readonly Line[]): boolean {
  return lines.length > 0 && lines.every((line) => line.points <= 1) && lines.some((line) => line.points === 1);
}
