/** Filters of single columns, and how the address spells them. Pure. */
import { asNumber } from "@/ui/numbers";
import type { Column } from "./columns";
import { cellText, isEmpty, type Row } from "./table";

export type Filter = { column: string } & (
  | { op: "range"; low: number | null; high: number | null }
  | { op: "in"; values: string[] }
  | { op: "has"; text: string }
  | { op: "matches"; pattern: string }
  | { op: "empty" }
  | { op: "filled" }
);

export type Test = (row: Row) => boolean;

/** The pattern, which does not mind case; null where it is none. */
export function patternOf(text: string): RegExp | null {
  try {
    return new RegExp(text, "iu");
  } catch {
    return null;
  }
}

/** What a row has to pass; null where the column is not there, or the pattern is none. */
export function testOf(filter: Filter, columns: readonly Column[]): Test | null {
  const place = columns.find(({ id }) => id === filter.column)?.place;
  if (place === undefined) return null;
  switch (filter.op) {
    case "range": {
      const { low, high } = filter;
      return (row) => {
        const value = asNumber(row[place]);
        return value !== null && (low === null || value >= low) && (high === null || value <= high);
      };
    }
    case "in": {
      const wanted = new Set(filter.values);
      return (row) => !isEmpty(row[place]) && wanted.has(cellText(row[place]));
    }
    case "has": {
      const wanted = filter.text.toLowerCase();
      return (row) => cellText(row[place]).toLowerCase().includes(wanted);
    }
    case "matches": {
      const pattern = patternOf(filter.pattern);
      return pattern && ((row) => pattern.test(cellText(row[place])));
    }
    case "empty":
      return (row) => isEmpty(row[place]);
    case "filled":
      return (row) => !isEmpty(row[place]);
  }
}

/** The filters with this one in place of those of its column. */
export function withFilter(filters: readonly Filter[], column: string, filter: Filter | null): Filter[] {
  const others = filters.filter((each) => each.column !== column);
  return filter ? [...others, filter] : others;
}

/** A word of a list in the address, where `,`, `;`, `|` and `~` mean something. */
export function escapeWord(text: string): string {
  return text.replace(/[%,;|~]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

export function unescapeWord(text: string): string {
  return text.replace(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** `loss~0.1..0.5;label~in~cat|dog`. */
export function filtersTo(filters: readonly Filter[]): string {
  return filters
    .map((filter) => {
      const name = escapeWord(filter.column);
      switch (filter.op) {
        case "range":
          return `${name}~${filter.low ?? ""}..${filter.high ?? ""}`;
        case "in":
          return `${name}~in~${filter.values.map(escapeWord).join("|")}`;
        case "has":
          return `${name}~has~${escapeWord(filter.text)}`;
        case "matches":
          return `${name}~matches~${escapeWord(filter.pattern)}`;
        default:
          return `${name}~${filter.op}`;
      }
    })
    .join(";");
}

export function filtersFrom(text: string): Filter[] {
  return text.split(";").flatMap((piece): Filter[] => {
    const [name = "", op = "", rest = ""] = piece.split("~");
    const column = unescapeWord(name);
    if (!column) return [];
    const range = /^(.*)\.\.(.*)$/.exec(op);
    if (range) return [{ column, op: "range", low: bound(range[1]), high: bound(range[2]) }];
    if (op === "in") return [{ column, op, values: rest.split("|").map(unescapeWord) }];
    if (op === "has") return [{ column, op, text: unescapeWord(rest) }];
    if (op === "matches") return [{ column, op, pattern: unescapeWord(rest) }];
    return op === "empty" || op === "filled" ? [{ column, op }] : [];
  });
}

function bound(text: string | undefined): number | null {
  return text === undefined || text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
}
