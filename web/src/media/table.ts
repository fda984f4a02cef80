/** The table that a `.table.json` file holds, sorted and searched. Pure. */
import { asNumber, oneLine } from "@/ui/numbers";
import { isMedia, kindOf } from "./value";

export interface Table {
  columns: string[];
  rows: unknown[][];
}

/** The table in a parsed file; null where it is none. */
export function tableOf(value: unknown): Table | null {
  if (typeof value !== "object" || value === null) return null;
  const { columns, data } = value as Record<string, unknown>;
  if (!Array.isArray(columns) || !Array.isArray(data)) return null;
  return { columns: columns.map(String), rows: data.filter(Array.isArray) };
}

const CLASSES = /^(Image|Audio|Video|Html|Object3D|Molecule|Plotly|Bokeh|Histogram|Table|ImageMask|Graph)$/;

/** True of a table whose media were left out: where one was, only the name of its kind stands. */
export function hidesMedia(table: Table, look = 50): boolean {
  return table.rows.slice(0, look).some((row) => row.some((cell) => typeof cell === "string" && CLASSES.test(cell)));
}

export type ColumnKind = "number" | "text" | "media" | "image";

/** What the cells of a column are, judged by the first of them. */
export function columnKinds(table: Table, look = 200): ColumnKind[] {
  return table.columns.map((_, place) => {
    let numbers = 0;
    let others = 0;
    for (const row of table.rows.slice(0, look)) {
      const cell = row[place];
      if (cell === null || cell === undefined) continue;
      if (isMedia(cell)) return kindOf(cell._type) === "image" ? "image" : "media";
      if (asNumber(cell) !== null) numbers += 1;
      else others += 1;
    }
    return numbers > 0 && others === 0 ? "number" : "text";
  });
}

export interface TableSort {
  column: number;
  descending: boolean;
}

/** The numbers of the rows that hold the text, in order; empty cells come last either way. */
export function rowOrder(table: Table, query: string, sort: TableSort | null): number[] {
  const wanted = query.trim().toLowerCase();
  const order: number[] = [];
  for (const [place, row] of table.rows.entries())
    if (!wanted || row.some((cell) => oneLine(cell).toLowerCase().includes(wanted))) order.push(place);
  if (!sort) return order;
  const sign = sort.descending ? -1 : 1;
  const cell = (place: number) => table.rows[place]?.[sort.column];
  return order.sort((a, b) => {
    const [x, y] = [cell(a), cell(b)];
    const [emptyX, emptyY] = [x === null || x === undefined, y === null || y === undefined];
    if (emptyX || emptyY) return Number(emptyX) - Number(emptyY) || a - b;
    return sign * compareCells(x, y) || a - b;
  });
}

const natural = new Intl.Collator("en", { numeric: true });

export function compareCells(x: unknown, y: unknown): number {
  const [a, b] = [asNumber(x), asNumber(y)];
  if (a !== null && b !== null) {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a - b;
  }
  return natural.compare(oneLine(x), oneLine(y));
}

/** A width for each column, from the longest of its first cells. */
export function columnWidths(table: Table, kinds: readonly ColumnKind[], look = 100): number[] {
  return table.columns.map((name, place) => {
    if (kinds[place] === "image") return 104;
    if (kinds[place] === "media") return 232;
    const longest = table.rows
      .slice(0, look)
      .reduce((most, row) => Math.max(most, oneLine(row[place]).length), name.length + 2);
    return Math.max(64, Math.min(320, 24 + longest * 7));
  });
}
