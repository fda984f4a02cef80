/** A table beside another: by which column their rows are matched, and what is then seen of them. */
import { useMemo } from "react";
import { type Column, columnsOf, uniqueNames } from "./columns";
import { type Comparison, compared, likelyKey } from "./comparing";
import { type Table, withTimes } from "./table";

/** `asked` is the column that one wishes for, and `#` none; without a wish it is one that tells rows apart. */
export function useComparison(t: Table, u: Table | null, asked: string | undefined): Comparison | null {
  return useMemo(() => {
    if (!u) return null;
    const key = asked === "#" ? null : (asked ?? likelyKey(t, u));
    return compared(withTimes(t), withTimes(u), key);
  }, [t, u, asked]);
}

/** Columns of both by which rows can be matched. */
export function sharedColumns(t: Table, u: Table): string[] {
  const theirs = new Set(uniqueNames(u.columns));
  return columnsOf(t)
    .filter(({ id, kind }) => theirs.has(id) && kind !== "image" && kind !== "media" && kind !== "histogram")
    .map(({ id }) => id);
}

/** True of a column of a comparison that is the other table's. */
export function isTheirs(column: Column): boolean {
  return column.name.startsWith("u.");
}
