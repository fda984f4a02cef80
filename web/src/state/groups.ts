/** Runs in groups by what they have in common, and the colours that follow from it: pure, but for the hook. */
import { useMemo } from "react";
import type { Run } from "@/api/types";
import { paletteToken, RUN_COLOURS, runToken, SHADES, shadeToken } from "@/theme/colours";
import { asNumber } from "@/ui/numbers";
import { fieldOf } from "./fields";

/** The runs that have the same value of a field; nested where the list is grouped by several. */
export interface RunGroup {
  /** The same group has the same id in every list: fields and values, in order. */
  id: string;
  /** What its runs share, outermost field first. */
  path: readonly { field: string; value: unknown }[];
  /** The last value of the path, as people read it. */
  name: string;
  /** All of its runs, those of inner groups too, in the order of the list. */
  runs: readonly Run[];
  /** The groups within; empty at the innermost level, which is the one that charts draw as one line. */
  inner: readonly RunGroup[];
  /** The colour of its line and of its square: a token of `theme/tokens.css`. */
  token: string;
}

/** The groups that charts draw: the innermost ones. */
export function innermost(groups: readonly RunGroup[]): RunGroup[] {
  return groups.flatMap((group) => (group.inner.length > 0 ? innermost(group.inner) : [group]));
}

/** What is left of groups with some of their runs alone; a group of none of them is gone. */
export function amongGroups(groups: readonly RunGroup[], runs: readonly Run[]): RunGroup[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const left = (group: RunGroup): RunGroup[] => {
    const own = group.runs.flatMap((run) => byId.get(run.id) ?? []);
    return own.length === 0 ? [] : [{ ...group, runs: own, inner: group.inner.flatMap(left) }];
  };
  return groups.flatMap(left);
}

/** Runs under the values they have of the fields, the outermost first. A value nobody logged is a group too, the last. */
export function groupsOf(runs: readonly Run[], fields: readonly string[]): RunGroup[] {
  return level(runs, fields, []);
}

function level(runs: readonly Run[], fields: readonly string[], path: RunGroup["path"]): RunGroup[] {
  const [field, ...rest] = fields;
  if (field === undefined) return [];
  const byValue = new Map<string, { value: unknown; runs: Run[] }>();
  for (const run of runs) {
    const value = sharedOf(run, field);
    const key = keyOf(value);
    const found = byValue.get(key);
    if (found) found.runs.push(run);
    else byValue.set(key, { value, runs: [run] });
  }
  return [...byValue.values()]
    .sort((a, b) => compare(a.value, b.value))
    .map(({ value, runs: own }) => {
      const here = [...path, { field, value }];
      const id = idOfGroup(here);
      return {
        id,
        path: here,
        name: wordsOf(value),
        runs: own,
        inner: rest.length > 0 ? level(own, rest, here) : [],
        token: tokenOfGroup(id),
      };
    });
}

/** The colour that follows from the identity of a group. */
export function tokenOfGroup(id: string): string {
  return paletteToken(placeOf(id));
}

/** A list of tags is one value, whatever their order. */
function sharedOf(run: Run, field: string): unknown {
  const value = fieldOf(run, field);
  if (field === "tags" && Array.isArray(value)) return [...value].sort();
  return value === "" || value === null ? undefined : value;
}

function keyOf(value: unknown): string {
  return value === undefined ? "" : `${typeof value} ${JSON.stringify(value)}`;
}

/** The same for the same fields and values, wherever the group is met. */
export function idOfGroup(path: RunGroup["path"]): string {
  return `group ${JSON.stringify(path.map(({ field, value }) => [field, value ?? null]))}`;
}

/** Where a group stands in the palette follows from its own identity, so that a filter changes no colour. */
function placeOf(id: string): number {
  let hash = 2166136261;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 16777619);
  return (hash >>> 0) % RUN_COLOURS;
}

/** Numbers by size, then texts as people count, then what is not there. */
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== null && y !== null) return x - y;
  if (x !== null || y !== null) return x !== null ? -1 : 1;
  return wordsOf(a).localeCompare(wordsOf(b), "en", { numeric: true });
}

/** A value as people read it. */
export function wordsOf(value: unknown): string {
  if (value === undefined || value === null) return "—";
  if (typeof value === "string") return value;
  if (typeof value === "number") return short(value);
  if (Array.isArray(value)) return value.length === 0 ? "—" : value.map(wordsOf).join(", ");
  return JSON.stringify(value);
}

/** A setting as one would type it: 0.02, 1e-4, 256. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/**
 * Groups that would have the same colour get the next free one, the earlier in the list first: the innermost ones among
 * all of them, as they are lines of one chart; those around them among each other.
 */
export function apart<T extends { id: string; token: string; inner: readonly T[] }>(
  groups: readonly T[],
  taken: Set<string>,
): T[] {
  const here = new Set<string>();
  const free = (group: T, among: Set<string>) => {
    let token = group.token;
    for (let by = 1; among.has(token) && by < RUN_COLOURS; by++) token = paletteToken(placeOf(group.id) + by);
    among.add(token);
    return token;
  };
  return groups.map((group) =>
    group.inner.length > 0
      ? { ...group, inner: apart(group.inner, taken), token: free(group, here) }
      : { ...group, token: free(group, taken) },
  );
}

/** What the colours of a list mean, for its legend. */
export interface ColourKey {
  field: string;
  entries: { token: string; name: string; runs: number }[];
}

export interface Colouring {
  tokenOf: (run: Run) => string;
  /** Absent where each run has its own colour. */
  key: ColourKey | null;
}

/** The runs coloured by a field: numbers in shades, few at a time; words each in a colour of the palette. */
export function colouringOf(runs: readonly Run[], field: string): Colouring {
  if (field === "") return { tokenOf: runToken, key: null };
  const values = runs.map((run) => sharedOf(run, field));
  const numbers = values.map((value) => asNumber(value)).filter((value) => value !== null && Number.isFinite(value));
  const known = values.filter((value) => value !== undefined);
  if (numbers.length === known.length && new Set(numbers).size > 1) return shaded(field, numbers as number[]);
  const names = [...new Map(known.map((value) => [keyOf(value), value])).values()].sort(compare);
  const tokens = new Map(names.map((value, place) => [keyOf(value), paletteToken(place)]));
  const tokenOf = (run: Run) => tokens.get(keyOf(sharedOf(run, field))) ?? NO_VALUE;
  return {
    tokenOf,
    key: {
      field,
      entries: [
        ...names.map((value) => ({ token: tokens.get(keyOf(value)) ?? NO_VALUE, name: wordsOf(value) })),
        ...(known.length < values.length ? [{ token: NO_VALUE, name: "—" }] : []),
      ].map((entry) => ({ ...entry, runs: runs.filter((run) => tokenOf(run) === entry.token).length })),
    },
  };
}

/** The colour of a run that has no value. */
const NO_VALUE = "--text-3";

/** Buckets with about as many values in each; at most as many as there are shades. */
function shaded(field: string, numbers: readonly number[]): Colouring {
  const sorted = [...numbers].sort((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  const count = Math.min(SHADES, distinct.length);
  // the greatest value of each bucket but the last
  const edges: number[] = [];
  for (let bucket = 1; bucket < count; bucket++) {
    const edge =
      distinct.length <= SHADES ? distinct[bucket - 1]! : sorted[Math.ceil((bucket * sorted.length) / count) - 1]!;
    if (edge > (edges.at(-1) ?? Number.NEGATIVE_INFINITY) && edge < distinct.at(-1)!) edges.push(edge);
  }
  const buckets = edges.length + 1;
  const bucketOf = (value: number) => edges.filter((edge) => value > edge).length;
  const tokenAt = (bucket: number) => shadeToken(bucket / Math.max(1, buckets - 1));
  const inBucket = (bucket: number) => sorted.filter((value) => bucketOf(value) === bucket);
  return {
    tokenOf: (run) => {
      const value = asNumber(sharedOf(run, field));
      return value === null || !Number.isFinite(value) ? NO_VALUE : tokenAt(bucketOf(value));
    },
    key: {
      field,
      entries: Array.from({ length: buckets }, (_, bucket) => {
        const own = inBucket(bucket);
        const [low, high] = [own[0]!, own.at(-1)!];
        return {
          token: tokenAt(bucket),
          name: low === high ? short(low) : `${short(low)} – ${short(high)}`,
          runs: own.length,
        };
      }),
    },
  };
}

export interface Grouping extends Colouring {
  groups: readonly RunGroup[] | null;
}

/** The groups of a list, and the colours of its runs; by itself a run in a group keeps its own colour. */
export function useGroups(runs: readonly Run[], fields: readonly string[], colour: string): Grouping {
  return useMemo(() => {
    const groups = fields.length > 0 ? apart(groupsOf(runs, fields), new Set()) : null;
    return { groups, ...colouringOf(runs, colour) };
  }, [runs, fields, colour]);
}
