/** The table that a logged value stands for. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { entriesBelow, entryAddress, placeQuery } from "@/api/artifacts";
import type { TableFiles } from "@/api/types";
import { type AddressOf, jsonQuery, runFiles, useJsonFile } from "@/media/source";
import { earlierParts, isMedia, itemsOf } from "@/media/value";
import { joinedByKey } from "./comparing";
import { hasMedia, hidesMedia, joined, type Table, tableOf } from "./table";

export interface FoundTable {
  table: Table | null;
  addressOf: AddressOf;
  /** Where the server has it; of a table that is two joined, its first, and `others` its second. */
  files: TableFiles | null;
  others: TableFiles | null;
  pending: boolean;
  error: unknown;
  retry: () => void;
}

/**
 * The file that the run has of a table is enough where its cells are plain. Where they hold media, where the run has no
 * file of it, and where it is made of other files, the table is read from the artifact it was logged to.
 */
export function useRunTable(entity: string, project: string, run: string, value: unknown): FoundTable {
  const path = itemsOf(value)[0]?.path ?? "";
  const inRun = useMemo(() => runFiles(entity, project, run), [entity, project, run]);
  const preview = useTableFile(path ? inRun(path) : null);
  const earlier = useMemo(() => earlierParts(value), [value]);
  const isWhole =
    preview.table !== null && earlier.length === 0 && !hidesMedia(preview.table) && !hasMedia(preview.table);
  const wanted = path === "" || preview.file.isError || (preview.file.isSuccess && !isWhole);
  const uri = isMedia(value) && typeof value.artifact_path === "string" ? value.artifact_path : "";
  const place = useQuery({ ...placeQuery(entity, project, uri), enabled: wanted && uri !== "" });
  const at = place.data?.artifact ?? null;
  const entry = place.data?.path ?? "";
  const inArtifact = useMemo((): AddressOf | null => (at ? (entry) => entryAddress({ ...at }, entry) : null), [at]);
  const whole = useTableFile(inArtifact && entry ? inArtifact(entry) : null);
  const made = madeOf(whole.file.data);
  const folder = useQuery({
    ...entriesBelow(at ?? { entity: "", project: "", collection: "", version: "" }, made.folder),
    enabled: at !== null && made.folder !== "",
  });
  const below = made.folder ? (folder.data ?? []).filter((one) => one.endsWith(".table.json")) : [];
  const paths = made.tables ?? (made.folder ? below : earlier);
  const parts = useParts(inArtifact ? paths.map(inArtifact) : []);
  const stamp = paths.join("\n");
  const keys = made.keys.join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `stamp` and `keys` say when the lists changed.
  const table = useMemo((): Table | null => {
    if (whole.table) return paths.length > 0 ? joined([...parts.tables, whole.table]) : whole.table;
    const [first, second] = parts.tables;
    if (made.tables) return first && second ? joinedByKey(first, second, made.keys) : null;
    return joined(parts.tables);
  }, [whole.table, parts.tables, stamp, keys]);
  const waiting =
    wanted &&
    uri !== "" &&
    !place.isError &&
    !whole.file.isError &&
    (!whole.file.isSuccess || parts.pending || folder.isLoading);
  const fromArtifact = table !== null && at !== null;
  const files = (some: string[]): TableFiles | null =>
    at && at.entity === entity && at.project === project
      ? { collection: at.collection, version: at.version, paths: some }
      : null;
  const shown = waiting ? null : (table ?? preview.table);
  return {
    table: shown,
    addressOf: fromArtifact && inArtifact ? inArtifact : inRun,
    files: !fromArtifact
      ? preview.table
        ? { run, paths: [path] }
        : null
      : made.tables
        ? files(made.tables.slice(0, 1))
        : files(whole.table ? [...paths, entry] : paths),
    others: fromArtifact && made.tables ? files(made.tables.slice(1)) : null,
    pending: waiting || (path !== "" && preview.file.isPending),
    error: shown ? null : (whole.file.error ?? place.error ?? preview.file.error),
    retry: () => {
      void preview.file.refetch();
      if (wanted) void whole.file.refetch();
    },
  };
}

interface Made {
  /** The two tables that it joins, by these columns. */
  tables: [string, string] | null;
  keys: string[];
  /** The folder of its parts. */
  folder: string;
}

/** What a file that holds no rows of its own says that its table is made of. */
export function madeOf(file: unknown): Made {
  const { table1, table2, join_key, parts_path } = (file ?? {}) as Record<string, unknown>;
  return {
    tables: typeof table1 === "string" && typeof table2 === "string" ? [table1, table2] : null,
    keys: (Array.isArray(join_key) ? join_key : [join_key]).filter((key) => typeof key === "string"),
    folder: typeof parts_path === "string" ? `${parts_path.replace(/\/+$/, "")}/` : "",
  };
}

/** The tables of these files, in order; one that cannot be read is left out. */
function useParts(addresses: readonly string[]): { tables: Table[]; pending: boolean } {
  const files = useQueries({
    queries: addresses.map((address) => jsonQuery(address)),
    combine: (found) => ({ data: found.map((file) => file.data), pending: found.some((file) => file.isPending) }),
  });
  const tables = useMemo(() => files.data.flatMap((file) => tableOf(file) ?? []), [files.data]);
  return { tables, pending: files.pending };
}

function useTableFile(address: string | null) {
  const file = useJsonFile(address);
  const table = useMemo((): Table | null => (file.data === undefined ? null : tableOf(file.data)), [file.data]);
  return { file, table };
}
