/** A nested value laid out as the rows of a tree, with search. Pure. */
import { bytes } from "./numbers";
import { duration } from "./times";

export interface TreeRow {
  /** The whole path, parts joined by dots; unique. */
  path: string;
  /** The last part of the path. */
  name: string;
  depth: number;
  /** The value, for a leaf. */
  value?: unknown;
  /** How many leaves are under it, for a branch. */
  leaves?: number;
  open?: boolean;
}

export type Branch = Record<string, unknown>;

/** A value with parts of its own. An empty one is a leaf, a list of plain values too, and media (they have a `_type`). */
export function isBranch(value: unknown): value is Branch {
  if (typeof value !== "object" || value === null || "_type" in value) return false;
  if (Array.isArray(value)) return value.some((part) => typeof part === "object" && part !== null);
  return Object.keys(value).length > 0;
}

export function leaves(value: unknown): number {
  if (!isBranch(value)) return 1;
  return Object.values(value).reduce<number>((sum, part) => sum + leaves(part), 0);
}

/**
 * The rows to show. Without a query, branches in `closed` hide what is under them; with one, only leaves whose path or
 * value holds it are shown, with the branches above them, all open.
 */
export function treeRows(root: Branch, query: string, closed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const wanted = query.trim().toLowerCase();
  const walk = (branch: Branch, above: string, depth: number): void => {
    for (const name of Object.keys(branch).sort(byName)) {
      const value = branch[name];
      const path = above ? `${above}.${name}` : name;
      if (!isBranch(value)) {
        if (!wanted || matches(path, value, wanted)) rows.push({ path, name, depth, value });
        continue;
      }
      const open = wanted !== "" || !closed.has(path);
      const place = rows.length;
      rows.push({ path, name, depth, leaves: leaves(value), open });
      if (open) walk(value, path, depth + 1);
      if (wanted && rows.length === place + 1) rows.pop();
    }
  };
  walk(root, "", 0);
  return rows;
}

/** So many values under a branch are folded away at first. */
const MANY = 24;

/** The branches that are closed at first: those of many values, unless all there is is in them. */
export function foldedAtFirst(root: Branch): string[] {
  const found: string[] = [];
  const walk = (branch: Branch, above: string): void => {
    for (const [name, value] of Object.entries(branch)) {
      if (!isBranch(value)) continue;
      const path = above ? `${above}.${name}` : name;
      if (leaves(value) > MANY) found.push(path);
      else walk(value, path);
    }
  };
  if (Object.keys(root).length > 1) walk(root, "");
  return found;
}

/** What a number is, as people say it, where its name tells the unit: bytes and spans of time. Empty where not. */
export function inWords(name: string, value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) return "";
  const unit = /(?:^|[_.\s-])(bytes|ms|msecs?|millis|secs?|seconds|mins?|minutes|hours)$/i
    .exec(name)?.[1]
    ?.toLowerCase();
  if (!unit) return "";
  if (unit === "bytes") return Math.abs(value) >= 1000 ? bytes(value) : "";
  const seconds =
    unit.startsWith("m") && !unit.startsWith("min")
      ? value / 1000
      : /^min/.test(unit)
        ? value * 60
        : unit === "hours"
          ? value * 3600
          : value;
  // 12 seconds need no other words
  return (unit.startsWith("s") && seconds < 60) || seconds <= 0 ? "" : duration(seconds);
}

function matches(path: string, value: unknown, wanted: string): boolean {
  return path.toLowerCase().includes(wanted) || leafText(value).toLowerCase().includes(wanted);
}

/** The value as it is copied: text without quotes, everything else as JSON. */
export function leafText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? "";
}

const natural = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function byName(a: string, b: string): number {
  return natural.compare(a, b);
}

/** `a/b` and `a.b` names folded into a nested value, so that flat metrics read as a tree. */
export function nest(flat: Branch, separator: string): Branch {
  const root: Branch = {};
  for (const [name, value] of Object.entries(flat)) {
    const parts = name.split(separator);
    let here = root;
    for (const [place, part] of parts.entries()) {
      if (place === parts.length - 1) {
        here[part] = isBranch(here[part]) ? { ...(here[part] as Branch), "": value } : value;
      } else {
        const next = here[part];
        const branch: Branch = isBranch(next) ? next : next === undefined ? {} : { "": next };
        here[part] = branch;
        here = branch;
      }
    }
  }
  return root;
}
