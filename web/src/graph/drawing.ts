/** A graph as it is drawn: boxes, frames around those that belong together, and what leads from one to another. Pure. */
import type { RunState } from "@/api/types";
import type { IconName } from "@/ui";

export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Box extends Rect {
  id: string;
  name: string;
  about: string;
  /** All that is said of it under the mouse. */
  title: string;
  /** How many stand folded in it; 1 for one that stands for itself. */
  many: number;
  /** Whether it can be opened where it stands. */
  opens: boolean;
  /** Which colour its kind has; null for none. */
  tone: number | null;
  round?: boolean;
  icon?: IconName | undefined;
  state?: RunState | null;
}

/** What is drawn around the boxes of an open group. */
export interface Frame extends Rect {
  id: string;
  name: string;
}

export interface Link {
  from: string;
  to: string;
  /** On the way through what one looks at. */
  near: boolean;
}

export interface Drawing {
  boxes: readonly Box[];
  frames: readonly Frame[];
  links: readonly Link[];
  width: number;
  height: number;
  /** The way that links go. */
  flow: "down" | "across";
  /** The box that each thing stands in that can be found, folded or by itself. */
  holds: ReadonlyMap<string, string>;
}

export interface Strokes {
  lines: string;
  heads: string;
}

const BOW = 22;
const HEAD = 6;

/** The links as two paths, whatever their number: lines, and the heads of their arrows. */
export function strokesOf({ boxes, links, flow }: Drawing, near: boolean): Strokes {
  const at = new Map(boxes.map((box) => [box.id, box]));
  const columns = flow === "down" ? byColumn(boxes) : new Map<number, Box[]>();
  const lines: string[] = [];
  const heads: string[] = [];
  for (const link of links) {
    const [a, b] = [at.get(link.from), at.get(link.to)];
    if (!a || !b || link.near !== near) continue;
    if (flow === "across") {
      lines.push(across(a, b));
      heads.push(headAt(b.x, b.y + b.height / 2, 1, 0));
    } else if (isHidden(a, b, columns)) {
      lines.push(around(a, b));
      heads.push(headAt(b.x + b.width, b.y + b.height / 2, -1, 0));
    } else {
      lines.push(down(a, b));
      heads.push(headAt(b.x + b.width / 2, b.y, 0, 1));
    }
  }
  return { lines: lines.join(""), heads: heads.join("") };
}

function down(a: Rect, b: Rect): string {
  const [x1, y1, x2, y2] = [a.x + a.width / 2, a.y + a.height, b.x + b.width / 2, b.y - HEAD];
  const bend = Math.max(12, Math.abs(y2 - y1) / 2);
  return x1 === x2 ? `M${x1} ${y1}V${y2}` : `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}

function across(a: Rect, b: Rect): string {
  const [x1, y1, x2, y2] = [a.x + a.width, a.y + a.height / 2, b.x - HEAD, b.y + b.height / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** Out at the right side, past what is between, and in at the right side again. */
function around(a: Rect, b: Rect): string {
  const [x1, y1, x2, y2] = [a.x + a.width, a.y + a.height / 2, b.x + b.width + HEAD, b.y + b.height / 2];
  const out = Math.max(x1, x2 - HEAD) + BOW;
  const turn = Math.min(14, Math.abs(y2 - y1) / 2) * Math.sign(y2 - y1 || 1);
  return `M${x1} ${y1}C${out} ${y1} ${out} ${y1} ${out} ${y1 + turn}V${y2 - turn}C${out} ${y2} ${out} ${y2} ${x2} ${y2}`;
}

function headAt(x: number, y: number, dx: number, dy: number): string {
  const [bx, by] = [x - dx * HEAD, y - dy * HEAD];
  const [sx, sy] = [dy * HEAD * 0.6, dx * HEAD * 0.6];
  return `M${x} ${y}L${bx + sx} ${by + sy}L${bx - sx} ${by - sy}Z`;
}

function byColumn(boxes: readonly Box[]): Map<number, Box[]> {
  const columns = new Map<number, Box[]>();
  for (const box of boxes) {
    const middle = box.x + box.width / 2;
    const column = columns.get(middle);
    if (column) column.push(box);
    else columns.set(middle, [box]);
  }
  for (const column of columns.values()) column.sort((a, b) => a.y - b.y);
  return columns;
}

/** Whether a straight line down would be hidden by boxes between, or lead back up. */
function isHidden(a: Rect, b: Rect, columns: ReadonlyMap<number, Box[]>): boolean {
  if (b.y <= a.y) return true;
  const middle = a.x + a.width / 2;
  if (middle !== b.x + b.width / 2) return false;
  const column = columns.get(middle) ?? [];
  let [low, high] = [0, column.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if ((column[half] as Box).y <= a.y) low = half + 1;
    else high = half;
  }
  const next = column[low];
  return next !== undefined && next.y < b.y;
}

/** The box nearest to `from` in a direction: what an arrow key goes to. */
export function neighbour(boxes: readonly Box[], from: Rect, dx: number, dy: number): Box | null {
  let best: Box | null = null;
  let least = Number.POSITIVE_INFINITY;
  const [x, y] = [from.x + from.width / 2, from.y + from.height / 2];
  for (const box of boxes) {
    const [mx, my] = [box.x + box.width / 2 - x, box.y + box.height / 2 - y];
    const along = mx * dx + my * dy;
    if (along <= 1) continue;
    const far = along + 3 * Math.abs(mx * dy + my * dx);
    if (far < least) [least, best] = [far, box];
  }
  return best;
}

/** Boxes as one path, for the small map. */
export function pathOf(rects: readonly Rect[]): string {
  return rects.map(({ x, y, width, height }) => `M${x} ${y}h${width}v${height}h${-width}Z`).join("");
}
