/** Parallel coordinates: an axis for each dimension, a line for each run, spans that choose among the lines. Pure. */
import { axisFormat, linearTicks, logFormat, logTicks } from "@/plot/ticks";
import { asNumber, oneLine } from "@/ui/numbers";

export interface Dimension {
  id: string;
  label: string;
  /** Spread its numbers evenly over orders of magnitude. */
  log?: boolean;
  /** The greatest value at the bottom. */
  inverted?: boolean;
}

export interface Axis extends Dimension {
  /** Where a value stands, from 0 at the bottom to 1 at the top; null where it has no place. */
  place: (value: unknown) => number | null;
  ticks: { at: number; text: string }[];
}

/** A chosen part of an axis: from its lower to its upper end, as shares of its length. */
export type Brush = readonly [number, number];
export type Brushes = Readonly<Record<string, Brush>>;

const SPARE = 0.04;
const MOST_NAMES = 12;

/** The axis of a dimension for these values: numbers stand by size, anything else by name. */
export function axisOf(dimension: Dimension, values: readonly unknown[]): Axis {
  const axis = uprightAxis(dimension, values);
  if (!dimension.inverted) return axis;
  return {
    ...axis,
    place: (value) => {
      const at = axis.place(value);
      return at === null ? null : 1 - at;
    },
    ticks: axis.ticks.map(({ at, text }) => ({ at: 1 - at, text })),
  };
}

function uprightAxis(dimension: Dimension, values: readonly unknown[]): Axis {
  const known = values.filter((value) => value !== null && value !== undefined);
  const numbers = known.map(asNumber);
  if (known.length > 0 && numbers.every((value) => value !== null)) {
    const finite = (numbers as number[]).filter(Number.isFinite);
    if (new Set(finite).size > 1 || finite.length === 0) return numberAxis(dimension, finite);
  }
  return nameAxis(dimension, known);
}

function numberAxis(dimension: Dimension, finite: readonly number[]): Axis {
  const log = dimension.log === true && finite.every((value) => value > 0) && finite.length > 0;
  const to = log ? Math.log10 : (value: number) => value;
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const [from, until] = [to(low), to(high)];
  const place = (value: unknown) => {
    const size = asNumber(value);
    if (size === null || !Number.isFinite(size) || (log && size <= 0) || finite.length === 0) return null;
    return inner((to(size) - from) / (until - from || 1));
  };
  const ticks = marksOf(finite, low, high, log, (value) => place(value) ?? 0);
  const text = log ? logFormat : axisFormat(ticks);
  return { ...dimension, place, ticks: ticks.map((value) => ({ at: place(value) ?? 0, text: text(value) })) };
}

const FEW_VALUES = 8;
const NEAREST = 0.08;

/** Where an axis is marked: at its values where they are few and apart, else at round numbers. */
function marksOf(
  finite: readonly number[],
  low: number,
  high: number,
  log: boolean,
  place: (value: number) => number,
): number[] {
  const known = [...new Set(finite)].sort((a, b) => a - b);
  const apart = known.every((value, at) => at === 0 || place(value) - place(known[at - 1]!) >= NEAREST);
  if (known.length <= FEW_VALUES && apart) return known;
  const round = log ? logTicks(low, high, 6).major : linearTicks(low, high, 5);
  return round.length > 1 ? round : [low, high];
}

function nameAxis(dimension: Dimension, known: readonly unknown[]): Axis {
  const numeric = known.every((value) => asNumber(value) !== null);
  const names = [...new Set(known.map(oneLine))];
  if (numeric) names.sort((a, b) => Number(a) - Number(b));
  else names.sort(new Intl.Collator("en", { numeric: true }).compare);
  const at = new Map(names.map((name, place) => [name, inner(names.length < 2 ? 0.5 : place / (names.length - 1))]));
  const every = Math.ceil(names.length / MOST_NAMES);
  return {
    ...dimension,
    place: (value) => (value === null || value === undefined ? null : (at.get(oneLine(value)) ?? null)),
    ticks: names.filter((_, place) => place % every === 0).map((name) => ({ at: at.get(name) ?? 0, text: name })),
  };
}

function inner(share: number): number {
  return SPARE + share * (1 - 2 * SPARE);
}

const BY_KEY = 0.05;
const LEAST_SPAN = 0.04;

/** A span after a key: first half of the axis, then moved along it, its upper end alone with Shift. Undefined: no such key. */
export function moved(brush: Brush | null, key: string, end: boolean): Brush | null | undefined {
  if (key === "Delete" || key === "Backspace" || (key === "Escape" && brush)) return null;
  const by = key === "ArrowUp" ? BY_KEY : key === "ArrowDown" ? -BY_KEY : 0;
  if (by === 0) return undefined;
  if (!brush) return by > 0 ? [0.5, 1] : [0, 0.5];
  const [low, high] = brush;
  if (end) return [low, Math.min(1, Math.max(low + LEAST_SPAN, high + by))];
  const shift = Math.min(1 - high, Math.max(-low, by));
  return [low + shift, high + shift];
}

/** Whether a run is within all spans; one without a value is not within any. */
export function isChosen(axes: readonly Axis[], brushes: Brushes, value: (id: string) => unknown): boolean {
  return axes.every((axis) => {
    const brush = brushes[axis.id];
    if (!brush) return true;
    const at = axis.place(value(axis.id));
    return at !== null && at >= brush[0] && at <= brush[1];
  });
}

/** A soft line through the places of a run; a missing value leaves a gap. `x` and `y` are in pixels. */
export function runPath(places: readonly (number | null)[], x: (axis: number) => number, y: (at: number) => number) {
  let path = "";
  let before: [number, number] | null = null;
  for (const [axis, at] of places.entries()) {
    if (at === null) {
      before = null;
      continue;
    }
    const here: [number, number] = [x(axis), y(at)];
    if (before) {
      const bend = (here[0] - before[0]) * 0.4;
      path += `C${before[0] + bend} ${before[1]} ${here[0] - bend} ${here[1]} ${here[0]} ${here[1]}`;
    } else path += `M${here[0]} ${here[1]}`;
    before = here;
  }
  return path;
}
