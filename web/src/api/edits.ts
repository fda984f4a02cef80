/** Edits of a run's history, and forks: made, listed, undone. */
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { askJson, at } from "./client";
import { refreshRuns, runKeysQuery, runQuery } from "./runs";
import type { Edit, Fork, HistoryEdit, Run } from "./types";

export function editsQuery(entity: string, project: string, run: string) {
  return {
    queryKey: ["edits", entity, project, run] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<Edit[]>(at("runs", entity, project, run, "edits"), { signal }),
  };
}

/** The edits of a run, the newest first. */
export function useEdits(run: Run) {
  return useQuery(editsQuery(run.entity, run.project, run.id));
}

export function useEditHistory(run: Run) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (what: HistoryEdit) =>
      askJson<Edit>(at("runs", run.entity, run.project, run.id, "edits"), { method: "POST", body: what }),
    onSettled: () => refreshHistory(cache, run),
  });
}

export function useUndoEdit(run: Run) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (edit: number) =>
      askJson<Edit>(at("runs", run.entity, run.project, run.id, "edits", edit, "undo"), { method: "POST" }),
    onSettled: () => refreshHistory(cache, run),
  });
}

export function useFork(run: Run) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (asked: Fork) =>
      askJson<Run>(at("runs", run.entity, run.project, run.id, "fork"), { method: "POST", body: asked }),
    onSuccess: () => refreshRuns(cache, run.entity, run.project),
  });
}

/** Curves hear of an edit through the live stream; this is what was asked for once. */
function refreshHistory(cache: QueryClient, { entity, project, id }: Run): Promise<unknown> {
  return Promise.all([
    cache.invalidateQueries({ queryKey: editsQuery(entity, project, id).queryKey }),
    cache.invalidateQueries({ queryKey: runQuery(entity, project, id).queryKey }),
    cache.invalidateQueries({ queryKey: runKeysQuery(entity, project, id).queryKey }),
    refreshRuns(cache, entity, project),
  ]);
}
