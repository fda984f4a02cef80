/** Boxes and masks over an image: the files read into shapes, and which of them are shown how. Pure. */

export interface Box {
  /** Shares of the image: 0 at the left and the top, 1 at the right and the bottom. */
  x: number;
  y: number;
  width: number;
  height: number;
  classId: number;
  label: string;
  caption: string;
  scores: Readonly<Record<string, number>>;
}

export type LayerKind = "boxes" | "masks";

/** How layers are drawn. What is not named is shown. */
export interface OverlayLook {
  /** Of masks, from 0 to 1. */
  opacity: number;
  /** Of the lines of boxes, in pixels of the screen. */
  line: number;
  labels: boolean;
  /** Layers and classes that are hidden, by `layerKey` and `classKey`. */
  off: readonly string[];
  /** The least that each score has to be; a box without that score stays. */
  scores: Readonly<Record<string, number>>;
}

export const PLAIN_OVERLAY: OverlayLook = { opacity: 0.45, line: 1.5, labels: true, off: [], scores: {} };

export function layerKey(kind: LayerKind, layer: string): string {
  return `${kind}:${layer}`;
}

export function classKey(kind: LayerKind, layer: string, classId: number): string {
  return `${kind}:${layer}#${classId}`;
}

/** A kept look, mended where it is odd. */
export function readOverlay(raw: unknown): OverlayLook {
  const { opacity, line, labels, off, scores } = isRecord(raw) ? raw : ({} as Raw);
  const within = (value: unknown, low: number, high: number, otherwise: number) =>
    typeof value === "number" && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
  return {
    opacity: within(opacity, 0, 1, PLAIN_OVERLAY.opacity),
    line: within(line, 0.5, 6, PLAIN_OVERLAY.line),
    labels: labels !== false,
    off: Array.isArray(off) ? off.filter((each): each is string => typeof each === "string") : [],
    scores: numbersIn(scores),
  };
}

/** The boxes of a layer that a look leaves. */
export function shownBoxes(boxes: readonly Box[], layer: string, look: OverlayLook): readonly Box[] {
  if (look.off.includes(layerKey("boxes", layer))) return [];
  const least = Object.entries(look.scores);
  if (look.off.length === 0 && least.length === 0) return boxes;
  const off = new Set(look.off);
  return boxes.filter(
    (box) =>
      !off.has(classKey("boxes", layer, box.classId)) &&
      least.every(([name, value]) => box.scores[name] === undefined || box.scores[name] >= value),
  );
}

type Raw = Record<string, unknown>;

/** The boxes of a `.boxes2D.json` file over an image of this size. */
export function boxesOf(file: unknown, width: number, height: number): Box[] {
  const { box_data: data, class_labels: labels } = (file ?? {}) as Raw;
  if (!Array.isArray(data)) return [];
  return data.flatMap((raw) => {
    const box = raw as Raw;
    const at = rectOf((box.position ?? {}) as Raw);
    if (!at) return [];
    const pixels = box.domain === "pixel";
    const [w, h] = pixels ? [width || 1, height || 1] : [1, 1];
    const classId = Number(box.class_id ?? 0);
    const label = String((labels as Record<string, unknown> | undefined)?.[classId] ?? classId);
    const scores = numbersIn(box.scores);
    const caption =
      typeof box.box_caption === "string" && box.box_caption
        ? box.box_caption
        : [label, ...Object.entries(scores).map(([name, value]) => `${name} ${value.toFixed(2)}`)].join(" · ");
    return [{ x: at.x / w, y: at.y / h, width: at.width / w, height: at.height / h, classId, label, caption, scores }];
  });
}

function rectOf(position: Raw): { x: number; y: number; width: number; height: number } | null {
  const number = (name: string) => Number(position[name]);
  if (Array.isArray(position.middle)) {
    const [x, y] = position.middle.map(Number);
    const [width, height] = [number("width"), number("height")];
    return all(x, y, width, height) ? { x: x! - width / 2, y: y! - height / 2, width, height } : null;
  }
  const [left, right, top, bottom] = [number("minX"), number("maxX"), number("minY"), number("maxY")];
  return all(left, right, top, bottom) ? { x: left, y: top, width: right - left, height: bottom - top } : null;
}

function all(...values: (number | undefined)[]): boolean {
  return values.every((value) => Number.isFinite(value));
}

function isRecord(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numbersIn(value: unknown): Record<string, number> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) =>
      each !== null && each !== "" && Number.isFinite(Number(each)) ? [[name, Number(each)]] : [],
    ),
  );
}

/** The colour of a class: neighbouring ids are told apart, and 0 of a mask is the ground that is not painted. */
export function classToken(classId: number): string {
  return `--r${((((classId - 1) % 20) + 20) % 20) + 1}`;
}

/** The colour of each class id of a mask as a pixel of a canvas; hidden ones and the ground are clear. */
export function maskInk(
  layer: string,
  look: OverlayLook,
  colour: (classId: number) => readonly [number, number, number],
): Uint32Array {
  const ink = new Uint32Array(256);
  if (look.off.includes(layerKey("masks", layer))) return ink;
  const off = new Set(look.off);
  const alpha = Math.round(look.opacity * 255);
  const bytes = new Uint8ClampedArray(ink.buffer);
  for (let id = 1; id < 256; id++) {
    if (off.has(classKey("masks", layer, id))) continue;
    bytes.set([...colour(id), alpha], id * 4);
  }
  return ink;
}

/** The picture of a mask, given as the class of each pixel, in its inks. */
export function paintMask(ids: Uint8Array, ink: Uint32Array, pixels: Uint32Array): void {
  for (let at = 0; at < ids.length; at++) pixels[at] = ink[ids[at]!]!;
}
