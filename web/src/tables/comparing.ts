/** Two tables as one, row by row: what came, what went, what changed. Pure. */
import { asNumber } from "@/ui/numbers";
import { uniqueNames } from "./columns";
import { cellText, isEmpty, type Row, type Table } from "./table";

export const CHANGES = ["changed", "added", "removed", "same"] as const;
export type Change = (typeof CHANGES)[number];

export interface Comparison {
  /** The change, the key where there is one, and each column of both tables beside the other's: `u.loss` of `loss`. */
  table: Table;
  /** The place of the other table's column, by that of this one's. */
  pairs: ReadonlyMap<number, number>;
  counts: Record<Change, number>;
  /** How many rows had a key that came before, and are matched in their order. */
  repeated: number;
  /** The column by which rows are matched; null where it is their number. */
  key: string | null;
}

export const CHANGE = "change";

/**
 * The rows of `t` beside those of `u` that have the same key (or the same number, where there is no key). A row is
 * added where only `t` has it. Rows of one key are matched in the order in which they come.
 */
export function compared(t: Table, u: Table, key: string | null): Comparison {
  const [mine, theirs] = [uniqueNames(t.columns), uniqueNames(u.columns)];
  const [keyT, keyU] = [key === null ? -1 : mine.indexOf(key), key === null ? -1 : theirs.indexOf(key)];
  const keyed = keyT >= 0 && keyU >= 0;
  const columns = [CHANGE, ...(keyed && key !== null ? [key] : [])];
  const picks: { mine: number; theirs: number }[] = [];
  const pairs = new Map<number, number>();
  for (const [place, name] of mine.entries()) {
    if (keyed && place === keyT) continue;
    const other = theirs.indexOf(name);
    columns.push(name);
    picks.push({ mine: place, theirs: -1 });
    if (other < 0) continue;
    pairs.set(columns.length - 1, columns.length);
    columns.push(`u.${name}`);
    picks.push({ mine: -1, theirs: other });
  }
  for (const [place, name] of theirs.entries())
    if (!mine.includes(name)) {
      columns.push(`u.${name}`);
      picks.push({ mine: -1, theirs: place });
    }

  const counts: Record<Change, number> = { changed: 0, added: 0, removed: 0, same: 0 };
  const rows: Row[] = [];
  const put = (a: Row | null, b: Row | null) => {
    const cells = picks.map((pick) => (pick.mine >= 0 ? (a?.[pick.mine] ?? null) : (b?.[pick.theirs] ?? null)));
    const offset = columns.length - picks.length;
    let change: Change = a ? (b ? "same" : "added") : "removed";
    if (a && b)
      for (const [place, other] of pairs)
        if (!alike(cells[place - offset], cells[other - offset])) {
          change = "changed";
          break;
        }
    counts[change] += 1;
    rows.push(keyed ? [change, (a ? a[keyT] : b?.[keyU]) ?? null, ...cells] : [change, ...cells]);
  };

  let repeated = 0;
  if (keyed) {
    const waiting = new Map<string, Row[]>();
    for (const row of u.rows) {
      const text = keyText(row[keyU]);
      const some = waiting.get(text);
      if (some) {
        some.push(row);
        repeated += 1;
      } else waiting.set(text, [row]);
    }
    const taken = new Set<Row>();
    const next = new Map<string, number>();
    for (const row of t.rows) {
      const text = keyText(row[keyT]);
      const at = next.get(text) ?? 0;
      next.set(text, at + 1);
      const other = waiting.get(text)?.[at] ?? null;
      if (other) taken.add(other);
      put(row, other);
    }
    for (const row of u.rows) if (!taken.has(row)) put(null, row);
  } else
    for (let at = 0; at < Math.max(t.rows.length, u.rows.length); at++) put(t.rows[at] ?? null, u.rows[at] ?? null);
  const types = { ...t.types, ...Object.fromEntries(Object.entries(u.types ?? {}).map(([n, v]) => [`u.${n}`, v])) };
  return { table: { columns, rows, types }, pairs, counts, repeated, key: keyed ? key : null };
}

/** The comparison without columns in which no row differs. */
export function withoutSame(comparison: Comparison): Comparison {
  const { table, pairs } = comparison;
  const both = table.rows.filter(([change]) => change === "changed");
  const same = new Set<number>();
  for (const [place, other] of pairs)
    if (both.every((row) => alike(row[place], row[other]))) {
      same.add(place);
      same.add(other);
    }
  const kept = table.columns.flatMap((_, place) => (same.has(place) ? [] : [place]));
  const moved = new Map(kept.map((place, at) => [place, at]));
  return {
    ...comparison,
    table: {
      ...table,
      columns: kept.map((place) => table.columns[place] ?? ""),
      rows: table.rows.map((row) => kept.map((place) => row[place])),
    },
    pairs: new Map(
      [...pairs].flatMap(([place, other]): [number, number][] => {
        const [a, b] = [moved.get(place), moved.get(other)];
        return a === undefined || b === undefined ? [] : [[a, b]];
      }),
    ),
  };
}

/** Two tables side by side where their keys are the same: `0.loss` of the first, `1.loss` of the second. */
export function joinedByKey(t: Table, u: Table, keys: readonly string[]): Table {
  const keyT = uniqueNames(t.columns).indexOf(keys[0] ?? "");
  const keyU = uniqueNames(u.columns).indexOf(keys[1] ?? keys[0] ?? "");
  const rest = (row: Row | null, table: Table, key: number) =>
    table.columns.flatMap((_, place) => (place === key ? [] : [row?.[place] ?? null]));
  const names = (table: Table, key: number, mark: string) =>
    uniqueNames(table.columns).flatMap((name, place) => (place === key ? [] : [`${mark}.${name}`]));
  const byKey = new Map<string, Row[]>();
  for (const row of u.rows) {
    const text = keyText(row[keyU]);
    byKey.set(text, [...(byKey.get(text) ?? []), row]);
  }
  const met = new Set<string>();
  const rows: Row[] = [];
  for (const row of t.rows) {
    const text = keyText(row[keyT]);
    met.add(text);
    for (const other of byKey.get(text) ?? [null])
      rows.push([row[keyT] ?? null, ...rest(row, t, keyT), ...rest(other, u, keyU)]);
  }
  for (const row of u.rows)
    if (!met.has(keyText(row[keyU]))) rows.push([row[keyU] ?? null, ...rest(null, t, keyT), ...rest(row, u, keyU)]);
  return { columns: [keys.join(" = "), ...names(t, keyT, "0"), ...names(u, keyU, "1")], rows };
}

function keyText(cell: unknown): string {
  return isEmpty(cell) ? "\u0000" : cellText(cell);
}

/** Whether two cells say the same; media do where their bytes are the same. */
export function alike(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (isEmpty(a) || isEmpty(b)) return false;
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== null && y !== null) return x === y || (Number.isNaN(x) && Number.isNaN(y));
  if (typeof a !== "object" || typeof b !== "object") return false;
  const [p, q] = [a as Record<string, unknown>, b as Record<string, unknown>];
  if (typeof p.sha256 === "string" && typeof q.sha256 === "string" && !p.boxes && !p.masks)
    return p.sha256 === q.sha256;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The column that tells rows apart: the first of both whose values come once; null where there is none. */
export function likelyKey(t: Table, u: Table): string | null {
  const theirs = uniqueNames(u.columns);
  for (const [place, name] of uniqueNames(t.columns).entries()) {
    const other = theirs.indexOf(name);
    if (other >= 0 && comesOnce(t.rows, place) && comesOnce(u.rows, other)) return name;
  }
  return null;
}

function comesOnce(rows: readonly Row[], place: number): boolean {
  const seen = new Set<string | number>();
  for (const row of rows) {
    const cell = row[place];
    // a measure may come once, too, by chance
    const names = typeof cell === "string" || (typeof cell === "number" && Number.isInteger(cell));
    if (!names || seen.has(cell as string | number)) return false;
    seen.add(cell as string | number);
  }
  return rows.length > 0;
}
