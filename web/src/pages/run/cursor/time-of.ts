/** When a run was at a step. */
import { useQuery } from "@tanstack/react-query";
import { readRows } from "@/api/runs";
import type { Run } from "@/api/types";

/** The time of the first row from a step on, in Unix seconds; null behind the last. */
export async function readTimeOf(run: Run, step: number, signal?: AbortSignal): Promise<number | null> {
  const rows = await readRows(run.entity, run.project, run.id, { first: step, limit: 1 }, signal);
  const time = rows.rows[0]?._time;
  return typeof time === "number" ? time : null;
}

export function useTimeOf(run: Run, step: number | null): number | null {
  const time = useQuery({
    queryKey: ["step-time", run.entity, run.project, run.id, step] as const,
    queryFn: ({ signal }) => readTimeOf(run, step ?? 0, signal),
    enabled: step !== null,
    staleTime: 60_000,
    placeholderData: (old) => old,
  });
  return step === null ? null : (time.data ?? null);
}
