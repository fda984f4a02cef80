/** The table that a `.table.json` file holds, sorted and searched. Pure. */
import { asNumber, oneLine } from "@/ui/numbers";
import { isMedia, kindOf } from "./value";

export interface Table {
  columns: string[];
  rows: unknown[][];
  /** The places of columns whose numbers are times, in milliseconds. */
  times?: number[];
}

/** The table in a parsed file; null where it is none. */
export function tableOf(value: unknown): Table | null {
  if (typeof value !== "object" || value === null) return null;
  const { columns, data, column_types } = value as Record<string, unknown>;
  if (!Array.isArray(columns) || !Array.isArray(data)) return null;
  const names = columns.map(String);
  const types = paramsOf(column_types).type_map as Record<string, unknown> | undefined;
  const times = names.flatMap((name, place) => (isTime(types?.[name]) ? [place] : []));
  return { columns: names, rows: data.filter(Array.isArray), ...(times.length > 0 ? { times } : {}) };
}

function paramsOf(type: unknown): Record<string, unknown> {
  return (type as { params?: Record<string, unknown> } | null | undefined)?.params ?? {};
}

/** True of the type of a column that holds times, and nothing where there are none. */
function isTime(type: unknown): boolean {
  const of = (one: unknown) => (one as { wb_type?: unknown } | null | undefined)?.wb_type;
  if (of(type) !== "union") return of(type) === "timestamp";
  const allowed = paramsOf(type).allowed_types;
  if (!Array.isArray(allowed)) return false;
  const kinds = allowed.map(of).filter((kind) => kind !== "none");
  return kinds.length > 0 && kinds.every((kind) => kind === "timestamp");
}

/** The table as it is read: times as text, in UTC. */
export function withTimes(table: Table): Table {
  const { columns, times } = table;
  if (!times) return table;
  const rows = table.rows.map((row) => row.map((cell, place) => (times.includes(place) ? timeText(cell) : cell)));
  return { columns, rows };
}

function timeText(cell: unknown): unknown {
  if (typeof cell !== "number" || Math.abs(cell) > 8.64e15) return cell;
  return new Date(cell)
    .toISOString()
    .replace(/(\.000)?Z$/, "")
    .replace("T", " ");
}

/** Parts of one table, one after the other; parts with other columns are left out. */
export function joined(parts: readonly Table[]): Table | null {
  const last = parts.at(-1);
  if (!last) return null;
  const wanted = last.columns.join("\n");
  return { ...last, rows: parts.filter(({ columns }) => columns.join("\n") === wanted).flatMap(({ rows }) => rows) };
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
