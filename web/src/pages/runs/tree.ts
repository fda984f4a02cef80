/** Groups as the server tells them, level by level, put into each other. Pure. */
import type { Filter, Group, Numbers, Run } from "@/api/types";
import { apart, idOfGroup, tokenOfGroup } from "@/state/groups";
import { oneLine } from "@/ui/numbers";

/** Some runs that have the same values; what they come to is known without reading them. */
export interface GroupNode {
  id: string;
  path: readonly { field: string; value: unknown }[];
  name: string;
  token: string;
  runs: number;
  inner: readonly GroupNode[];
  numbers: ReadonlyMap<string, Numbers>;
  /** The one value that all of its runs have, of the fields where they have one. */
  shared: ReadonlyMap<string, unknown>;
  /** How many of its runs are in which state; empty where nobody counted. */
  states: ReadonlyMap<Run["state"], number>;
  filter: Filter;
}

/** The answers for one level: the same groups, with the numbers of different fields. */
export type Level = readonly { of: readonly string[]; groups: readonly Group[] }[];

/** The tree of groups: `levels` by one field, by two, and so on; `states` by all of them and by state, or null. */
export function treeOf(
  fields: readonly string[],
  levels: readonly Level[],
  states: readonly Group[] | null,
  none: string,
): GroupNode[] {
  const counts = new Map<string, Map<Run["state"], number>>();
  for (const group of states ?? [])
    for (let depth = 1; depth <= fields.length; depth++) {
      const key = keyOf(group.values.slice(0, depth));
      const known = counts.get(key) ?? new Map<Run["state"], number>();
      const state = group.values[fields.length] as Run["state"];
      counts.set(key, known.set(state, (known.get(state) ?? 0) + group.runs));
    }
  const build = (depth: number, above: string): GroupNode[] => {
    const level = levels[depth] ?? [];
    const [first, ...more] = level;
    return (first?.groups ?? []).flatMap((group) => {
      if (keyOf(group.values.slice(0, depth)) !== above) return [];
      const key = keyOf(group.values);
      const path = group.values.map((value, at) => ({ field: fields[at]!, value: value ?? undefined }));
      const numbers = new Map<string, Numbers>();
      const shared = new Map<string, unknown>();
      for (const part of [first!, ...more]) {
        const own = part === first ? group : part.groups.find((each) => keyOf(each.values) === key);
        part.of.forEach((field, at) => {
          if (own?.numbers[at]) numbers.set(field, own.numbers[at]);
          if (own?.shared[at] !== undefined && own.shared[at] !== null) shared.set(field, own.shared[at]);
        });
      }
      const value = group.values[depth];
      const id = idOfGroup(path);
      return {
        id,
        path,
        name: value === null || value === "" ? none : oneLine(value),
        token: tokenOfGroup(id),
        runs: group.runs,
        inner: depth + 1 < levels.length ? build(depth + 1, key) : [],
        numbers,
        shared,
        states: counts.get(key) ?? new Map(),
        filter: group.filter,
      };
    });
  };
  return apart(build(0, keyOf([])), new Set());
}

function keyOf(values: readonly unknown[]): string {
  return JSON.stringify(values);
}

/** The innermost groups, which hold the runs. */
export function leavesOf(groups: readonly GroupNode[]): GroupNode[] {
  return groups.flatMap((group) => (group.inner.length > 0 ? leavesOf(group.inner) : [group]));
}
