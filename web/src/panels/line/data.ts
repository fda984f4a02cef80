/** A line panel as values: its settings and the view make an ask; the answer makes what is drawn. No pixels here. */
import type { Curve } from "@/api/series";
import type { MetricRule, Run, Stream } from "@/api/types";
import { hiddenByLog, type Line, onePointEach, pad, type Span, toLine, xSpan, ySpan } from "@/plot/curve";
import type { XKind } from "@/plot/LinePlot";
import type { CurveAsk } from "@/state/curves";
import type { ChartView, Zoom } from "@/state/view";
import { runToken } from "@/theme/colours";

export interface LineSpec {
  key: string;
  stream: Stream;
  /** The key `define_metric` named as its x. */
  stepMetric?: string | null;
}

/** Widths are asked for in steps, so that panels of nearly one width share answers. */
const WIDTH_STEP = 40;

/** One bucket a column of pixels is all a screen can show, so it is all we ask for. */
export function lineAsk(spec: LineSpec, runs: readonly Run[], x: string, zoom: Zoom, widthPx: number): CurveAsk {
  return {
    runs: runs.map((run) => run.id),
    key: spec.key,
    stream: spec.stream,
    x,
    first: zoom.x ? zoom.x[0] : null,
    last: zoom.x ? zoom.x[1] : null,
    buckets: Math.max(80, Math.ceil(widthPx / WIDTH_STEP) * WIDTH_STEP),
  };
}

/** The x of a metric where nobody chose one: what `define_metric` said, or the step. System samples go by time. */
export function naturalX(spec: LineSpec, rules: readonly MetricRule[]): string {
  if (spec.stream === "system") return "_runtime";
  if (spec.stepMetric) return spec.stepMetric;
  for (const rule of rules) if (rule.step_metric && matches(rule.name, spec.key)) return rule.step_metric;
  return "_step";
}

/** Whether a metric is not to be shown by itself. */
export function isHidden(key: string, rules: readonly MetricRule[]): boolean {
  return rules.some((rule) => rule.hidden === true && matches(rule.name, key));
}

function matches(glob: string, key: string): boolean {
  return glob.endsWith("*") ? key.startsWith(glob.slice(0, -1)) : glob === key;
}

/** System samples have no step of their own. */
export function xOf(spec: LineSpec, view: ChartView, rules: readonly MetricRule[]): string {
  const natural = naturalX(spec, rules);
  if (view.x === "") return natural;
  if (spec.stream === "system" && view.x !== "_time") return natural;
  return view.x;
}

export function xKindOf(x: string): XKind {
  return x === "_step" ? "step" : x === "_runtime" ? "duration" : x === "_time" ? "clock" : "number";
}

export interface Drawing {
  lines: Line[];
  curves: ReadonlyMap<string, Curve>;
  x: Span;
  y: Span;
  /** Some pixel column holds several points. */
  bucketed: boolean;
  /** Nothing to draw in the range although there are curves. */
  empty: boolean;
  /** One value a run: bars say more than dots. */
  bars: boolean;
  odd: { count: number; runs: number; onlyNan: boolean };
  hidden: { count: number; atLeast: boolean };
}

export interface DrawOptions {
  logX: boolean;
  logY: boolean;
  outliers: boolean;
}

export function draw(
  curves: readonly Curve[],
  runs: ReadonlyMap<string, Run>,
  view: Pick<ChartView, "smoothing">,
  zoom: Zoom,
  options: DrawOptions,
): Drawing {
  const known = curves.filter((curve) => runs.has(curve.run));
  const range = zoom.x ? zoom.x[1] - zoom.x[0] : spanOf(known);
  const lines = known.map((curve) => toLine(curve.run, runToken(runs.get(curve.run)!), curve, view.smoothing, range));
  const x = chooseX(lines, zoom, options.logX);
  const seen = ySpan(lines, options.logY, zoom.x);
  const span = options.outliers ? (withoutOutliers(lines, options.logY) ?? seen) : seen;
  const y = zoom.y && !(options.logY && zoom.y[0] <= 0) ? zoom.y : span ? pad(span, options.logY) : null;
  const odd = { count: 0, runs: 0, onlyNan: true };
  for (const line of lines) {
    if (line.odd.count === 0) continue;
    odd.count += line.odd.count;
    odd.runs += 1;
    if (line.odd.posInf.length > 0 || line.odd.negInf.length > 0) odd.onlyNan = false;
  }
  return {
    lines,
    curves: new Map(known.map((curve) => [curve.run, curve])),
    x,
    y: y ?? (options.logY ? [0.1, 10] : [0, 1]),
    bucketed: known.some((curve) => !curve.raw),
    empty: !lines.some((line) => line.x.length > 0),
    bars: !zoom.x && onePointEach(lines) && odd.count === 0,
    odd,
    hidden: options.logY
      ? hiddenByLog(
          known.map((buckets) => ({ buckets })),
          zoom.x,
        )
      : { count: 0, atLeast: false },
  };
}

function spanOf(curves: readonly Curve[]): number | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const curve of curves) {
    if (curve.length === 0) continue;
    low = Math.min(low, curve.xMin[0]!);
    high = Math.max(high, curve.xMax[curve.length - 1]!);
  }
  return high > low ? high - low : undefined;
}

function chooseX(lines: readonly Line[], zoom: Zoom, log: boolean): Span {
  if (zoom.x && !(log && zoom.x[0] <= 0)) return zoom.x;
  const span = xSpan(lines);
  if (!span) return log ? [1, 10] : [0, 1];
  let [low, high] = span;
  if (log) {
    if (low <= 0) {
      low = Number.POSITIVE_INFINITY;
      for (const line of lines) for (const at of line.x) if (at > 0 && at < low) low = at;
      if (!Number.isFinite(low)) return [1, 10];
    }
    return high > low ? [low, high] : [low / 2, low * 2];
  }
  if (low === high) return [low - 1, high + 1];
  // a curve that begins just after zero begins at zero: steps count from there
  if (low > 0 && low < (high - low) * 0.02) low = 0;
  return [low, high];
}

/** The range of y without the outermost percent on either side. */
function withoutOutliers(lines: readonly Line[], log: boolean): Span | null {
  const values: number[] = [];
  for (const line of lines) for (const v of line.y) if (Number.isFinite(v) && !(log && v <= 0)) values.push(v);
  if (values.length < 20) return null;
  values.sort((a, b) => a - b);
  const low = values[Math.floor(values.length * 0.01)]!;
  const high = values[Math.ceil(values.length * 0.99) - 1]!;
  return high > low ? [low, high] : null;
}

/** What a legend says of a curve over its range. */
export interface CurveFacts {
  last: number;
  min: number;
  max: number;
  mean: number;
  points: number;
}

export function factsOf(curve: Curve): CurveFacts {
  let min = Number.NaN;
  let max = Number.NaN;
  let last = Number.NaN;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < curve.length; i++) {
    const n = curve.count[i]!;
    if (n === 0) continue;
    const low = curve.low[i]!;
    const high = curve.high[i]!;
    if (!(low >= min)) min = low;
    if (!(high <= max)) max = high;
    last = curve.last[i]!;
    sum += curve.mean[i]! * n;
    count += n;
  }
  return { last, min, max, mean: count > 0 ? sum / count : Number.NaN, points: curve.points };
}
