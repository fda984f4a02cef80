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
  const places = sorts.flatMap(({ column, descending }) => {
    const place = columns.find(({ id }) => id === column)?.place;
    return place === undefined ? [] : [{ place, sign: descending ? -1 : 1 }];
  });
  if (places.length === 0) return kept;
  return [...kept].sort((a, b) => {
    for (const { place, sign } of places) {
      const [x, y] = [rows[a]?.[place], rows[b]?.[place]];
      const [emptyX, emptyY] = [isEmpty(x), isEmpty(y)];
      if (emptyX || emptyY) {
        if (emptyX !== emptyY) return Number(emptyX) - Number(emptyY);
        continue;
      }
      const order = sign * compareCells(x, y);
      if (order !== 0) return order;
    }
    return a - b;
  });
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
