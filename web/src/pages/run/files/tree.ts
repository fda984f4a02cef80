/** Paths as a tree of folders. Pure. */

import type { FileInfo } from "@/api/types";
import { formatOf } from "@/media/molecule/atoms";
import type { MediaKind } from "@/media/value";
import { byName } from "@/ui/tree-rows";

export interface FileRow {
  path: string;
  name: string;
  depth: number;
  file?: FileInfo;
  /** For a folder: how many files are under it, and how much they hold. */
  files?: number;
  sizeBytes: number;
  open?: boolean;
}

interface Folder {
  folders: Map<string, Folder>;
  files: Map<string, FileInfo>;
}

/** Rows to show: folders before files. With a query, the files whose path holds it, all folders open. */
export function fileRows(files: readonly FileInfo[], query: string, closed: ReadonlySet<string>): FileRow[] {
  const wanted = query.trim().toLowerCase();
  const root: Folder = { folders: new Map(), files: new Map() };
  for (const file of files) {
    if (wanted && !file.path.toLowerCase().includes(wanted)) continue;
    const parts = file.path.split("/");
    let here = root;
    for (const part of parts.slice(0, -1)) {
      let next = here.folders.get(part);
      if (!next) {
        next = { folders: new Map(), files: new Map() };
        here.folders.set(part, next);
      }
      here = next;
    }
    here.files.set(parts.at(-1) ?? file.path, file);
  }
  const rows: FileRow[] = [];
  const walk = (folder: Folder, above: string, depth: number) => {
    for (const name of [...folder.folders.keys()].sort(byName)) {
      const inner = folder.folders.get(name) as Folder;
      const path = above + name;
      const open = wanted !== "" || !closed.has(path);
      rows.push({ path, name, depth, open, ...sum(inner) });
      if (open) walk(inner, `${path}/`, depth + 1);
    }
    for (const name of [...folder.files.keys()].sort(byName)) {
      const file = folder.files.get(name) as FileInfo;
      rows.push({ path: file.path, name, depth, file, sizeBytes: file.size_bytes });
    }
  };
  walk(root, "", 0);
  return rows;
}

function sum(folder: Folder): { files: number; sizeBytes: number } {
  let files = folder.files.size;
  let sizeBytes = 0;
  for (const file of folder.files.values()) sizeBytes += file.size_bytes;
  for (const inner of folder.folders.values()) {
    const under = sum(inner);
    files += under.files;
    sizeBytes += under.sizeBytes;
  }
  return { files, sizeBytes };
}

export type PreviewKind =
  | "image"
  | "csv"
  | "jsonl"
  | "markdown"
  | "json"
  | "diff"
  | "text"
  | "table"
  | "media"
  | "safetensors"
  | "npy"
  | "pickle"
  | "none";

const TABLE_ENDS = /\.((joined|partitioned)-)?table\.json$/i;

/** `media/table/cases_4_1a2b.table.json` is of `cases_4_1a2b`. */
export function tableName(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(TABLE_ENDS, "");
}

const TEXT_ENDS =
  /\.(txt|log|py|ipynb|sh|bash|yaml|yml|toml|cfg|ini|conf|js|ts|tsx|jsx|css|html|xml|c|h|cc|cpp|hpp|cu|rs|go|java|rb|r|jl|sql|tex|env|lock|properties|dockerfile|gitignore|srt)$/i;

/** How a file is looked at, by its type and the end of its name. */
export function previewKind(file: Pick<FileInfo, "path" | "mime">): PreviewKind {
  const { path, mime } = file;
  if (
    /^image\/(png|jpeg|gif|webp|bmp|avif|svg\+xml|x-icon)/.test(mime) ||
    /\.(png|jpe?g|gif|webp|bmp|avif|svg|ico)$/i.test(path)
  )
    return "image";
  if (TABLE_ENDS.test(path)) return "table";
  if (mediaKind(path) !== null) return "media";
  if (/\.safetensors$/i.test(path)) return "safetensors";
  if (/\.npy$/i.test(path)) return "npy";
  if (/\.(pt|pth|ckpt|pkl|pickle|joblib)$/i.test(path)) return "pickle";
  if (/\.(csv|tsv)$/i.test(path)) return "csv";
  if (/\.(jsonl|ndjson)$/i.test(path)) return "jsonl";
  if (/\.(md|markdown)$/i.test(path)) return "markdown";
  if (/\.(diff|patch)$/i.test(path)) return "diff";
  if (/\.json$/i.test(path) || mime === "application/json") return "json";
  if (mime.startsWith("text/") || TEXT_ENDS.test(path) || /(^|\/)(Makefile|Dockerfile|LICENSE|README)$/.test(path))
    return "text";
  return "none";
}

/** What a file is looked at as, where that is more than its text; judged by the end of its name. */
export function mediaKind(path: string): MediaKind | null {
  if (/\.(wav|mp3|ogg|flac)$/i.test(path)) return "audio";
  if (/\.(mp4|webm|ogv)$/i.test(path)) return "video";
  if (/\.html?$/i.test(path)) return "html";
  if (/\.plotly\.json$/i.test(path)) return "plotly";
  if (/\.graph\.json$/i.test(path)) return "graph";
  if (/\.bokeh\.json$/i.test(path)) return "bokeh";
  if (formatOf(path)) return "molecule";
  return /\.(pts\.json|obj|gltf|glb|stl|ply)$/i.test(path) ? "scene" : null;
}

/** The images among files, the newest first; of one time, by name as people count. */
export function newestImages(files: readonly FileInfo[]): FileInfo[] {
  return files
    .filter((file) => previewKind(file) === "image")
    .sort((a, b) => Math.round(b.updated_at) - Math.round(a.updated_at) || byName(a.path, b.path));
}

const OPENED_FIRST = [/^config\.ya?ml$/, /^README/i, /^output\.log$/, /\.py$/, /^requirements\.txt$/];

/** The file one would open first; null when none can be looked at. */
export function firstFile(files: readonly FileInfo[]): FileInfo | null {
  for (const wanted of OPENED_FIRST) {
    const found = files.find((file) => wanted.test(file.path));
    if (found) return found;
  }
  return files.find((file) => previewKind(file) !== "none") ?? null;
}
