/** A small chart as data: lines and points over two axes, bars over names, or a matrix of counts. Pure. */
import { linearTicks } from "@/plot/ticks";

export interface XySeries {
  name: string;
  /** The run it is of, where it is of one. */
  run?: string;
  /** A colour for styles: `var(--r1)`. */
  colour: string;
  mark: "line" | "points" | "area";
  dashed?: boolean;
  x: number[];
  y: number[];
}

export interface XyFigure {
  kind: "xy";
  title: string;
  xTitle: string;
  yTitle: string;
  series: XySeries[];
}

export interface Bar {
  label: string;
  /** One a series, in its order; NaN where it has none. */
  values: number[];
}

export interface BarFigure {
  kind: "bars";
  title: string;
  valueTitle: string;
  series: { name: string; colour: string; run?: string }[];
  bars: Bar[];
}

export interface MatrixFigure {
  kind: "matrix";
  title: string;
  rowTitle: string;
  columnTitle: string;
  rows: string[];
  columns: string[];
  /** By row, then column; NaN where there is none. */
  cells: number[][];
}

export interface HistogramFigure {
  kind: "histogram";
  title: string;
  valueTitle: string;
  layers: { name: string; colour: string; run?: string; edges: number[]; counts: number[] }[];
}

export type Figure = XyFigure | BarFigure | MatrixFigure | HistogramFigure;

export interface Domain {
  low: number;
  high: number;
  ticks: number[];
}

/** A span that holds all finite values and begins and ends at round numbers where that costs little. */
export function domainOf(values: Iterable<number>, count: number, zero = false): Domain {
  let low = zero ? 0 : Number.POSITIVE_INFINITY;
  let high = zero ? 0 : Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high >= low)) return { low: 0, high: 1, ticks: [0, 1] };
  if (high === low) [low, high] = low === 0 ? [0, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  const ticks = linearTicks(low, high, count);
  const step = ticks.length > 1 ? (ticks[1] ?? 0) - (ticks[0] ?? 0) : (high - low) / count;
  const under = Math.floor(low / step + 1e-9) * step;
  const over = Math.ceil(high / step - 1e-9) * step;
  if (low - under < step * 0.6 || zero) low = under;
  if (over - high < step * 0.6 || zero) high = over;
  return { low, high, ticks: linearTicks(low, high, count) };
}

export interface Hit {
  series: number;
  point: number;
}

/** The point nearest to a place on the screen, no farther than `reach` pixels; null where there is none. */
export function nearestPoint(
  series: readonly XySeries[],
  x: (value: number) => number,
  y: (value: number) => number,
  at: readonly [number, number],
  reach: number,
): Hit | null {
  let best: Hit | null = null;
  let least = reach * reach;
  for (const [place, each] of series.entries())
    for (let point = 0; point < each.x.length; point++) {
      const [dx, dy] = [x(each.x[point] ?? Number.NaN) - at[0], y(each.y[point] ?? Number.NaN) - at[1]];
      const far = dx * dx + dy * dy;
      if (far <= least) {
        least = far;
        best = { series: place, point };
      }
    }
  return best;
}

/** Counts of values in equal bins between the least and the greatest of them. */
export function binned(values: readonly number[], bins: number): { edges: number[]; counts: number[] } {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) return { edges: [0, 1], counts: [0] };
  const [from, to] = low === high ? [low - 0.5, high + 0.5] : [low, high];
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of finite) {
    const bin = Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges: Array.from({ length: bins + 1 }, (_, i) => from + ((to - from) * i) / bins), counts };
}
