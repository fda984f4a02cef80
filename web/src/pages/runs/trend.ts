/** The small curves of the trend column, read for the runs in sight in parts, so that scrolling asks little. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Curve, readSeries } from "@/api/series";
import type { Run } from "@/api/types";

const BUCKETS = 60;

/** The curve of `key` for each run of the parts in sight. */
export function useTrends(
  entity: string,
  project: string,
  key: string | null,
  parts: readonly (readonly Run[])[],
): ReadonlyMap<string, Curve> {
  const ids = useMemo(
    () => (key ? parts.map((part) => part.map((run) => run.id)).filter((part) => part.length > 0) : []),
    [key, parts],
  );
  return useQueries({
    queries: ids.map((part) => ({
      queryKey: ["trends", entity, project, key, part] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readSeries(entity, project, { runs: part, keys: key ? [key] : [], buckets: BUCKETS }, signal),
      structuralSharing: false as const,
      staleTime: 30_000,
    })),
    combine: gather,
  });
}

function gather(answers: { data?: { curves: Curve[] } | undefined }[]): ReadonlyMap<string, Curve> {
  const found = new Map<string, Curve>();
  for (const answer of answers) for (const curve of answer.data?.curves ?? []) found.set(curve.run, curve);
  return found;
}
