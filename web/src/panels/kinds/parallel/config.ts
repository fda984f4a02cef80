/** Parallel coordinates as a panel: which axes, in which order, coloured by what. Pure. */
import { oneOf, type Raw, textIn, textsIn } from "../read";
import { STATISTICS, type Statistic } from "../values";

export interface ParallelConfig {
  axes: readonly string[];
  /** Axes whose numbers stand by orders of magnitude. */
  log: readonly string[];
  /** Axes whose greatest value is at the bottom. */
  inverted: readonly string[];
  /** The field that colours the lines; `""` gives each its run's colour. */
  colour: string;
  statistic: Statistic;
}

export function readParallel(raw: Raw): ParallelConfig {
  return {
    axes: textsIn(raw, "axes"),
    log: textsIn(raw, "log"),
    inverted: textsIn(raw, "inverted"),
    colour: textIn(raw, "colour"),
    statistic: oneOf(raw, "statistic", STATISTICS, "last"),
  };
}

/** The order after an axis was put at another place. */
export function moved(axes: readonly string[], from: number, to: number): string[] {
  const out = [...axes];
  const [axis] = out.splice(from, 1);
  if (axis !== undefined) out.splice(Math.max(0, Math.min(out.length, to)), 0, axis);
  return out;
}
/** How far a place is from a soft line between two axes, at its own x: pixels up or down. */
export function offLine(share: number, from: number, to: number, y: number): number {
  // the curve of `bezierCurveTo` with handles at 0.4 and 0.6: its height follows the smooth step closely
  const eased = share * share * (3 - 2 * share);
  return Math.abs(from + (to - from) * eased - y);
}
