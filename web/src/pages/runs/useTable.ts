/** What the table shows, read as it comes in sight: runs in parts of the list, groups with what their numbers come to. */
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useRef } from "react";
import { groupsQuery, runsQuery, searchRuns } from "@/api/runs";
import type { Numbers, Run, RunPage, RunSearch, Sort } from "@/api/types";
import { useText } from "@/ui/text";
import { type LevelAsk, readLevels, useLevels, useSpans } from "./levels";
import {
  BLOCK,
  type Block,
  blockName,
  blocksIn,
  type Lines,
  lineAt,
  linesOf,
  NO_LINES,
  type TableLine,
} from "./segments";
import { type GroupNode, leavesOf, treeOf } from "./tree";

/** One is asked for at a time when many runs are wanted at once. */
const PAGE = 1000;
const OPEN_RUNS = 500;

/** `fields` are those of config, summary and metrics that are shown; of `spanned` the ends are known over all runs. */
export interface TableAsk extends LevelAsk {
  filter: RunSearch["filter"];
  query: string;
  /** Groups that are not as they are by themselves. */
  flipped: ReadonlySet<string>;
  /** The lines in sight. */
  range: readonly [number, number];
}

export interface TableData {
  groups: readonly GroupNode[] | null;
  lines: Lines;
  total: number;
  all: number;
  /** Groups beyond those that are shown. */
  moreGroups: number;
  /** The run of a line, once it is here. */
  runOf: (line: TableLine) => Run | undefined;
  /** The runs in sight, by the part they were read in. */
  blocks: readonly (readonly Run[])[];
  /** Where the numbers of each field go, over all runs that match. */
  spans: ReadonlyMap<string, Numbers>;
  updatedAt: number;
}

export interface Table extends TableData {
  /** What was asked for is on its way; what is shown was asked before. */
  stale: boolean;
  pending: boolean;
  error: unknown;
  refetch: () => void;
  /** The runs of some of the lines, all of them; asks for what is not here. */
  collect: (from: number, to: number) => Promise<Run[]>;
  /** All runs that match, or those of a group, at most `most`; `fields` are those wanted of each, null is all. */
  collectAll: (group: GroupNode | null, most?: number, fields?: readonly string[] | null) => Promise<Run[]>;
  /** The innermost groups, with the numbers of these fields. */
  collectGroups: (fields: readonly string[]) => Promise<GroupNode[]>;
  /** The same runs with these fields. */
  readAgain: (runs: readonly Run[], fields: readonly string[]) => Promise<Run[]>;
  /** Whether groups that nobody touched are open. */
  opensByItself: boolean;
}

export function useTable(ask: TableAsk): Table {
  const { entity, project, filter, query, sort, group, fields, flipped, range } = ask;
  const t = useText();
  const grouped = group.length > 0;
  const order = useMemo(() => [...sort, NEWEST].filter(firstOfField), [sort]);
  const search = useMemo(
    (): RunSearch => ({ filter: filter ?? null, query, sort: order, columns: [...fields], limit: BLOCK }),
    [filter, query, order, fields],
  );
  const searchIn = useCallback(
    (own: GroupNode | null): RunSearch => (own ? { ...search, filter: own.filter, query: "" } : search),
    [search],
  );
  const head = useQuery({ ...runsQuery(entity, project, search), enabled: !grouped });

  const levels = useLevels(ask, search);
  const noValue = t.runs.noValue;
  const groups = useMemo(
    () => (levels ? treeOf(group, levels.levels, levels.states, noValue) : null),
    [levels, group, noValue],
  );
  const total = grouped ? (levels?.first.runs ?? 0) : (head.data?.total ?? 0);
  const ready = grouped ? groups !== null : head.data !== undefined;
  const spans = useSpans(ask, search, ready);
  const lines = useMemo(() => {
    if (!ready) return NO_LINES;
    const byItself = total <= OPEN_RUNS;
    return linesOf(grouped ? groups : null, total, (own) => byItself !== flipped.has(own.id));
  }, [ready, grouped, groups, total, flipped]);

  const [first, last] = range;
  const wanted = useMemo(() => blocksIn(lines, first, last), [lines, first, last]);
  const blocks = useBlocks(entity, project, wanted, searchIn);
  const updatedAt = Math.max(blocks.updatedAt, head.dataUpdatedAt);
  const data = useMemo(
    (): TableData => ({
      groups: grouped ? groups : null,
      lines,
      total,
      all: grouped ? (levels?.first.all ?? 0) : (head.data?.all ?? 0),
      moreGroups: grouped ? Math.max(0, (levels?.first.total ?? 0) - (levels?.first.groups.length ?? 0)) : 0,
      runOf: (line) =>
        line.kind === "run"
          ? blocks.pages.get(blockName(line.group, Math.floor(line.place / BLOCK)))?.[line.place % BLOCK]
          : undefined,
      blocks: [...blocks.pages.values()],
      spans,
      updatedAt,
    }),
    [grouped, groups, lines, total, levels, head.data, blocks, spans, updatedAt],
  );
  // what was there stays, greyed, until there is something to put in its place
  const arrived = ready && (blocks.pages.size > 0 || wanted.length === 0);
  const kept = useRef<{ search: RunSearch; group: readonly string[]; data: TableData } | null>(null);
  const sameAsk = kept.current?.search === search && kept.current.group === group;
  if (arrived || (ready && sameAsk)) kept.current = { search, group, data };
  const shown = ready && (arrived || sameAsk) ? data : (kept.current?.data ?? data);

  const collectIn = useCallback(
    async (own: GroupNode | null, from: number, count: number, wanted?: readonly string[] | null): Promise<Run[]> => {
      const out: Run[] = [];
      const columns = wanted === undefined ? {} : { columns: wanted === null ? null : [...wanted] };
      for (let offset = from; offset < from + count; offset += PAGE) {
        const limit = Math.min(PAGE, from + count - offset);
        const page = await searchRuns(entity, project, { ...searchIn(own), ...columns, offset, limit });
        out.push(...page.runs);
        if (page.runs.length < limit) break;
      }
      return out;
    },
    [entity, project, searchIn],
  );
  const collect = useCallback(
    async (from: number, to: number) => {
      const out: Run[] = [];
      for (const segment of shown.lines.segments) {
        if (segment.kind !== "runs") continue;
        const start = Math.max(from, segment.start);
        const end = Math.min(to, segment.start + segment.count - 1);
        if (start > end) continue;
        const here = Array.from({ length: end - start + 1 }, (_, at) => {
          const line = lineAt(shown.lines, start + at);
          return line ? shown.runOf(line) : undefined;
        });
        if (here.every((run) => run !== undefined)) out.push(...here);
        else out.push(...(await collectIn(segment.group, start - segment.start, end - start + 1)));
      }
      return out;
    },
    [shown, collectIn],
  );
  const collectAll = useCallback(
    (own: GroupNode | null, most = Number.POSITIVE_INFINITY, wanted?: readonly string[] | null) =>
      collectIn(own, 0, Math.min(most, own ? own.runs : shown.total), wanted),
    [collectIn, shown.total],
  );
  const cache = useQueryClient();
  const counted = levels?.states ?? null;
  const collectGroups = useCallback(
    async (wanted: readonly string[]) => {
      const found = await readLevels(group, wanted, sort, search, (each) =>
        cache.fetchQuery(groupsQuery(entity, project, each)),
      );
      return leavesOf(treeOf(group, found, counted, noValue));
    },
    [cache, entity, project, group, sort, search, counted, noValue],
  );
  const readAgain = useCallback(
    async (runs: readonly Run[], wanted: readonly string[]) => {
      const out: Run[] = [];
      for (let place = 0; place < runs.length; place += PAGE) {
        const value = runs.slice(place, place + PAGE).map((run) => run.id);
        const page = await searchRuns(entity, project, {
          filter: { type: "where", field: "id", op: "in", value },
          sort: order,
          columns: [...wanted],
          limit: PAGE,
        });
        out.push(...page.runs);
      }
      return out;
    },
    [entity, project, order],
  );
  const error = head.error ?? levels?.error ?? blocks.error ?? null;
  return {
    ...shown,
    stale: shown !== data || (blocks.pages.size === 0 && blocks.fetching),
    pending: !ready && kept.current === null && !error,
    error,
    refetch: () => {
      void head.refetch();
      levels?.refetch();
    },
    collect,
    collectAll,
    collectGroups,
    readAgain,
    opensByItself: shown.total <= OPEN_RUNS,
  };
}

const NEWEST: Sort = { field: "created_at", descending: true };

function firstOfField(each: Sort, place: number, all: readonly Sort[]): boolean {
  return all.findIndex((other) => other.field === each.field) === place;
}

interface Blocks {
  pages: ReadonlyMap<string, readonly Run[]>;
  fetching: boolean;
  error: unknown;
  updatedAt: number;
}

function useBlocks(
  entity: string,
  project: string,
  wanted: readonly Block[],
  searchIn: (group: GroupNode | null) => RunSearch,
): Blocks {
  const combine = useCallback(
    (answers: { data?: RunPage | undefined; isFetching: boolean; error: unknown; dataUpdatedAt: number }[]): Blocks => {
      const pages = new Map<string, readonly Run[]>();
      answers.forEach(({ data }, at) => {
        const block = wanted[at];
        if (data && block) pages.set(blockName(block.group, block.number), data.runs);
      });
      return {
        pages,
        fetching: answers.some((each) => each.isFetching),
        error: answers.find((each) => each.error)?.error ?? null,
        updatedAt: Math.max(0, ...answers.map((each) => each.dataUpdatedAt)),
      };
    },
    [wanted],
  );
  return useQueries({
    queries: wanted.map(({ group, number }) =>
      // the first part of the list is asked for by `head` too, in the same words
      runsQuery(entity, project, number === 0 ? searchIn(group) : { ...searchIn(group), offset: number * BLOCK }),
    ),
    combine,
  });
}
