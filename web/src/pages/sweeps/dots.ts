/** Dots of runs over two axes: where they stand, and which of them the pointer means. Pure. */
import { domainOf } from "@/charts/figure";
import { axisFormat, logFormat, logTicks } from "@/plot/ticks";

export interface Dot {
  id: string;
  name: string;
  x: number;
  y: number;
  /** How good it is, from 0 to 1; null where that is not known. */
  rank: number | null;
}

export interface DotAxis {
  title: string;
  log?: boolean;
  /** Names in the place of numbers: the dots' values are places in this list. */
  names?: readonly string[];
}

export interface Scale {
  /** Where a value stands, from 0 to 1. */
  place: (value: number) => number;
  ticks: { value: number; text: string }[];
}

const MARGIN = 0.04;

export function scaleOf(axis: DotAxis, values: readonly number[], count: number): Scale {
  if (axis.names) {
    const last = Math.max(1, axis.names.length - 1);
    const every = Math.ceil(axis.names.length / Math.max(2, count));
    return {
      place: (value) => (axis.names?.length === 1 ? 0.5 : inner(value / last)),
      ticks: axis.names.flatMap((text, value) => (value % every === 0 ? [{ value, text }] : [])),
    };
  }
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (axis.log && low > 0 && high > low) {
    const [from, until] = [Math.log10(low), Math.log10(high)];
    return {
      place: (value) => inner((Math.log10(value) - from) / (until - from)),
      ticks: logTicks(low, high, count).major.map((value) => ({ value, text: logFormat(value) })),
    };
  }
  const domain = domainOf(finite, count);
  const text = axisFormat(domain.ticks);
  return {
    place: (value) => inner((value - domain.low) / (domain.high - domain.low)),
    ticks: domain.ticks.map((value) => ({ value, text: text(value) })),
  };
}

function inner(share: number): number {
  return MARGIN + share * (1 - 2 * MARGIN);
}

/** The dot nearest to a place, no farther than `reach`. */
export function nearestDot(
  places: readonly { id: string; px: number; py: number }[],
  at: readonly [number, number],
  reach: number,
): string | null {
  let best: string | null = null;
  let least = reach * reach;
  for (const { id, px, py } of places) {
    const far = (px - at[0]) ** 2 + (py - at[1]) ** 2;
    if (far <= least) {
      least = far;
      best = id;
    }
  }
  return best;
}
