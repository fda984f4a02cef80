/** Rows in the order one wants, and in groups. Pure. */
import { asNumber } from "@/ui/numbers";
import type { Column } from "./columns";
import { cellText, compareCells, isEmpty, type Row } from "./table";

export interface Sort {
  column: string;
  descending: boolean;
}

/** The numbers of rows in order; empty cells come last either way, and rows that are alike stay as they were. */
export function sorted(
  kept: readonly number[],
  rows: readonly Row[],
  sorts: readonly Sort[],
  columns: readonly Column[],
): readonly number[] {
  const keys = sorts.flatMap(({ column, descending }) => {
    const place = columns.find(({ id }) => id === column)?.place;
    return place === undefined ? [] : [{ ...keysOf(kept, rows, place), sign: descending ? -1 : 1 }];
  });
  if (keys.length === 0) return kept;
  const order = Uint32Array.from(kept, (_, at) => at).sort((a, b) => {
    for (const { values, empty, sign } of keys) {
      const [x, y] = [values[a] ?? 0, values[b] ?? 0];
      if (x < y) return -sign;
      if (x > y) return sign;
      if (x === y) continue;
      const [emptyX, emptyY] = [empty[a] ?? 0, empty[b] ?? 0];
      if (emptyX || emptyY) {
        if (emptyX !== emptyY) return emptyX - emptyY;
        continue;
      }
      const odd = Number(Number.isNaN(x)) - Number(Number.isNaN(y));
      if (odd !== 0) return sign * odd;
    }
    return a - b;
  });
  return Array.from(order, (at) => kept[at] ?? 0);
}

interface Keys {
  values: Float64Array;
  /** 1 where there is nothing, whatever the value. */
  empty: Uint8Array;
}

/** Numbers that lie as the cells do: themselves, or the places of words among all words, which are compared once. */
function keysOf(kept: readonly number[], rows: readonly Row[], place: number): Keys {
  const values = new Float64Array(kept.length);
  const empty = new Uint8Array(kept.length);
  const others = new Map<unknown, number>();
  kept.forEach((row, at) => {
    const cell = rows[row]?.[place];
    const value = asNumber(cell);
    if (isEmpty(cell)) empty[at] = 1;
    else if (value === null) others.set(keyOf(cell), 0);
    values[at] = value ?? Number.NaN;
  });
  if (others.size === 0) return { values, empty };
  kept.forEach((row, at) => {
    const cell = rows[row]?.[place];
    if (empty[at] === 0) others.set(keyOf(cell), 0);
  });
  let rank = 0;
  let last: unknown;
  for (const key of [...others.keys()].sort(compareCells)) {
    if (last !== undefined && compareCells(last, key) !== 0) rank += 1;
    others.set(key, rank);
    last = key;
  }
  kept.forEach((row, at) => {
    values[at] = empty[at] ? Number.NaN : (others.get(keyOf(rows[row]?.[place])) ?? Number.NaN);
  });
  return { values, empty };
}

/** What is compared of a cell. */
function keyOf(cell: unknown): unknown {
  return typeof cell === "boolean" ? cell : (asNumber(cell) ?? cellText(cell));
}

export interface Spread {
  count: number;
  mean: number;
  min: number;
  max: number;
}

export interface Group {
  kind: "group";
  /** What tells it from the others: the texts of its columns and of those above it. */
  key: string;
  depth: number;
  /** By which column, and the first cell of it. */
  column: string;
  value: unknown;
  /** The numbers of its rows. */
  rows: readonly number[];
  open: boolean;
}

export type Line = Group | { kind: "row"; row: number };

/** Rows in groups by the first column, those by the next; rows of a group that is open stand below it. */
export function linesOf(
  order: readonly number[],
  rows: readonly Row[],
  by: readonly Column[],
  isOpen: (key: string) => boolean,
): Line[] {
  const lines: Line[] = [];
  const below = (some: readonly number[], depth: number, above: string): void => {
    const column = by[depth];
    if (!column) {
      for (const row of some) lines.push({ kind: "row", row });
      return;
    }
    for (const [text, members] of partitioned(some, rows, column.place)) {
      const key = above === "" ? text : `${above}\u0001${text}`;
      const open = isOpen(key);
      const value = rows[members[0] ?? 0]?.[column.place];
      lines.push({ kind: "group", key, depth, column: column.id, value, rows: members, open });
      if (open) below(members, depth + 1, key);
    }
  };
  below(order, 0, "");
  return lines;
}

function partitioned(some: readonly number[], rows: readonly Row[], place: number): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const row of some) {
    const cell = rows[row]?.[place];
    const text = isEmpty(cell) ? "\u0000" : cellText(cell);
    const members = found.get(text);
    if (members) members.push(row);
    else found.set(text, [row]);
  }
  return found;
}

const known = new WeakMap<readonly number[], Map<number, Spread | null>>();

/** How the numbers of a column lie in the rows of a group, which are looked at once; null where there are none. */
export function spreadIn(group: Group, rows: readonly Row[], place: number): Spread | null {
  const own = known.get(group.rows) ?? new Map<number, Spread | null>();
  known.set(group.rows, own);
  const told = own.get(place);
  if (told !== undefined) return told;
  const spread = spreadOf(group.rows, rows, place);
  own.set(place, spread);
  return spread;
}

/** How the numbers of a column lie in some rows; null where there are none. */
export function spreadOf(some: readonly number[], rows: readonly Row[], place: number): Spread | null {
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of some) {
    const value = asNumber(rows[row]?.[place]);
    if (value === null || !Number.isFinite(value)) continue;
    count += 1;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return count > 0 ? { count, mean: sum / count, min, max } : null;
}
