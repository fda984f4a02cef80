/** Runs: searched, read, edited, deleted; an edit shows at once and is taken back when the server refuses it. */
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { ask, askJson, at, withParams } from "./client";
import type { GroupPage, GroupSearch, KeyInfo, Rows, Run, RunEdit, RunPage, RunSearch, Stream } from "./types";

export function searchRuns(entity: string, project: string, search: RunSearch, signal?: AbortSignal): Promise<RunPage> {
  return askJson<RunPage>(at("projects", entity, project, "runs"), { method: "POST", body: search, signal });
}

/** Groups of the runs that match, all on one page. */
export function groupsQuery(entity: string, project: string, search: GroupSearch) {
  return {
    queryKey: ["groups", entity, project, search] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<GroupPage>(at("projects", entity, project, "runs", "groups"), { method: "POST", body: search, signal }),
  };
}

export function runsQuery(entity: string, project: string, search: RunSearch) {
  return {
    queryKey: ["runs", entity, project, search] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => searchRuns(entity, project, search, signal),
  };
}

export function runQuery(entity: string, project: string, run: string) {
  return {
    queryKey: ["run", entity, project, run] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => askJson<Run>(at("runs", entity, project, run), { signal }),
  };
}

export function runKeysQuery(entity: string, project: string, run: string, stream: Stream = "history") {
  return {
    queryKey: ["run-keys", entity, project, run, stream] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<KeyInfo[]>(withParams(at("runs", entity, project, run, "keys"), { stream }), { signal }),
  };
}

/** One page of runs; the answer of the last search stays while the next is on its way. */
export function useRuns(entity: string, project: string, search: RunSearch, enabled = true) {
  return useQuery({ ...runsQuery(entity, project, search), placeholderData: keepPreviousData, enabled });
}

/** All pages of runs so far; `fetchNextPage` takes the next by the cursor of the last. */
export function useRunPages(entity: string, project: string, search: RunSearch) {
  return useInfiniteQuery({
    queryKey: ["run-pages", entity, project, search] as const,
    queryFn: ({ signal, pageParam }) => searchRuns(entity, project, { ...search, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.cursor,
    placeholderData: keepPreviousData,
  });
}

export function useRun(entity: string, project: string, run: string) {
  return useQuery(runQuery(entity, project, run));
}

/** What a run is called: null while nobody asks or the answer is on its way, its id where there is no such run. */
export function useNameOfRun(entity: string | null, project: string | null, run: string | null): string | null {
  const asked = entity !== null && project !== null && run !== null;
  const found = useQuery({ ...runQuery(entity ?? "", project ?? "", run ?? ""), enabled: asked });
  return asked ? (found.data?.name ?? (found.isError ? run : null)) : null;
}

export function useRunKeys(entity: string, project: string, run: string, stream: Stream = "history") {
  return useQuery(runKeysQuery(entity, project, run, stream));
}

export interface RowsAsk {
  stream?: Stream;
  keys?: readonly string[];
  first?: number;
  last?: number;
  limit?: number;
}

export function readRows(
  entity: string,
  project: string,
  run: string,
  options: RowsAsk,
  signal?: AbortSignal,
): Promise<Rows> {
  const { keys, ...rest } = options;
  const address = withParams(at("runs", entity, project, run, "rows"), { ...rest, keys: keys?.join(",") });
  return askJson<Rows>(address, { signal });
}

/** Changes a run everywhere the page shows it: in lists, in pages of lists, on its own page. */
export function patchRun(cache: QueryClient, entity: string, project: string, run: string, edit: Partial<Run>): void {
  const change = (old: Run): Run => (old.id === run ? { ...old, ...edit } : old);
  const inPage = (page: RunPage): RunPage => ({ ...page, runs: page.runs.map(change) });
  cache.setQueryData<Run>(runQuery(entity, project, run).queryKey, (old) => old && { ...old, ...edit });
  cache.setQueriesData<RunPage>({ queryKey: ["runs", entity, project] }, (old) => old && inPage(old));
  cache.setQueriesData<InfiniteData<RunPage>>(
    { queryKey: ["run-pages", entity, project] },
    (old) => old && { ...old, pages: old.pages.map(inPage) },
  );
}

/** Takes runs out of every list the page shows, before the server is asked. */
export function dropRuns(cache: QueryClient, entity: string, project: string, runs: ReadonlySet<string>): void {
  const inPage = (page: RunPage): RunPage => {
    const left = page.runs.filter((run) => !runs.has(run.id));
    const gone = page.runs.length - left.length;
    return { ...page, runs: left, total: page.total - gone, all: page.all - gone };
  };
  cache.setQueriesData<RunPage>({ queryKey: ["runs", entity, project] }, (old) => old && inPage(old));
  cache.setQueriesData<InfiniteData<RunPage>>(
    { queryKey: ["run-pages", entity, project] },
    (old) => old && { ...old, pages: old.pages.map(inPage) },
  );
}

export function refreshRuns(cache: QueryClient, entity: string, project: string): Promise<unknown> {
  return Promise.all([
    cache.invalidateQueries({ queryKey: ["runs", entity, project] }),
    cache.invalidateQueries({ queryKey: ["run-pages", entity, project] }),
    cache.invalidateQueries({ queryKey: ["groups", entity, project] }),
    cache.invalidateQueries({ queryKey: ["columns", entity, project] }),
  ]);
}

export interface RunChange {
  run: string;
  edit: RunEdit;
}

export function useEditRun(entity: string, project: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ run, edit }: RunChange) =>
      askJson<Run>(at("runs", entity, project, run), { method: "PATCH", body: edit }),
    onMutate: ({ run, edit }) => patchRun(cache, entity, project, run, edit as Partial<Run>),
    onSuccess: (after, { run, edit }) => {
      const kept: Partial<Run> = {};
      for (const name of Object.keys(edit) as (keyof RunEdit)[]) Object.assign(kept, { [name]: after[name] });
      patchRun(cache, entity, project, run, kept);
    },
    onError: (_error, { run }) => {
      void refreshRuns(cache, entity, project);
      void cache.invalidateQueries({ queryKey: runQuery(entity, project, run).queryKey });
    },
  });
}

/** Asks the script of a run to end; it hears of it with its next sign of life. */
export function useStopRun(entity: string, project: string, run: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => askJson<Run>(at("runs", entity, project, run, "stop"), { method: "POST" }),
    onSuccess: (after) => patchRun(cache, entity, project, run, { stop_asked: after.stop_asked }),
  });
}

export async function deleteRun(entity: string, project: string, run: string): Promise<void> {
  await ask(at("runs", entity, project, run), { method: "DELETE" });
}

/** Brings a deleted run back. */
export async function restoreRun(entity: string, project: string, run: string): Promise<void> {
  await ask(at("runs", entity, project, run, "restore"), { method: "POST" });
}

export async function stopRun(entity: string, project: string, run: string): Promise<Run> {
  return askJson<Run>(at("runs", entity, project, run, "stop"), { method: "POST" });
}
