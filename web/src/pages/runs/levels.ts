/** The groups of the table as the server tells them: by one field, by two, and so on, the numbers of fields in parts. */
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { groupsQuery } from "@/api/runs";
import type { Group, GroupPage, GroupSort, Numbers, RunSearch, Sort } from "@/api/types";
import type { Level } from "./tree";

/** The server takes four fields to group by. */
export const MOST_GROUPED = 4;
/** It takes numbers of fifty fields; reading them costs by the field, and a screen shows a dozen. */
const MOST_OF = 25;
const MOST_GROUPS = 1000;

export interface LevelAsk {
  entity: string;
  project: string;
  group: readonly string[];
  sort: readonly Sort[];
  fields: readonly string[];
  spanned: readonly string[];
  /** The fields in sight: the numbers of others are asked for once they come in sight. */
  seen: ReadonlySet<string>;
}

export interface Levels {
  first: GroupPage;
  levels: Level[];
  states: readonly Group[] | null;
  error: unknown;
  refetch: () => void;
}

interface Asked {
  depth: number;
  of: string[];
  search: ReturnType<typeof baseOf> & { by: string[]; of: string[]; sort: GroupSort[]; limit: number };
}

/** What is asked for groups with the numbers of these parts: the first part of every level makes the groups. */
function asksOf(
  group: readonly string[],
  parts: readonly string[][],
  sort: readonly Sort[],
  search: RunSearch,
): Asked[] {
  return group.flatMap((_, depth) =>
    parts.map((part) => {
      const by = group.slice(0, depth + 1);
      const { of, order } = sortedBy(by, part, sort);
      return { depth, of, search: { ...baseOf(search), by, of, sort: order, limit: MOST_GROUPS } };
    }),
  );
}

function levelsOf(
  group: readonly string[],
  asked: readonly Asked[],
  answers: readonly (GroupPage | undefined)[],
): Level[] {
  const levels: { of: string[]; groups: Group[] }[][] = group.map(() => []);
  answers.forEach((page, at) => {
    const { depth, of } = asked[at]!;
    if (page) levels[depth]?.push({ of, groups: page.groups });
  });
  return levels;
}

/** The levels with the numbers of all these fields, read one after the other. */
export async function readLevels(
  group: readonly string[],
  fields: readonly string[],
  sort: readonly Sort[],
  search: RunSearch,
  read: (search: Asked["search"]) => Promise<GroupPage>,
): Promise<Level[]> {
  const asked = asksOf(group, partsOf(fields), sort, search);
  const pages: GroupPage[] = [];
  for (const each of asked) pages.push(await read(each.search));
  return levelsOf(group, asked, pages);
}

/** The groups as far as they are known; null until there are any. */
export function useLevels(ask: LevelAsk, search: RunSearch): Levels | null {
  const { entity, project, group, fields, sort, seen } = ask;
  const every = useMemo(() => partsOf(fields), [fields]);
  const wanted = every.filter((part, at) => at === 0 || part.some((field) => seen.has(field)));
  const parts = useStable(wanted);
  const asked = useMemo(() => asksOf(group, parts, sort, search), [group, parts, sort, search]);
  const byState = group.length > 0 && group.length < MOST_GROUPED && !group.includes("state");
  const states = useQuery({
    ...groupsQuery(entity, project, { ...baseOf(search), by: [...group, "state"], limit: MOST_GROUPS }),
    enabled: byState,
    placeholderData: keepPreviousData,
  });
  const combine = useCallback(
    (answers: { data?: GroupPage | undefined; error: unknown; refetch: () => unknown }[]) => {
      const first = answers[0]?.data;
      const error = answers.find((each) => each.error)?.error ?? null;
      // numbers of other fields come as they come
      if (!first || answers.some((each, at) => at % parts.length === 0 && !each.data)) return null;
      const pages = answers.map((each) => each.data);
      return {
        first,
        levels: levelsOf(group, asked, pages),
        error,
        refetch: () => answers.forEach((each) => void each.refetch()),
      };
    },
    [asked, group, parts],
  );
  const found = useQueries({ queries: asked.map((each) => groupsQuery(entity, project, each.search)), combine });
  const counted = byState ? (states.data?.groups ?? null) : null;
  return useMemo(() => (found && group.length > 0 ? { ...found, states: counted } : null), [found, group, counted]);
}

/** Of each field, where its numbers go over all runs that match. */
export function useSpans(ask: LevelAsk, search: RunSearch, enabled: boolean): ReadonlyMap<string, Numbers> {
  const { entity, project, spanned, seen } = ask;
  const every = useMemo(() => partsOf(spanned), [spanned]);
  const parts = useStable(every.filter((part) => part.some((field) => seen.has(field))));
  const combine = useCallback(
    (answers: { data?: GroupPage | undefined }[]) => {
      const found = new Map<string, Numbers>();
      answers.forEach(({ data }, at) => {
        const [only] = data?.groups ?? [];
        parts[at]?.forEach((field, place) => {
          const numbers = only?.numbers[place];
          if (numbers) found.set(field, numbers);
        });
      });
      return found;
    },
    [parts],
  );
  return useQueries({
    queries: parts.map((of) => ({
      ...groupsQuery(entity, project, { ...baseOf(search), by: ["project"], of }),
      staleTime: 10_000,
      enabled,
    })),
    combine,
  });
}

/** The same parts for as long as the same fields are in them. */
function useStable(parts: string[][]): string[][] {
  const key = parts.join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: they are the same where their fields are.
  return useMemo(() => parts, [key]);
}

function baseOf({ filter, query }: RunSearch): Pick<RunSearch, "filter" | "query"> {
  return { filter: filter ?? null, query: query ?? "" };
}

/** The fields in as many questions as they need; one is asked at least. */
function partsOf(fields: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let at = 0; at < fields.length; at += MOST_OF - 1) parts.push(fields.slice(at, at + MOST_OF - 1));
  return parts.length > 0 ? parts : [[]];
}

/** How groups are put in order where runs are sorted so: by the mean of what runs are sorted by, else by their values. */
function sortedBy(
  by: readonly string[],
  of: readonly string[],
  sort: readonly Sort[],
): { of: string[]; order: GroupSort[] } {
  const order: GroupSort[] = [];
  const asked = [...of];
  for (const { field, descending = false } of sort.slice(0, 1)) {
    if (by.includes(field)) order.push({ how: "value", field, descending });
    else if (/^(summary|config|min|max|mean)\./.test(field)) {
      if (!asked.includes(field)) asked.push(field);
      order.push({ how: "mean", field, descending });
    }
  }
  return { of: asked, order };
}
