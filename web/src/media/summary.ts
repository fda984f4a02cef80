/** What layers a set of pictures has: the classes of each, how often, and how scores are spread. Pure. */
import type { Mask } from "./bitmap";
import { type Box, boxesOf, type LayerKind } from "./overlay";
import type { MediaItem } from "./value";

export interface ClassFacts {
  id: number;
  label: string;
  /** Boxes of it; of masks, the pictures it is in. */
  count: number;
}

export interface LayerFacts {
  kind: LayerKind;
  name: string;
  classes: ClassFacts[];
}

export interface ScoreFacts {
  name: string;
  low: number;
  high: number;
  values: number[];
}

export interface OverlayFacts {
  layers: LayerFacts[];
  scores: ScoreFacts[];
}

export interface LayerFile {
  kind: LayerKind;
  name: string;
  item: MediaItem;
  address: string;
}

/** The files of all layers of some pictures. */
export function layerFiles(shown: readonly { item: MediaItem; addressOf: (path: string) => string }[]): LayerFile[] {
  const of = (kind: LayerKind) =>
    shown.flatMap(({ item, addressOf }) =>
      Object.entries(item[kind]).map(([name, path]) => ({ kind, name, item, address: addressOf(path) })),
    );
  return [...of("masks"), ...of("boxes")];
}

/** `data` is what was read of each file, in their order; undefined where it has not come. */
export function overlayFacts(files: readonly LayerFile[], data: readonly unknown[]): OverlayFacts {
  const layers = new Map<string, LayerFacts & { byId: Map<number, ClassFacts> }>();
  const scores = new Map<string, number[]>();
  files.forEach(({ kind, name, item }, place) => {
    const key = `${kind}:${name}`;
    const layer = layers.get(key) ?? { kind, name, classes: [], byId: new Map<number, ClassFacts>() };
    layers.set(key, layer);
    const count = (id: number, label: string) => {
      const found = layer.byId.get(id);
      if (found) found.count += 1;
      else layer.byId.set(id, { id, label, count: 1 });
    };
    const read = data[place];
    if (read === undefined) return;
    if (kind === "masks")
      for (const id of (read as Mask).present) count(id, item.labels?.[name]?.[id] ?? `class ${id}`);
    else
      for (const box of boxesOf(read, item.width, item.height)) {
        count(box.classId, box.label);
        for (const [score, value] of Object.entries(box.scores))
          scores.set(score, [...(scores.get(score) ?? []), value]);
      }
  });
  return {
    layers: [...layers.values()].map(({ byId, ...layer }) => ({
      ...layer,
      classes: [...byId.values()].sort((a, b) => a.id - b.id),
    })),
    scores: [...scores].map(([name, values]) => {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return { name, values, low: low >= 0 && high <= 1 ? 0 : low, high: low >= 0 && high <= 1 ? 1 : high };
    }),
  };
}

/** How many values lie in each of `bins` equal parts of a range. */
export function spreadOf(values: readonly number[], low: number, high: number, bins: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  const wide = high - low || 1;
  for (const value of values) {
    const at = Math.min(bins - 1, Math.max(0, Math.floor(((value - low) / wide) * bins)));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/** The class of a mask at a share of the picture. */
export function classAt(mask: Mask, x: number, y: number): number {
  const column = Math.floor(x * mask.width);
  const row = Math.floor(y * mask.height);
  if (column < 0 || row < 0 || column >= mask.width || row >= mask.height) return 0;
  return mask.ids[row * mask.width + column] ?? 0;
}

export function boxesAt(boxes: readonly Box[], x: number, y: number): Box[] {
  return boxes.filter((box) => x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height);
}
