/** What the curves of a machine come to: peaks, means, energy, and whether its GPUs had to wait. Pure. */
import type { Curve } from "@/api/series";
import type { SystemChart } from "./charts";

export type Curves = ReadonlyMap<string, Curve>;

type Sampled = Pick<Curve, "length" | "xMin" | "xMax" | "low" | "high" | "mean" | "count">;

/** The mean of all samples of these curves; null where there are none. */
export function meanOf(curves: readonly Sampled[]): number | null {
  let sum = 0;
  let n = 0;
  for (const curve of curves)
    for (let i = 0; i < curve.length; i++) {
      const value = curve.mean[i] as number;
      if (!Number.isFinite(value)) continue;
      const samples = curve.count[i] || 1;
      sum += value * samples;
      n += samples;
    }
  return n > 0 ? sum / n : null;
}

/** The greatest sample of these curves; null where there are none. */
export function peakOf(curves: readonly Sampled[]): number | null {
  let peak = Number.NEGATIVE_INFINITY;
  for (const curve of curves)
    for (let i = 0; i < curve.length; i++) {
      const value = curve.high[i] as number;
      if (value > peak) peak = value;
    }
  return Number.isFinite(peak) ? peak : null;
}

/** A gap as many times longer than usual is time in which nobody looked, and nothing is counted. */
const GAP = 10;

/** The integral over x in seconds of a curve of watts, in kWh. Null where there are not two samples. */
export function energyOf(curves: readonly Sampled[]): number | null {
  let joules = 0;
  let counted = false;
  for (const curve of curves) {
    const steps: number[] = [];
    for (let i = 1; i < curve.length; i++) steps.push((curve.xMin[i] as number) - (curve.xMin[i - 1] as number));
    const usual = median(steps);
    for (let i = 1; i < curve.length; i++) {
      const [a, b] = [curve.mean[i - 1] as number, curve.mean[i] as number];
      const seconds = steps[i - 1] as number;
      if (!Number.isFinite(a) || !Number.isFinite(b) || seconds > usual * GAP) continue;
      joules += ((a + b) / 2) * seconds;
      counted = true;
    }
  }
  return counted ? joules / 3.6e6 : null;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

export interface Idling {
  /** The share of the looks at the GPUs at which they were less busy than `below` on average. */
  share: number;
  /** How often they were looked at. */
  looks: number;
  below: number;
  /** How busy the processors were at those times, in percent; null where that is not known. */
  cpu: number | null;
}

const IDLE_BELOW = 30;
const IDLE_SHARE = 0.1;
/** The start is not held against a run: it reads its data and compiles. */
const START_SHARE = 0.02;
const FEWEST_LOOKS = 20;

/**
 * Whether the GPUs of a run stood idle more often than they should; null where they did not, or it cannot be told.
 * A look is a sample, or the mean of some where the run is long.
 */
export function idlingOf(gpus: readonly Sampled[], cpu: Sampled | undefined): Idling | null {
  const first = gpus[0];
  if (!first) return null;
  const start = Math.ceil(first.length * START_SHARE);
  let idle = 0;
  let looks = 0;
  let busy = 0;
  let busyLooks = 0;
  for (let i = start; i < first.length; i++) {
    let sum = 0;
    let n = 0;
    for (const gpu of gpus) {
      const value = gpu.mean[i];
      if (value !== undefined && Number.isFinite(value)) {
        sum += value;
        n += 1;
      }
    }
    if (n === 0) continue;
    looks += 1;
    if (sum / n >= IDLE_BELOW) continue;
    idle += 1;
    const processors = cpu?.mean[i];
    if (processors !== undefined && Number.isFinite(processors)) {
      busy += processors;
      busyLooks += 1;
    }
  }
  if (looks < FEWEST_LOOKS || idle / looks < IDLE_SHARE) return null;
  return { share: idle / looks, looks, below: IDLE_BELOW, cpu: busyLooks > 0 ? busy / busyLooks : null };
}

/** The value of a curve at x, the last before it; NaN before the first. */
export function valueAt(curve: Pick<Curve, "length" | "xMin" | "mean">, x: number): number {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve.xMin[middle] as number) <= x) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? Number.NaN : (curve.mean[low - 1] as number);
}

/** The curves of a chart, in its unit. */
export function curvesOf(chart: SystemChart | undefined, curves: Curves): Curve[] {
  if (!chart) return [];
  return chart.series.flatMap((series) => {
    const curve = curves.get(series.key);
    return curve ? [scaled(curve, series.scale)] : [];
  });
}

const known = new WeakMap<Curve, Curve>();

export function scaled(curve: Curve, scale: number): Curve {
  if (scale === 1) return curve;
  const before = known.get(curve);
  if (before) return before;
  const times = (values: Float64Array) => values.map((value) => value * scale);
  const made = { ...curve, mean: times(curve.mean), low: times(curve.low), high: times(curve.high) };
  known.set(curve, made);
  return made;
}

export interface AtMoment {
  chart: SystemChart;
  /** The mean over its devices. */
  value: number;
  devices: number;
}

const TOLD = [
  "gpu-gpu",
  "gpu-memoryAllocatedBytes",
  "gpu-memoryAllocated",
  "gpu-powerWatts",
  "gpu-temp",
  "cpu",
  "rss",
  "memory",
];
const MOST_TOLD = 5;

/** What is told of the machine at a moment, in seconds after the beginning: the first few of what matters most. */
export function summaryAt(charts: readonly SystemChart[], curves: Curves, seconds: number): AtMoment[] {
  const byId = new Map(charts.map((chart) => [chart.id, chart]));
  return TOLD.flatMap((id) => {
    const chart = byId.get(id);
    if (!chart || (id === "gpu-memoryAllocated" && byId.has("gpu-memoryAllocatedBytes"))) return [];
    const values = curvesOf(chart, curves)
      .map((curve) => valueAt(curve, seconds))
      .filter(Number.isFinite);
    if (values.length === 0) return [];
    const value = values.reduce((sum, each) => sum + each, 0) / values.length;
    return [{ chart, value, devices: values.length }];
  }).slice(0, MOST_TOLD);
}

/** One range of y for all charts of a group that have a unit, so that they can be compared; `%` from 0 to 100. */
export function sharedHigh(charts: readonly SystemChart[], curves: Curves): ReadonlyMap<string, number> {
  const high = new Map<string, number>();
  for (const chart of charts) {
    if (chart.group !== "gpu" || !chart.unit) continue;
    const name = sharedName(chart);
    const peak = peakOf(curvesOf(chart, curves)) ?? 0;
    high.set(name, Math.max(high.get(name) ?? 0, peak));
  }
  return high;
}

export function sharedName(chart: SystemChart): string {
  return `${chart.group} ${chart.unit}`;
}
