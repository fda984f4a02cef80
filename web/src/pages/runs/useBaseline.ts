import { useMemo } from "react";
import { useRuns } from "@/api/runs";
import type { Run, RunSearch } from "@/api/types";

/** The run that others are measured against, with what the columns need. */
export function useBaseline(entity: string, project: string, id: string | null, fields: readonly string[]): Run | null {
  const search = useMemo(
    (): RunSearch => ({
      filter: { type: "where", field: "id", op: "=", value: id ?? "" },
      limit: 1,
      columns: [...fields],
    }),
    [id, fields],
  );
  const found = useRuns(entity, project, search, id !== null);
  return id === null ? null : (found.data?.runs.find((run) => run.id === id) ?? null);
}
