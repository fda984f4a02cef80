/** Keeps a long list of runs true while they go on: changed runs are read by id, not the whole list again. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLive } from "./live";
import { patchRun, refreshRuns, searchRuns } from "./runs";

const PAUSE_MS = 1500;

const NONE: readonly string[] = [];

/**
 * `known` says whether the list has a run already; a new one makes the list be read again. `extents` are the fields such
 * as `min.loss` that the list shows.
 */
export function useLiveList(
  entity: string,
  project: string,
  known: (run: string) => boolean,
  busy: () => boolean,
  extents: readonly string[] = NONE,
): void {
  const cache = useQueryClient();
  const waiting = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  const flush = async () => {
    timer.current = null;
    const ids = [...waiting.current];
    waiting.current.clear();
    if (busy()) return later();
    try {
      const page = await searchRuns(entity, project, {
        filter: { type: "where", field: "id", op: "in", value: ids },
        limit: Math.max(1, ids.length),
      });
      const found = new Set(page.runs.map((run) => run.id));
      for (const run of page.runs) patchRun(cache, entity, project, run.id, listed(run));
      if (extents.length > 0) {
        const far = await searchRuns(entity, project, {
          filter: { type: "where", field: "id", op: "in", value: [...found] },
          limit: Math.max(1, found.size),
          columns: [...extents],
        });
        for (const run of far.runs) patchRun(cache, entity, project, run.id, { extents: run.extents });
      }
      void cache.invalidateQueries({ queryKey: ["groups", entity, project] });
      const gone = ids.some((id) => !found.has(id));
      if (gone || page.runs.some((run) => !known(run.id))) void refreshRuns(cache, entity, project);
      void cache.invalidateQueries({
        predicate: ({ queryKey }) =>
          queryKey[0] === "trends" &&
          queryKey[1] === entity &&
          queryKey[2] === project &&
          (queryKey[4] as string[]).some((id) => found.has(id)),
      });
    } catch {
      // the next event or the recovery of the server reads it again
    }
  };
  const later = () => {
    timer.current ??= setTimeout(() => void flush(), PAUSE_MS);
  };
  const note = (run: string) => {
    waiting.current.add(run);
    later();
  };
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  useLive(entity, project, {
    onRun: (event) => note(event.run),
    onRows: (event) => note(event.run),
    onGap: () => void refreshRuns(cache, entity, project),
  });
}

/** What a list knows of a run: what comes empty there must not overwrite what is known. */
function listed<T extends { metadata: unknown; rules: unknown; attempts: unknown; extents: unknown }>(
  run: T,
): Partial<T> {
  const { metadata: _metadata, rules: _rules, attempts: _attempts, extents: _extents, ...rest } = run;
  return rest as unknown as Partial<T>;
}
