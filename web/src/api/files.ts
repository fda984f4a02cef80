/** Files of a run. */
import { useQuery } from "@tanstack/react-query";
import { ask, askJson, at, pathOf, withParams } from "./client";
import type { FileInfo } from "./types";

export function filesQuery(entity: string, project: string, run: string) {
  return {
    queryKey: ["files", entity, project, run] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<FileInfo[]>(at("runs", entity, project, run, "files"), { signal }),
  };
}

export function useFiles(entity: string, project: string, run: string) {
  return useQuery(filesQuery(entity, project, run));
}

const ARRIVING_MS = 5000;

/** The paths that are there, for a run whose files may still be on their way; null where all of them have come. */
export function arrivedQuery(entity: string, project: string, run: string, running: boolean) {
  return {
    queryKey: ["files-arrived", entity, project, run] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<FileInfo[]>(at("runs", entity, project, run, "files"), { signal }).then(
        (files) => new Set(files.map((file) => file.path)),
      ),
    enabled: running,
    refetchInterval: ARRIVING_MS,
  };
}

/** Where the bytes of a file are; what an `<img>` or a download link points to. */
export function fileAddress(entity: string, project: string, run: string, path: string): string {
  return `${at("runs", entity, project, run, "files")}/${pathOf(path)}`;
}

/** Where a folder of a run is had as one archive; all its files for an empty one. */
export function archiveAddress(entity: string, project: string, run: string, folder: string): string {
  return withParams(`${at("runs", entity, project, run, "files")}.zip`, { under: folder || undefined });
}

/** The first bytes of a file: as many as `needed` says of those that came so far, or all where it has fewer. */
export async function readFileBytes(
  address: string,
  needed: (soFar: Uint8Array) => number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const answer = await ask(address, { signal, accept: "*/*" });
  const reader = answer.body?.getReader();
  if (!reader) return new Uint8Array(await answer.arrayBuffer());
  let bytes = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes;
    const longer = new Uint8Array(bytes.length + value.length);
    longer.set(bytes);
    longer.set(value, bytes.length);
    bytes = longer;
    if (bytes.length >= needed(bytes)) {
      await reader.cancel();
      return bytes;
    }
  }
}

export interface FileText {
  text: string;
  /** False when only the first part of the file was read. */
  whole: boolean;
}

/** The text of a file, at most its first `limitBytes` bytes. */
export async function readFileText(address: string, limitBytes: number, signal?: AbortSignal): Promise<FileText> {
  const answer = await ask(address, { signal, accept: "*/*" });
  const reader = answer.body?.getReader();
  if (!reader) return { text: await answer.text(), whole: true };
  const decoder = new TextDecoder();
  let text = "";
  let seen = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), whole: true };
    seen += value.byteLength;
    text += decoder.decode(value, { stream: true });
    if (seen >= limitBytes) {
      await reader.cancel();
      return { text, whole: false };
    }
  }
}

/** The text of a file, read anew when its digest changes. */
export function useFileText(address: string, digest: string, limitBytes: number, enabled: boolean) {
  return useQuery({
    queryKey: ["file-text", address, digest, limitBytes] as const,
    queryFn: ({ signal }) => readFileText(address, limitBytes, signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}
