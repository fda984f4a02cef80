/** From a table and how one looks at it to the lines that are shown. */
import { useMemo } from "react";
import type { Column } from "./columns";
import { alike } from "./comparing";
import { type Compiled, compile } from "./expression";
import { type Line, linesOf, sorted } from "./groups";
import { arranged, type Extended, keptRows, type Look, withComputed } from "./look";
import { type Row, type Table, withTimes } from "./table";

export interface Pipeline extends Extended {
  rows: readonly Row[];
  /** The columns that are shown, in their order. */
  shown: Column[];
  /** How many of them stay in sight. */
  pins: number;
  /** The numbers of the rows that are left, in the order that they are shown in. */
  order: readonly number[];
  /** The same rows themselves. */
  left: readonly Row[];
  lines: readonly Line[];
  /** In a comparison, whether a cell is another than that of the other table. */
  differs: (row: Row, column: Column) => boolean;
  /** Why the expression filters nothing. */
  whereError: unknown;
}

/** `pairs` are columns of a comparison; `open` the groups that are unfolded. */
export function usePipeline(
  given: Table,
  look: Look,
  open: ReadonlySet<string>,
  pairs: ReadonlyMap<number, number> | null,
): Pipeline {
  const extended = useMemo((): Extended => {
    const found = withComputed(withTimesKept(given), look.computed);
    if (!pairs) return found;
    const theirs = new Set(pairs.values());
    const columns = found.columns.map((column) => {
      const other = pairs.get(column.place);
      if (theirs.has(column.place)) return { ...column, theirs: true };
      return other === undefined ? column : { ...column, other };
    });
    return { ...found, columns };
  }, [given, look.computed, pairs]);
  const { table, columns } = extended;
  const where = useMemo((): { test: Compiled | null; error: unknown } => {
    if (!look.where.trim()) return { test: null, error: null };
    try {
      return { test: compile(look.where, columns), error: null };
    } catch (error) {
      return { test: null, error };
    }
  }, [look.where, columns]);
  const { search, filters } = look;
  const kept = useMemo(
    () => keptRows(table, columns, { search, filters }, where.test),
    [table, columns, search, filters, where.test],
  );
  const order = useMemo(() => sorted(kept, table.rows, look.sorts, columns), [kept, table, look.sorts, columns]);
  const left = useMemo(() => kept.map((number) => table.rows[number] ?? []), [kept, table]);
  const shown = useMemo(
    () => arranged(columns, { hidden: look.hidden, order: look.order, pinned: look.pinned }),
    [columns, look.hidden, look.order, look.pinned],
  );
  const pins = shown.filter(({ id }) => look.pinned.includes(id)).length;
  const lines = useMemo(() => {
    const by = look.groups.flatMap((id) => columns.find((column) => column.id === id) ?? []);
    return linesOf(order, table.rows, by, (key) => open.has(key));
  }, [order, table, look.groups, columns, open]);
  return { ...extended, rows: table.rows, shown, pins, order, left, lines, differs, whereError: where.error };
}

function differs(row: Row, { place, other }: Column): boolean {
  return other !== undefined && !alike(row[place], row[other]);
}

/** Times as text, and where they are. */
function withTimesKept(table: Table): Table {
  return table.times ? { ...withTimes(table), times: table.times } : table;
}
