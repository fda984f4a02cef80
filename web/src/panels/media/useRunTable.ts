/** The table that a logged value stands for. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { entryAddress, placeQuery } from "@/api/artifacts";
import { type AddressOf, jsonQuery, runFiles, useJsonFile } from "@/media/source";
import { hidesMedia, joined, type Table, tableOf } from "@/media/table";
import { earlierParts, isMedia, itemsOf } from "@/media/value";

export interface FoundTable {
  table: Table | null;
  addressOf: AddressOf;
  pending: boolean;
  error: unknown;
  retry: () => void;
}

/**
 * The file that the run has of a table is enough where its cells are plain. Where they hold media, where the run has no
 * file of it, and where it was logged in parts, the table is read from the artifact it was logged to.
 */
export function useRunTable(entity: string, project: string, run: string, value: unknown): FoundTable {
  const path = itemsOf(value)[0]?.path ?? "";
  const inRun = useMemo(() => runFiles(entity, project, run), [entity, project, run]);
  const preview = useTableFile(path ? inRun(path) : null);
  const parts = useMemo(() => earlierParts(value), [value]);
  const wanted =
    path === "" || parts.length > 0 || preview.file.isError || (preview.table !== null && hidesMedia(preview.table));
  const uri = isMedia(value) && typeof value.artifact_path === "string" ? value.artifact_path : "";
  const place = useQuery({ ...placeQuery(entity, project, uri), enabled: wanted && uri !== "" });
  const inArtifact = useMemo((): AddressOf | null => {
    const at = place.data?.artifact;
    return at ? (entry) => entryAddress({ ...at }, entry) : null;
  }, [place.data]);
  const whole = useTableFile(inArtifact && place.data?.path ? inArtifact(place.data.path) : null);
  const earlier = useParts(inArtifact ? parts.map(inArtifact) : [], whole.table);
  const waiting =
    wanted && uri !== "" && !place.isError && !whole.file.isError && (whole.table === null || earlier.pending);
  return {
    table: waiting ? null : (earlier.table ?? preview.table),
    addressOf: whole.table && inArtifact ? inArtifact : inRun,
    pending: waiting || (path !== "" && preview.file.isPending),
    error: whole.table ? null : preview.file.error,
    retry: () => void preview.file.refetch(),
  };
}

/** The last part of a table with those before it; a part that cannot be read is left out. */
function useParts(addresses: readonly string[], last: Table | null): { table: Table | null; pending: boolean } {
  const files = useQueries({
    queries: addresses.map((address) => jsonQuery(address)),
    combine: (found) => ({ data: found.map((file) => file.data), pending: found.some((file) => file.isPending) }),
  });
  const table = useMemo(
    () => (last && files.data.length > 0 ? joined([...files.data.flatMap((file) => tableOf(file) ?? []), last]) : last),
    [files.data, last],
  );
  return { table, pending: files.pending };
}

function useTableFile(address: string | null) {
  const file = useJsonFile(address);
  const table = useMemo((): Table | null => (file.data === undefined ? null : tableOf(file.data)), [file.data]);
  return { file, table };
}
