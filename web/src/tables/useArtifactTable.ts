/** The table of a file of an artifact, also of one that is made of other files: joined of two, or in many parts. */
import { type QueryClient, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { entriesBelow, entryAddress, type VersionAt } from "@/api/artifacts";
import type { TableFiles } from "@/api/types";
import { type AddressOf, jsonQuery } from "@/media/source";
import { joinedByKey } from "./comparing";
import { joined, type Table, tableOf } from "./table";

/** A table, and where it is. */
export interface FoundTable {
  table: Table | null;
  addressOf: AddressOf;
  /** Where the server has it; of a table that is two joined, its first, and `others` its second. */
  files: TableFiles | null;
  others: TableFiles | null;
  /** How many of its parts have other columns, and are not in it. */
  leftOut: number;
  pending: boolean;
  error: unknown;
  retry: () => void;
}

export function hasTable(found: FoundTable): found is FoundTable & { table: Table } {
  return found.table !== null;
}

interface Read {
  table: Table;
  /** The files that its rows are in, and those of the table that it is joined with. */
  paths: string[];
  others: string[];
  leftOut: number;
}

const NOWHERE: VersionAt = { entity: "", project: "", collection: "", version: "" };
const NONE: readonly string[] = [];

/** `scope` is the project that the server is asked in; `earlier` are files whose rows come before those of `entry`. */
export function useArtifactTable(
  scope: { entity: string; project: string },
  at: VersionAt | null,
  entry: string,
  earlier: readonly string[] = NONE,
): FoundTable {
  const where = at ?? NOWHERE;
  const { entity, project, collection, version } = where;
  const read = useQuery({
    queryKey: ["artifact-table", entity, project, collection, version, entry, earlier.join("\n")] as const,
    queryFn: ({ client }) => readTable(client, where, entry, earlier),
    enabled: at !== null && entry !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const addressOf = useMemo((): AddressOf => {
    const place = { entity, project, collection, version };
    return (path) => entryAddress(place, path);
  }, [entity, project, collection, version]);
  const here = at !== null && entity === scope.entity && project === scope.project;
  const [paths, others] = [read.data?.paths ?? NONE, read.data?.others ?? NONE];
  const places = useMemo(() => {
    const files = (some: readonly string[]) =>
      here && some.length > 0 ? { collection, version, paths: [...some] } : null;
    return { files: files(paths), others: files(others) };
  }, [here, collection, version, paths, others]);
  return {
    table: read.data?.table ?? null,
    addressOf,
    ...places,
    leftOut: read.data?.leftOut ?? 0,
    pending: at !== null && entry !== "" && read.isPending,
    error: read.error,
    retry: () => void read.refetch(),
  };
}

async function readTable(
  client: QueryClient,
  at: VersionAt,
  entry: string,
  earlier: readonly string[] = NONE,
): Promise<Read> {
  const fileAt = (path: string) => client.fetchQuery(jsonQuery(entryAddress(at, path)));
  const file = await fileAt(entry);
  const own = tableOf(file);
  if (own) {
    // what was logged in parts stands without one that is lost
    const before = await Promise.all(earlier.map((path) => fileAt(path).then(tableOf, () => null)));
    return inParts([...earlier, entry], [...before, own]);
  }
  const made = madeOf(file);
  if (made.tables) {
    const [first, second] = await Promise.all([
      readTable(client, at, made.tables[0]),
      readTable(client, at, made.tables[1]),
    ]);
    return {
      table: joinedByKey(first.table, second.table, made.keys),
      paths: first.paths,
      others: second.paths,
      leftOut: first.leftOut + second.leftOut,
    };
  }
  if (!made.folder) throw new Error(`No table: ${entry}`);
  const paths = (await client.fetchQuery(entriesBelow(at, made.folder))).filter((path) => path.endsWith(".table.json"));
  return inParts(paths, await Promise.all(paths.map((path) => fileAt(path).then(tableOf))));
}

function inParts(paths: readonly string[], parts: readonly (Table | null)[]): Read {
  const found = parts.filter((part) => part !== null);
  const { table, leftOut } = joined(found) ?? { table: { columns: [], rows: [] }, leftOut: 0 };
  return { table, paths: paths.filter((_, place) => parts[place]), others: [], leftOut };
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
