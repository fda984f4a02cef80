/** The table that a logged value stands for. */
import { useMemo } from "react";
import { type AddressOf, runFiles, useJsonFile } from "@/media/source";
import { type Table, tableOf } from "@/media/table";
import { itemsOf } from "@/media/value";

export interface FoundTable {
  table: Table | null;
  addressOf: AddressOf;
  pending: boolean;
  error: unknown;
  retry: () => void;
}

export function useRunTable(entity: string, project: string, run: string, value: unknown): FoundTable {
  const path = itemsOf(value)[0]?.path ?? "";
  const addressOf = useMemo(() => runFiles(entity, project, run), [entity, project, run]);
  const file = useJsonFile(path ? addressOf(path) : null);
  const table = useMemo(() => (file.data === undefined ? null : tableOf(file.data)), [file.data]);
  return {
    table,
    addressOf,
    pending: path !== "" && file.isPending,
    error: file.error,
    retry: () => void file.refetch(),
  };
}
