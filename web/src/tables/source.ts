/** Where a table is from: what the server is asked about it, and for which run a part of it is kept. */
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { ask, askJson, at } from "@/api/client";
import type { ArtifactVersion, Run, TableFiles, TableQuery, TableSlice } from "@/api/types";
import { readJson } from "@/media/source";
import type { Table } from "./table";

export interface TableSource {
  entity: string;
  project: string;
  run: string | null;
  /** Null where the server has no such files: then it cannot be asked. */
  files: TableFiles | null;
}

/** Where a run's own files of tables are. */
export function useRunSource({ entity, project, id }: Pick<Run, "entity" | "project" | "id">) {
  return useCallback(
    (path: string): TableSource => ({ entity, project, run: id, files: { run: id, paths: [path] } }),
    [entity, project, id],
  );
}

/** The answer of a query over a table and perhaps another, as a table; media in its cells are those of the first. */
export function useSql(source: TableSource, other: TableFiles | null, query: string) {
  const { entity, project, files } = source;
  return useQuery({
    queryKey: ["table-sql", entity, project, files, other, query] as const,
    queryFn: async ({ signal }): Promise<Table> => {
      if (!files) return { columns: [], rows: [] };
      const body: TableQuery = { query, t: files, u: other };
      const answer = await ask(at("projects", entity, project, "tables", "sql"), { method: "POST", body, signal });
      const { columns, rows } = readJson(await answer.text()) as { columns: { name: string }[]; rows: unknown[][] };
      return { columns: columns.map(({ name }) => name), rows };
    },
    enabled: files !== null && query.trim() !== "",
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function saveSlice(entity: string, project: string, slice: TableSlice): Promise<ArtifactVersion> {
  return askJson<ArtifactVersion>(at("projects", entity, project, "tables"), { method: "POST", body: slice });
}
