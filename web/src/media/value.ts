/** What a logged media value is: its kind, its files, its captions. Pure. */

export type MediaKind =
  | "image"
  | "audio"
  | "video"
  | "html"
  | "histogram"
  | "table"
  | "trace"
  | "plotly"
  | "bokeh"
  | "graph"
  | "scene"
  | "molecule"
  | "file";

export interface MediaItem {
  kind: MediaKind;
  /** The path among the run's files; empty where the bytes are in an artifact only. */
  path: string;
  caption: string;
  width: number;
  height: number;
  /** Layers drawn over an image: the path of the file of each, by name. */
  boxes: Record<string, string>;
  masks: Record<string, string>;
  /** Names of the classes of each mask, by its name and by class; of boxes they are in the file. */
  labels?: Record<string, Record<string, string>>;
}

type Value = Record<string, unknown>;

const KINDS: Record<string, MediaKind> = {
  "image-file": "image",
  "images/separated": "image",
  "audio-file": "audio",
  audio: "audio",
  "video-file": "video",
  videos: "video",
  "html-file": "html",
  html: "html",
  histogram: "histogram",
  table: "table",
  "table-file": "table",
  "incremental-table-file": "table",
  "joined-table": "table",
  "partitioned-table": "table",
  wb_trace_tree: "trace",
  "plotly-file": "plotly",
  "bokeh-file": "bokeh",
  "graph-file": "graph",
  "object3D-file": "scene",
  object3D: "scene",
  "molecule-file": "molecule",
  molecule: "molecule",
};

/** What a value of this `_type` is shown as; whatever is not known is a file. */
export function kindOf(type: string): MediaKind {
  return KINDS[type] ?? "file";
}

/** True of a value that stands for media rather than for itself. */
export function isMedia(value: unknown): value is Value & { _type: string } {
  return isValue(value) && typeof value._type === "string";
}

/** The parts of a value that has files: one, or each of a list logged under one key. */
export function itemsOf(value: unknown): MediaItem[] {
  if (!isMedia(value)) return [];
  const kind = kindOf(value._type);
  if (value._type === "images/separated") return separated(value);
  const inner = partsOf(value);
  if (inner) {
    const captions = texts(value.captions);
    return inner.flatMap((part, place) => {
      const item = single(part, kind);
      return item ? [{ ...item, caption: item.caption || (captions[place] ?? "") }] : [];
    });
  }
  const item = single(value, kind);
  return item ? [item] : [];
}

/** The items of a list value, whatever it calls them; null where it is none. */
function partsOf(value: Value & { _type: string }): Value[] | null {
  for (const name of ["audio", "videos", "html", "objects"])
    if (Array.isArray(value[name])) return (value[name] as unknown[]).filter(isValue);
  if (!Array.isArray(value.filenames)) return null;
  const folder = value._type === "object3D" ? "media/object3D/" : "";
  return texts(value.filenames).map((path) => ({ path: path.startsWith(folder) ? path : folder + path }));
}

function single(value: Value, kind: MediaKind): MediaItem | null {
  if (typeof value.path !== "string") return null;
  return {
    kind,
    path: value.path,
    caption: text(value.caption),
    width: size(value.width),
    height: size(value.height),
    boxes: layers(value.boxes),
    masks: layers(value.masks),
    ...labelled(value.masks),
  };
}

function separated(value: Value): MediaItem[] {
  const captions = texts(value.captions);
  const at = (list: unknown, place: number) => layers(Array.isArray(list) ? list[place] : null);
  return texts(value.filenames).map((path, place) => ({
    kind: "image",
    path,
    caption: captions[place] ?? "",
    width: size(value.width),
    height: size(value.height),
    boxes: at(value.all_boxes, place),
    masks: at(value.all_masks, place),
    ...labelled(Array.isArray(value.all_masks) ? value.all_masks[place] : null),
  }));
}

function labelled(masks: unknown): Pick<MediaItem, "labels"> {
  if (!isValue(masks)) return {};
  const named = Object.entries(masks).flatMap(([name, layer]) =>
    isValue(layer) && isValue(layer.class_labels)
      ? [[name, Object.fromEntries(Object.entries(layer.class_labels).map(([id, label]) => [id, String(label)]))]]
      : [],
  );
  return named.length > 0 ? { labels: Object.fromEntries(named) as Record<string, Record<string, string>> } : {};
}

function layers(value: unknown): Record<string, string> {
  if (!isValue(value)) return {};
  const out: Record<string, string> = {};
  for (const [name, layer] of Object.entries(value))
    if (isValue(layer) && typeof layer.path === "string") out[name] = layer.path;
  return out;
}

/** All files a value needs, so that it can wait for them. */
export function pathsOf(value: unknown): string[] {
  return itemsOf(value).flatMap((item) => (item.path ? [item.path] : []));
}

export interface Histogram {
  /** One more than there are counts. */
  edges: number[];
  counts: number[];
}

export function histogramOf(value: unknown): Histogram | null {
  if (!isMedia(value) || value._type !== "histogram") return null;
  const counts = numbers(value.values);
  const packed = isValue(value.packedBins) ? value.packedBins : null;
  const edges = packed
    ? Array.from({ length: size(packed.count) + 1 }, (_, i) => Number(packed.min) + i * Number(packed.size))
    : numbers(value.bins);
  return counts.length > 0 && edges.length === counts.length + 1 && edges.every(Number.isFinite)
    ? { edges, counts }
    : null;
}

export interface ArtifactPath {
  /** How the artifact is named: by the random name its client gave it, or by its id here. */
  by: "client" | "id";
  name: string;
  alias: string;
  entry: string;
}

/** Where in an artifact a value lives, from `wandb-client-artifact://…/entry` or `wandb-artifact://…/entry`. */
export function artifactPath(value: unknown): ArtifactPath | null {
  return isMedia(value) ? pathIn(value.artifact_path) : null;
}

function pathIn(address: unknown): ArtifactPath | null {
  const found = /^wandb-(client-)?artifact:\/\/([^/:]+)(?::([^/]+))?\/(.+)$/s.exec(text(address));
  if (!found?.[2] || !found[4]) return null;
  return { by: found[1] ? "client" : "id", name: found[2], alias: found[3] ?? "", entry: found[4] };
}

/** How many of the parts of a table are read that was logged in parts. */
export const MOST_PARTS = 200;

/**
 * The entries of a table that was logged in parts, each holding only the rows that were new: those before the value's
 * own, the oldest first. The artifact of the last part has them all. Nothing for other values.
 */
export function earlierParts(value: unknown): string[] {
  if (!isMedia(value) || !Array.isArray(value.previous_increments_paths)) return [];
  return value.previous_increments_paths.flatMap((address) => pathIn(address)?.entry ?? []).slice(1 - MOST_PARTS);
}

function isValue(value: unknown): value is Value {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

function size(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
