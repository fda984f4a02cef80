/** The table that a logged value stands for. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { placeQuery } from "@/api/artifacts";
import { runFiles, useJsonFile } from "@/media/source";
import { earlierParts, isMedia, itemsOf } from "@/media/value";
import { hasMedia, hidesMedia, type Table, tableOf } from "./table";
import { type FoundTable, useArtifactTable } from "./useArtifactTable";

/**
 * The file that the run has of a table is enough where its cells are plain. Where they hold media, where the run has no
 * file of it, and where it is made of other files, the table is read from the artifact it was logged to.
 */
export function useRunTable(entity: string, project: string, run: string, value: unknown): FoundTable {
  const path = itemsOf(value)[0]?.path ?? "";
  const inRun = useMemo(() => runFiles(entity, project, run), [entity, project, run]);
  const file = useJsonFile(path ? inRun(path) : null);
  const preview = useMemo((): Table | null => (file.data === undefined ? null : tableOf(file.data)), [file.data]);
  const earlier = useMemo(() => earlierParts(value), [value]);
  const isWhole = preview !== null && earlier.length === 0 && !hidesMedia(preview) && !hasMedia(preview);
  const wanted = path === "" || file.isError || (file.isSuccess && !isWhole);
  const uri = isMedia(value) && typeof value.artifact_path === "string" ? value.artifact_path : "";
  const place = useQuery({ ...placeQuery(entity, project, uri), enabled: wanted && uri !== "" });
  const whole = useArtifactTable({ entity, project }, place.data?.artifact ?? null, place.data?.path ?? "", earlier);
  const waiting = wanted && uri !== "" && (place.isPending || whole.pending);
  const ofRun = useMemo(() => (preview ? { run, paths: [path] } : null), [preview, run, path]);
  const retry = () => {
    void file.refetch();
    if (wanted) whole.retry();
  };
  if (whole.table && !waiting) return { ...whole, retry };
  const table = waiting ? null : preview;
  return {
    table,
    addressOf: inRun,
    files: ofRun,
    others: null,
    leftOut: 0,
    pending: waiting || (path !== "" && file.isPending),
    error: table ? null : (whole.error ?? place.error ?? file.error),
    retry,
  };
}
