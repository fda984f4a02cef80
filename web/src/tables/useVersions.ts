/** The steps at which a run logged a table under a key, and what it logged there. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { arrivedQuery } from "@/api/files";
import { readRows } from "@/api/runs";
import type { Run } from "@/api/types";
import { isMedia, kindOf, pathsOf } from "@/media/value";

const ROWS_READ = 1000;
const LIVE_MS = 5000;
const SETTLED_SECS = 60;

export interface Version {
  step: number;
  value: unknown;
}

export function isTable(value: unknown): boolean {
  return isMedia(value) && kindOf(value._type) === "table";
}

export interface Versions {
  list: readonly Version[];
  pending: boolean;
  /** Some were logged whose files have not come. */
  arriving: boolean;
  error: unknown;
  retry: () => void;
}

export function useVersions(run: Run | null, key: string): Versions {
  const live = run !== null && (run.state === "running" || Date.now() / 1000 - run.updated_at < SETTLED_SECS);
  const [entity, project, id] = [run?.entity ?? "", run?.project ?? "", run?.id ?? ""];
  const rows = useQuery({
    queryKey: ["panel-rows", entity, project, id, key, run?.state, "table"] as const,
    queryFn: ({ signal }) => readRows(entity, project, id, { keys: [key], limit: ROWS_READ }, signal),
    refetchInterval: run?.state === "running" ? LIVE_MS : false,
    staleTime: 60_000,
    enabled: run !== null && key !== "",
  });
  const arrived = useQuery(arrivedQuery(entity, project, id, live && run !== null));
  const all = useMemo((): Version[] => {
    const logged = (rows.data?.rows ?? []).flatMap((row): Version[] =>
      isTable(row[key]) && typeof row._step === "number" ? [{ step: row._step, value: row[key] }] : [],
    );
    if (logged.length > 0 || !run || !isTable(run.summary[key])) return logged;
    return [{ step: run.last_step ?? 0, value: run.summary[key] }];
  }, [rows.data, key, run]);
  const list = useMemo(
    () => (live ? all.filter(({ value }) => pathsOf(value).every((path) => arrived.data?.has(path))) : all),
    [all, live, arrived.data],
  );
  return {
    list,
    pending: run !== null && (rows.isPending || (live && arrived.isPending)),
    arriving: list.length < all.length,
    error: rows.error,
    retry: () => void rows.refetch(),
  };
}

/** The version that is asked for, the last one by then where there is none of that step; the last without a step. */
export function versionAt(list: readonly Version[], step: number | null): Version | null {
  if (step === null) return list.at(-1) ?? null;
  return list.findLast((version) => version.step <= step) ?? list[0] ?? null;
}
