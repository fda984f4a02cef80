/** The small curves of the trend column, read for the rows in sight in blocks, so that scrolling asks little. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Curve, readSeries } from "@/api/series";

const BLOCK = 40;
const BUCKETS = 60;

/** The curve of `key` for each run around the rows `first` to `last` of `ids`. */
export function useTrends(
  entity: string,
  project: string,
  key: string | null,
  ids: readonly string[],
  first: number,
  last: number,
): ReadonlyMap<string, Curve> {
  const blocks = useMemo(() => {
    if (!key) return [];
    const from = Math.floor(Math.max(0, first) / BLOCK);
    const to = Math.floor(Math.max(0, last) / BLOCK);
    return Array.from({ length: to - from + 1 }, (_, place) =>
      ids.slice((from + place) * BLOCK, (from + place + 1) * BLOCK),
    ).filter((block) => block.length > 0);
  }, [key, ids, first, last]);
  return useQueries({
    queries: blocks.map((block) => ({
      queryKey: ["trends", entity, project, key, block] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readSeries(entity, project, { runs: [...block], keys: key ? [key] : [], buckets: BUCKETS }, signal),
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
