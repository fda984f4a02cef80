/** Boxes and masks over an image: the files read into shapes, with the colour of each class. Pure. */

export interface Box {
  /** Shares of the image: 0 at the left and the top, 1 at the right and the bottom. */
  x: number;
  y: number;
  width: number;
  height: number;
  classId: number;
  label: string;
  caption: string;
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
    const scores = Object.entries((box.scores ?? {}) as Record<string, unknown>);
    const caption =
      typeof box.box_caption === "string" && box.box_caption
        ? box.box_caption
        : [label, ...scores.map(([name, value]) => `${name} ${Number(value).toFixed(2)}`)].join(" · ");
    return [{ x: at.x / w, y: at.y / h, width: at.width / w, height: at.height / h, classId, label, caption }];
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

/** The colour of a class: neighbouring ids are told apart, and 0 of a mask is the ground that is not painted. */
export function classToken(classId: number): string {
  return `--r${((((classId - 1) % 20) + 20) % 20) + 1}`;
}

/** Paints each class of a mask, given as the grey of each pixel, with its colour; 0 stays clear. In place. */
export function paintMask(
  pixels: Uint8ClampedArray,
  colour: (classId: number) => readonly [number, number, number],
  alpha: number,
): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const classId = pixels[at] ?? 0;
    const [r, g, b] = classId === 0 ? [0, 0, 0] : colour(classId);
    pixels[at] = r;
    pixels[at + 1] = g;
    pixels[at + 2] = b;
    pixels[at + 3] = classId === 0 ? 0 : alpha;
  }
}
