/** What can be told of a column at a glance: how its numbers lie, its usual values, how many cells are empty. Pure. */
import { asNumber } from "@/ui/numbers";
import { type Column, isMediaColumn } from "./columns";
import { cellText, isEmpty, type Row } from "./table";

export interface Bins {
  low: number;
  high: number;
  counts: number[];
}

export interface Facts {
  /** Cells that are not empty. */
  filled: number;
  empty: number;
  /** NaN and the infinities. */
  odd: number;
  /** Of numbers; null where there is none. */
  bins: Bins | null;
  min: number;
  max: number;
  mean: number;
  /** Of everything but numbers and media, the usual values first. */
  top: { text: string; count: number }[];
  /** How many values there are; more than this are not counted. */
  distinct: number;
}

export const BINS = 24;
export const MOST_VALUES = 2000;

export function factsOf(column: Column, rows: readonly Row[]): Facts {
  const parts = factsInParts(column, rows);
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
  }
}

/** A millisecond's work or so. */
const PART = 8192;

/** The same a part of the rows at a time, so that others may go on between. */
export function factsInParts(column: Column, rows: readonly Row[]): Generator<void, Facts> {
  return column.kind === "number" ? numberFacts(column.place, rows) : textFacts(column, rows);
}

function* textFacts(column: Column, rows: readonly Row[]): Generator<void, Facts> {
  const counts = new Map<string, number>();
  let empty = 0;
  const counted = !isMediaColumn(column);
  for (const [at, row] of rows.entries()) {
    if (at % PART === PART - 1) yield;
    const cell = row[column.place];
    if (isEmpty(cell)) empty += 1;
    else if (counted) {
      const text = cellText(cell);
      const known = counts.get(text);
      if (known !== undefined) counts.set(text, known + 1);
      else if (counts.size < MOST_VALUES) counts.set(text, 1);
    }
  }
  const top = [...counts].map(([text, count]) => ({ text, count }));
  top.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
  const none = { odd: 0, bins: null, min: Number.NaN, max: Number.NaN, mean: Number.NaN };
  return { filled: rows.length - empty, empty, ...none, top, distinct: counts.size };
}

function* numberFacts(place: number, rows: readonly Row[]): Generator<void, Facts> {
  let [filled, empty, odd, sum, min, max] = [0, 0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [at, row] of rows.entries()) {
    if (at % PART === PART - 1) yield;
    const value = asNumber(row[place]);
    if (value === null) empty += 1;
    else if (Number.isFinite(value)) {
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      filled += 1;
    } else odd += 1;
  }
  yield;
  const bins = filled > 0 ? binsOf(place, rows, min, max) : null;
  return { filled: filled + odd, empty, odd, bins, min, max, mean: sum / filled, top: [], distinct: 0 };
}

/** How many rows fall into each of equal stretches between two numbers; the last one has its end, too. */
export function binsOf(place: number, rows: readonly Row[], low: number, high: number): Bins {
  const counts = new Array<number>(high > low ? BINS : 1).fill(0);
  const width = (high - low) / counts.length;
  for (const row of rows) {
    const value = asNumber(row[place]);
    if (value === null || !Number.isFinite(value) || value < low || value > high) continue;
    const at = width > 0 ? Math.min(counts.length - 1, Math.floor((value - low) / width)) : 0;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { low, high, counts };
}

/** How many of the rows have each of these values. */
export function countsOf(place: number, rows: readonly Row[], texts: readonly string[]): number[] {
  const places = new Map(texts.map((text, at) => [text, at]));
  const counts = texts.map(() => 0);
  for (const row of rows) {
    const cell = row[place];
    const at = isEmpty(cell) ? undefined : places.get(cellText(cell));
    if (at !== undefined) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}
