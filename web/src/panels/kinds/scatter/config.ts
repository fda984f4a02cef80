/** What a scatter panel shows: a point a run, over two fields and coloured by a third. Pure. */
import type { Run } from "@/api/types";
import { flagIn, oneOf, type Raw, textIn, textsIn } from "../read";
import { STATISTICS, type Statistic, type Subject } from "../values";

export const TRACES = ["none", "min", "max", "mean", "front", "fit"] as const;

export interface ScatterConfig {
  x: string;
  y: string;
  z: string;
  /** The field that decides how large a point is; `""` draws all alike. */
  size: string;
  logX: boolean;
  logY: boolean;
  logZ: boolean;
  statistic: Statistic;
  /** A line along x: the least, greatest or mean y so far, the Pareto front, or the line that fits. */
  trace: (typeof TRACES)[number];
  /** Names stand beside the points. */
  labels: boolean;
  /** Fields that the tooltip tells beside x, y and z. */
  tip: readonly string[];
}

export function readScatter(raw: Raw): ScatterConfig {
  return {
    x: textIn(raw, "x"),
    y: textIn(raw, "y"),
    z: textIn(raw, "z"),
    size: textIn(raw, "size"),
    logX: flagIn(raw, "logX"),
    logY: flagIn(raw, "logY"),
    logZ: flagIn(raw, "logZ"),
    statistic: oneOf(raw, "statistic", STATISTICS, "last"),
    trace: oneOf(raw, "trace", TRACES, "none"),
    labels: flagIn(raw, "labels"),
    tip: textsIn(raw, "tip"),
  };
}

export interface Point {
  run: Run;
  subject: Subject;
  x: number;
  y: number;
  z: number | null;
  size: number | null;
}

export interface Points {
  points: Point[];
  /** Runs without a number for x or y. */
  without: number;
  /** Runs whose value is not above zero on an axis that is logarithmic. */
  hidden: number;
}

export function pointsOf(
  subjects: readonly Subject[],
  config: ScatterConfig,
  numberOf: (run: Run, field: string) => number | null,
): Points {
  const points: Point[] = [];
  const of = (run: Run, field: string) => (field ? numberOf(run, field) : null);
  let [without, hidden] = [0, 0];
  for (const subject of subjects)
    for (const run of subject.runs) {
      const [x, y] = [numberOf(run, config.x), numberOf(run, config.y)];
      if (x === null || y === null || !Number.isFinite(x) || !Number.isFinite(y)) without += 1;
      else if ((config.logX && x <= 0) || (config.logY && y <= 0)) hidden += 1;
      else points.push({ run, subject, x, y, z: of(run, config.z), size: of(run, config.size) });
    }
  return { points, without, hidden };
}

export interface Scale {
  low: number;
  high: number;
  /** From 0 at the low end to 1 at the high one. */
  at: (value: number) => number;
}

/** A scale with a little room at its ends. */
export function scaleOf(values: readonly number[], log: boolean, spare = 0.05): Scale {
  const to = log ? Math.log10 : (value: number) => value;
  const back = log ? (value: number) => 10 ** value : (value: number) => value;
  const known = values.filter((value) => Number.isFinite(value) && (!log || value > 0)).map(to);
  let [low, high] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [0, 1];
  if (high === low) {
    const half = log ? 0.5 : Math.abs(low) * 0.1 || 0.5;
    [low, high] = [low - half, high + half];
  }
  const room = (high - low) * spare;
  [low, high] = [low - room, high + room];
  return { low: back(low), high: back(high), at: (value) => (to(value) - low) / (high - low) };
}
