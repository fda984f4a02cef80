/** How one looks at a table, and how the address spells it. Pure. */
import type { Column } from "./columns";
import { columnsOf } from "./columns";
import { type Compiled, compile } from "./expression";
import { escapeWord, type Filter, filtersFrom, filtersTo, testOf, unescapeWord } from "./filters";
import type { Sort } from "./groups";
import { cellText, type Row, type Table } from "./table";

export const HEIGHTS = ["low", "middle", "high"] as const;
export type Height = (typeof HEIGHTS)[number];

export const PAINTS = ["plain", "heat", "bars"] as const;
export type Paint = (typeof PAINTS)[number];

export interface Computed {
  name: string;
  expression: string;
}

export interface Look {
  search: string;
  /** An expression that rows have to fulfil. */
  where: string;
  filters: Filter[];
  sorts: Sort[];
  /** Columns by which rows are grouped. */
  groups: string[];
  hidden: string[];
  /** Columns that were moved, with those before them; the others follow as the table has them. */
  order: string[];
  pinned: string[];
  computed: Computed[];
  height: Height;
  paint: Paint;
  /** The row that is looked at closely. */
  row: number | null;
}

export const PLAIN: Look = {
  search: "",
  where: "",
  filters: [],
  sorts: [],
  groups: [],
  hidden: [],
  order: [],
  pinned: [],
  computed: [],
  height: "middle",
  paint: "plain",
  row: null,
};

export function lookFrom(params: Record<string, string | undefined>): Look {
  const words = (text: string | undefined) => (text ? text.split(",").map(unescapeWord) : []);
  return {
    search: params.q ?? "",
    where: params.where ?? "",
    filters: filtersFrom(params.f ?? ""),
    sorts: (params.sort ? params.sort.split(",") : []).map((word) => ({
      column: unescapeWord(word.replace(/^-/, "")),
      descending: word.startsWith("-"),
    })),
    groups: words(params.group),
    hidden: words(params.hide),
    order: words(params.order),
    pinned: words(params.pin),
    computed: (params.add ? params.add.split(";") : []).flatMap((piece) => {
      const [name = "", expression = ""] = piece.split("~").map(unescapeWord);
      return name && expression ? [{ name, expression }] : [];
    }),
    height: HEIGHTS.find((each) => each === params.height) ?? PLAIN.height,
    paint: PAINTS.find((each) => each === params.paint) ?? PLAIN.paint,
    row: /^\d+$/.test(params.row ?? "") ? Number(params.row) : null,
  };
}

export function lookTo(look: Look): Record<string, string | undefined> {
  const words = (list: readonly string[]) => list.map(escapeWord).join(",") || undefined;
  return {
    q: look.search || undefined,
    where: look.where || undefined,
    f: filtersTo(look.filters) || undefined,
    sort: look.sorts.map((sort) => (sort.descending ? "-" : "") + escapeWord(sort.column)).join(",") || undefined,
    group: words(look.groups),
    hide: words(look.hidden),
    order: words(look.order),
    pin: words(look.pinned),
    add: look.computed.map((one) => `${escapeWord(one.name)}~${escapeWord(one.expression)}`).join(";") || undefined,
    height: look.height === PLAIN.height ? undefined : look.height,
    paint: look.paint === PLAIN.paint ? undefined : look.paint,
    row: look.row === null ? undefined : String(look.row),
  };
}

/** The sorts after a click on a head: up, down, none; `more` keeps those of other columns. */
export function pressed(sorts: readonly Sort[], column: string, more: boolean): Sort[] {
  const now = sorts.find((sort) => sort.column === column);
  const next = !now ? { column, descending: false } : now.descending ? null : { column, descending: true };
  if (!more) return next ? [next] : [];
  if (!now) return next ? [...sorts, next] : [...sorts];
  return sorts.flatMap((sort) => (sort.column !== column ? [sort] : next ? [next] : []));
}

export interface Extended {
  table: Table;
  columns: Column[];
  /** What is wrong with columns that are computed, by their names. */
  wrong: Record<string, unknown>;
}

/** The table with the columns that are computed from others, each of which may use those before it. */
export function withComputed(table: Table, computed: readonly Computed[]): Extended {
  let found = table;
  const wrong: Record<string, unknown> = {};
  const added: string[] = [];
  for (const { name, expression } of computed) {
    let value: Compiled;
    try {
      value = compile(expression, columnsOf(found));
    } catch (error) {
      wrong[name] = error;
      continue;
    }
    added.push(name);
    found = {
      ...found,
      columns: [...found.columns, name],
      rows: found.rows.map((row) => [...row, value(row)]),
    };
  }
  const first = table.columns.length;
  const columns = columnsOf(found).map((column) => (column.place >= first ? { ...column, computed: true } : column));
  return { table: found, columns, wrong };
}

/** The columns in their order: pinned ones first, then those that were moved, then the others; without the hidden. */
export function arranged(columns: readonly Column[], look: Pick<Look, "hidden" | "order" | "pinned">): Column[] {
  const hidden = new Set(look.hidden);
  const places = new Map(look.order.map((id, place) => [id, place]));
  const rank = ({ id }: Column) => {
    const pin = look.pinned.indexOf(id);
    return pin >= 0 ? pin - 1e6 : (places.get(id) ?? 1e6);
  };
  return columns
    .filter(({ id }) => !hidden.has(id))
    .map((column) => ({ column, at: rank(column) }))
    .sort((a, b) => a.at - b.at || a.column.place - b.column.place)
    .map(({ column }) => column);
}

/** The order after a column was put before another, or last where that is null. */
export function movedBefore(shown: readonly Column[], id: string, before: string | null): string[] {
  const ids = shown.map((column) => column.id).filter((each) => each !== id);
  const at = before === null ? ids.length : ids.indexOf(before);
  ids.splice(at < 0 ? ids.length : at, 0, id);
  return ids;
}

/** The numbers of the rows that pass everything, in order. `where` is what rows have to fulfil, ready for them. */
export function keptRows(
  table: Table,
  columns: readonly Column[],
  { search, filters }: Pick<Look, "search" | "filters">,
  where: Compiled | null,
): number[] {
  const tests = filters.flatMap((filter) => testOf(filter, columns) ?? []);
  const wanted = search.trim().toLowerCase();
  const numbers = NUMERIC.test(wanted);
  const kept: number[] = [];
  for (const [number, row] of table.rows.entries()) {
    if (!tests.every((test) => test(row))) continue;
    if (where) {
      const said = where(row);
      if (said === null || said === false || said === 0 || said === "" || Number.isNaN(said)) continue;
    }
    if (wanted && !holds(row, wanted, numbers)) continue;
    kept.push(number);
  }
  return kept;
}

/** What the text of a number may be made of. */
const NUMERIC = /^[-+.\de]+$/;

function holds(row: Row, wanted: string, numbers: boolean): boolean {
  return row.some((cell) => (typeof cell !== "number" || numbers) && cellText(cell).toLowerCase().includes(wanted));
}
