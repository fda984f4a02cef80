/** A line panel as values: its settings and the view make an ask; the answer makes what is drawn. No pixels here. */
import type { Curve } from "@/api/series";
import type { MetricRule, Run, Stream } from "@/api/types";
import { hiddenByLog, type Line, onePointEach, pad, type Span, toLine, xSpan, ySpan } from "@/plot/curve";
import type { XKind } from "@/plot/LinePlot";
import { smooth } from "@/plot/smooth";
import type { CurveAsk } from "@/state/curves";
import type { ChartSettings } from "@/state/settings";
import type { Zoom } from "@/state/view";
import { paletteToken } from "@/theme/colours";
import { type Bundle, bundlesOf, type Sources, type Trace, tracesOf } from "./traces";

/** A metric of a stream, as far as its x is concerned. */
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
export function xOf(spec: LineSpec, view: Pick<ChartSettings, "x">, rules: readonly MetricRule[]): string {
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
  /** All lines there are, those taken out of sight too: what the legend has. */
  all: Line[];
  /** The curve behind a line, by the line's id; lines of groups have none. */
  curves: ReadonlyMap<string, Curve>;
  x: Span;
  y: Span;
  /** Some pixel column holds several points. */
  bucketed: boolean;
  /** Nothing to draw in the range although there are curves. */
  empty: boolean;
  /** One value a run: bars say more than dots. */
  bars: boolean;
  /** Lines stand for groups of runs. */
  grouped: boolean;
  /** Statistics of groups, or formulas, are over means of buckets or values in between, not over points alone. */
  approximate: { groups: boolean; formulas: boolean };
  odd: { count: number; runs: number; onlyNan: boolean };
  hidden: { count: number; atLeast: boolean };
}

export interface DrawOptions {
  x: string;
  settings: ChartSettings;
  zoom: Zoom;
  /** Ranges the panel was given; a zoom goes before them. */
  xRange: Span | null;
  yRange: Span | null;
}

/** What a slider does not change: found once, and drawn many times. */
export interface Parts {
  traces: readonly Trace[];
  /** Null where nothing is grouped. */
  bundles: readonly Bundle[] | null;
}

export function partsOf(sources: Sources, settings: Pick<ChartSettings, "centre" | "band" | "most">): Parts {
  const traces = tracesOf(sources);
  return { traces, bundles: sources.groups === null ? null : bundlesOf(sources, traces, settings) };
}

/** `out` are lines that somebody took out of sight; where that would be all of them, none is. */
export function draw(
  sources: Sources,
  options: DrawOptions,
  parts: Parts = partsOf(sources, options.settings),
  out: ReadonlySet<string> = NOTHING_OUT,
): Drawing {
  const { settings, zoom } = options;
  const { logX, logY, outliers } = settings;
  const { traces, bundles } = parts;
  const range = zoom.x ? zoom.x[1] - zoom.x[0] : spanOf(traces.map((trace) => trace.curve));
  // beside groups only the run they are measured against is a line of its own
  const single = bundles ? traces.filter((trace) => trace.run === sources.baseline) : traces;
  const all = [
    ...(bundles ?? []).map((bundle) => groupLine(sources, bundle, settings, range)),
    ...runLines(sources, single, options, range),
  ];
  const seenLines = all.filter((line) => !out.has(line.id));
  const lines = seenLines.length > 0 ? seenLines : all;
  const within = zoom.x ?? options.xRange;
  const x = chooseX(lines, { x: within, y: null }, logX);
  const seen = ySpan(lines, logY, within);
  const span = outliers ? (withoutOutliers(lines, logY) ?? seen) : seen;
  const asked = zoom.y ?? options.yRange;
  const y = asked && !(logY && asked[0] <= 0) ? asked : span ? pad(span, logY) : null;
  const odd = { count: 0, runs: 0, onlyNan: true };
  for (const line of lines) {
    if (line.odd.count === 0) continue;
    odd.count += line.odd.count;
    odd.runs += 1;
    if (line.odd.posInf.length > 0 || line.odd.negInf.length > 0) odd.onlyNan = false;
  }
  return {
    lines,
    all,
    curves: new Map(single.map((trace) => [trace.id, trace.curve])),
    x,
    y: y ?? (logY ? [0.1, 10] : [0, 1]),
    bucketed: traces.some((trace) => !trace.curve.raw),
    empty: !lines.some((line) => line.x.length > 0),
    bars: !zoom.x && onePointEach(lines) && odd.count === 0,
    grouped: bundles !== null,
    approximate: {
      groups: bundles?.some(({ gathered }) => !gathered.exact) ?? false,
      formulas: traces.some((trace) => trace.approximate),
    },
    odd,
    hidden: logY
      ? hiddenByLog(
          traces.map(({ curve: buckets }) => ({ buckets })),
          within,
        )
      : { count: 0, atLeast: false },
  };
}

const NOTHING_OUT: ReadonlySet<string> = new Set();

function runLines(
  { wanted, runs, groups, baseline, tokenOf }: Sources,
  traces: readonly Trace[],
  { settings, x }: DrawOptions,
  range: number | undefined,
): Line[] {
  const several = wanted.length > 1;
  const alone = runs.length === 1 && groups === null;
  return traces.map(({ id, run, place, name, curve }) => {
    const token = several && alone ? paletteToken(place) : tokenOf(run);
    const line = toLine(id, token, curve, settings.smoothing, range, {
      owner: run.id,
      name: !several ? run.name : alone ? name : `${run.name} · ${name}`,
      metric: name,
      dash: alone ? 0 : place,
      bold: run === baseline,
      inherited: x === "_step" && run.parent && run.parent.step !== null ? run.parent.step : null,
      raw: settings.raw,
    });
    return settings.envelope ? line : { ...line, low: null, high: null };
  });
}

function groupLine(
  { wanted }: Sources,
  { group, place, name, gathered, odd, points }: Bundle,
  { smoothing, raw }: ChartSettings,
  range: number | undefined,
): Line {
  const several = wanted.length > 1;
  const { x, y, low, high, runs } = gathered;
  const smoothed = smoothing.amount > 0;
  return {
    id: several ? `${group.id}\n${place}` : group.id,
    owner: group.id,
    name: several ? `${group.name} · ${name}` : group.name,
    metric: name,
    dash: place,
    bold: false,
    inherited: null,
    runs,
    colour: group.token,
    x,
    y: smoothed ? smooth(x, y, smoothing, range) : y,
    value: y,
    smoothed,
    behind: smoothed && raw ? y : null,
    low,
    high,
    spikes: NO_SPIKES,
    odd,
    points,
  };
}

const NO_SPIKES = new Int32Array(0);

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
