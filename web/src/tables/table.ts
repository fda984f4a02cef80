/** The table that a `.table.json` file holds. Pure. */
import { isMedia, kindOf } from "@/media/value";
import { asNumber, oneLine } from "@/ui/numbers";

export type Row = readonly unknown[];

export interface Table {
  columns: string[];
  rows: Row[];
  /** The places of columns whose numbers are times, in milliseconds. */
  times?: number[];
  /** What the file says of the types of its columns, by their names. */
  types?: Record<string, unknown>;
}

/** The table in a parsed file; null where it is none. */
export function tableOf(value: unknown): Table | null {
  if (typeof value !== "object" || value === null) return null;
  const { columns, data, column_types } = value as Record<string, unknown>;
  if (!Array.isArray(columns) || !Array.isArray(data)) return null;
  const names = columns.map(String);
  const types = paramsOf(column_types).type_map as Record<string, unknown> | undefined;
  const times = names.flatMap((name, place) => (isTime(types?.[name]) ? [place] : []));
  return {
    columns: names,
    rows: data.filter(Array.isArray),
    ...(times.length > 0 ? { times } : {}),
    ...(types ? { types } : {}),
  };
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
  const { times, ...rest } = table;
  if (!times) return table;
  const rows = table.rows.map((row) => row.map((cell, place) => (times.includes(place) ? timeText(cell) : cell)));
  return { ...rest, rows };
}

function timeText(cell: unknown): unknown {
  if (typeof cell !== "number" || Math.abs(cell) > 8.64e15) return cell;
  return new Date(cell)
    .toISOString()
    .replace(/(\.000)?Z$/, "")
    .replace("T", " ");
}

/** Parts of one table, one after the other; parts with other columns than the last are left out, and are counted. */
export function joined(parts: readonly Table[]): { table: Table; leftOut: number } | null {
  const last = parts.at(-1);
  if (!last) return null;
  const wanted = last.columns.join("\n");
  const alike = parts.filter(({ columns }) => columns.join("\n") === wanted);
  return { table: { ...last, rows: alike.flatMap(({ rows }) => rows) }, leftOut: parts.length - alike.length };
}

const CLASSES = /^(Image|Audio|Video|Html|Object3D|Molecule|Plotly|Bokeh|Histogram|Table|ImageMask|Graph)$/;

/** True of a table whose media were left out: where one was, only the name of its kind stands. */
export function hidesMedia(table: Table, look = 50): boolean {
  return table.rows.slice(0, look).some((row) => row.some((cell) => typeof cell === "string" && CLASSES.test(cell)));
}

/** True of a table with media in its cells: what belongs to these lies in the artifact of the table. */
export function hasMedia(table: Table, look = 50): boolean {
  return table.rows.slice(0, look).some((row) => row.some(isMedia));
}

const natural = new Intl.Collator("en", { numeric: true });

export function compareCells(x: unknown, y: unknown): number {
  const [a, b] = [asNumber(x), asNumber(y)];
  if (a !== null && b !== null) {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a - b;
  }
  if (typeof x === "boolean" && typeof y === "boolean") return Number(x) - Number(y);
  return natural.compare(cellText(x), cellText(y));
}

/** A cell as the text that is searched, ticked and grouped by; empty where there is nothing. */
export function cellText(cell: unknown): string {
  if (typeof cell === "string") return cell;
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell);
  const { _type: type, caption, path } = cell as Record<string, unknown>;
  if (typeof type === "string") return `${kindOf(type)} ${String(caption ?? path ?? "")}`.trim();
  return oneLine(cell);
}

export function isEmpty(cell: unknown): boolean {
  return cell === null || cell === undefined;
}
