/** The tables that the runs drawn ended with under a key: those that charts are made of. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { RunTable } from "@/charts/custom";
import { jsonQuery, runFiles } from "@/media/source";
import { itemsOf } from "@/media/value";
import { useBoard } from "@/panels/board";
import { tableOf } from "@/tables/table";

const MOST_RUNS = 10;

export function useRunTables(key: string) {
  const { entity, project, runs, tokenOf } = useBoard();
  const having = useMemo(
    () =>
      runs.flatMap((run) => {
        const path = key ? itemsOf(run.summary[key])[0]?.path : undefined;
        return path ? [{ run, address: runFiles(entity, project, run.id)(path) }] : [];
      }),
    [runs, key, entity, project],
  );
  const shown = having.slice(0, MOST_RUNS);
  const files = useQueries({ queries: shown.map(({ address }) => jsonQuery(address)) });
  const stamp = files.map((file) => file.dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answers are a new list each time; `stamp` says when they changed.
  const tables = useMemo(
    () =>
      shown.flatMap(({ run }, place): RunTable[] => {
        const table = tableOf(files[place]?.data);
        return table ? [{ run: run.id, name: run.name, colour: `var(${tokenOf(run)})`, table }] : [];
      }),
    [having, stamp, tokenOf],
  );
  return {
    tables,
    /** How many of the runs have one; no more than ten are drawn. */
    having: having.length,
    pending: files.some((file) => file.isPending),
    fetching: files.some((file) => file.isFetching),
    error: files.find((file) => file.error)?.error ?? null,
    retry: () => {
      for (const file of files) if (file.error) void file.refetch();
    },
  };
}
