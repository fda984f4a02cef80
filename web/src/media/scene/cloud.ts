/** A cloud of points, with the boxes and arrows of its scene, as a `pts.json` file has it. Pure. */

export type Rgb = readonly [number, number, number];
export type Point = readonly [number, number, number];

export interface Box {
  /** Eight corners, one after another, counted from the origin of the cloud. */
  corners: Float32Array;
  label: string;
  score: number | null;
  colour: Rgb | null;
}

export interface Arrow {
  start: Point;
  end: Point;
  label: string;
  colour: Rgb | null;
}

export interface Cloud {
  /** What is added to each number of `points` to have it as it was logged: so that far places keep their digits. */
  origin: Point;
  points: Float32Array;
  /** The fourth number of each point, where points have four: a category or a strength. */
  fourth: Float32Array | null;
  rgb: Uint8Array | null;
  boxes: Box[];
  arrows: Arrow[];
  /** Rows that were no points: too few numbers, or NaN among them. */
  skipped: number;
}

/** Of more points than these the first so many stand for all: they are put in no order. */
export const MANY = 20_000;

/** Null where the file holds neither points nor boxes. */
export function cloudOf(file: unknown): Cloud | null {
  const scene = isObject(file) ? file : null;
  const rows = Array.isArray(file) ? file : Array.isArray(scene?.points) ? scene.points : [];
  const boxes = listOf(scene?.boxes).filter((box) => Array.isArray(box.corners) && box.corners.length === 8);
  const arrows = listOf(scene?.vectors).filter((arrow) => Array.isArray(arrow.start) && Array.isArray(arrow.end));
  const columns = Math.max(3, ...rows.slice(0, 100).map((row) => (Array.isArray(row) ? row.length : 0)));
  const good = rows.filter((row) => isPoint(row));
  if (good.length > MANY) shuffle(good);
  if (good.length + boxes.length + arrows.length === 0) return null;
  const origin = middleOf(
    good.length > 0
      ? good
      : [
          ...boxes.flatMap((box) => (box.corners as unknown[][]) ?? []),
          ...arrows.flatMap((arrow) => [arrow.start, arrow.end] as unknown[][]),
        ],
  );
  const points = new Float32Array(good.length * 3);
  const fourth = columns === 4 || columns === 5 ? new Float32Array(good.length) : null;
  const raw = columns >= 6 ? new Float32Array(good.length * 3) : null;
  for (let at = 0; at < good.length; at++) {
    const row = good[at] as unknown[];
    for (let axis = 0; axis < 3; axis++) {
      points[at * 3 + axis] = Number(row[axis]) - origin[axis]!;
      if (raw) raw[at * 3 + axis] = Number(row[3 + axis] ?? 0);
    }
    if (fourth) fourth[at] = Number(row[3] ?? 0);
  }
  return {
    origin,
    points,
    fourth,
    rgb: raw && bytesOf(raw),
    boxes: boxes.map((box) => ({
      corners: Float32Array.from(
        (box.corners as unknown[][]).flatMap((corner) => [0, 1, 2].map((axis) => Number(corner[axis]) - origin[axis]!)),
      ),
      label: typeof box.label === "string" ? box.label : "",
      score: typeof box.score === "number" ? box.score : null,
      colour: rgbOf(box.color),
    })),
    arrows: arrows.map((arrow) => ({
      start: offset(arrow.start as unknown[], origin),
      end: offset(arrow.end as unknown[], origin),
      label: typeof arrow.label === "string" ? arrow.label : "",
      colour: rgbOf(arrow.color),
    })),
    skipped: rows.length - good.length,
  };
}

/** The same way each time. */
function shuffle(rows: unknown[]): void {
  let seed = 1;
  for (let at = rows.length - 1; at > 0; at--) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const other = seed % (at + 1);
    [rows[at], rows[other]] = [rows[other], rows[at]];
  }
}

function isPoint(row: unknown): boolean {
  if (!Array.isArray(row) || row.length < 3) return false;
  return Number.isFinite(Number(row[0])) && Number.isFinite(Number(row[1])) && Number.isFinite(Number(row[2]));
}

/** The middle of the box around the points, rounded to whole numbers: digits to add, none to lose. */
function middleOf(rows: readonly unknown[]): Point {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows as unknown[][])
    for (let axis = 0; axis < 3; axis++) {
      const value = Number(row[axis]);
      if (value < low[axis]!) low[axis] = value;
      if (value > high[axis]!) high[axis] = value;
    }
  const middle = low.map((least, axis) => Math.round((least + high[axis]!) / 2));
  return middle.every(Number.isFinite) ? (middle as unknown as Point) : [0, 0, 0];
}

function offset(point: unknown[], origin: Point): Point {
  return [0, 1, 2].map((axis) => Number(point[axis] ?? 0) - origin[axis]!) as unknown as Point;
}

/** Colours are told from 0 to 255; where none goes above 1, from 0 to 1. */
function bytesOf(raw: Float32Array): Uint8Array {
  let most = 0;
  for (const value of raw) if (value > most) most = value;
  const scale = most <= 1 ? 255 : 1;
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at++) bytes[at] = Math.max(0, Math.min(255, Math.round(raw[at]! * scale)));
  return bytes;
}

function rgbOf(value: unknown): Rgb | null {
  if (!Array.isArray(value) || value.length < 3) return null;
  const [red, green, blue] = value.map((part) => Math.max(0, Math.min(255, Math.round(Number(part) || 0))));
  return [red!, green!, blue!];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The edges of a box whose corners come as `box3d` makes them: by the bits of their place. */
const BY_BITS: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, 2],
  [1, 3],
  [2, 3],
  [4, 5],
  [4, 6],
  [5, 7],
  [6, 7],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];

/**
 * The twelve edges of a box, as pairs of corners, in whatever order these come: three corners span it from the first if
 * their sums are the other four.
 */
export function edgesOf(corners: Float32Array): readonly (readonly [number, number])[] {
  const arm = (corner: number) => [0, 1, 2].map((axis) => corners[corner * 3 + axis]! - corners[axis]!);
  const arms = Array.from({ length: 8 }, (_, corner) => arm(corner));
  const size = Math.max(1e-9, ...arms.flat().map(Math.abs));
  for (let a = 1; a < 8; a++)
    for (let b = a + 1; b < 8; b++)
      for (let c = b + 1; c < 8; c++) {
        const sums = [
          [a, b],
          [a, c],
          [b, c],
          [a, b, c],
        ].map((parts) => [0, 1, 2].map((axis) => parts.reduce((sum, part) => sum + arms[part]![axis]!, 0)));
        const found = sums.map((sum) => {
          for (let corner = 1; corner < 8; corner++) {
            if (corner === a || corner === b || corner === c) continue;
            if (sum.every((value, axis) => Math.abs(value - arms[corner]![axis]!) < size * 1e-3)) return corner;
          }
          return -1;
        });
        const [ab, ac, bc, abc] = found as [number, number, number, number];
        if (found.includes(-1) || new Set(found).size < 4) continue;
        return [
          [0, a],
          [0, b],
          [0, c],
          [a, ab],
          [a, ac],
          [b, ab],
          [b, bc],
          [c, ac],
          [c, bc],
          [ab, abc],
          [ac, abc],
          [bc, abc],
        ];
      }
  return BY_BITS;
}

export interface Bounds {
  low: Point;
  high: Point;
}

/** What all of a cloud is within; a point alone has some room around it. */
export function boundsOf({ points, boxes, arrows }: Cloud): Bounds {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (values: ArrayLike<number>) => {
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!;
      const axis = at % 3;
      if (value < low[axis]!) low[axis] = value;
      if (value > high[axis]!) high[axis] = value;
    }
  };
  take(points);
  for (const box of boxes) take(box.corners);
  for (const arrow of arrows) {
    take(arrow.start);
    take(arrow.end);
  }
  return roomy(low as unknown as Point, high as unknown as Point);
}

export function roomy(low: Point, high: Point): Bounds {
  if (!low.every(Number.isFinite) || !high.every(Number.isFinite)) return { low: [-1, -1, -1], high: [1, 1, 1] };
  if (low.every((least, axis) => high[axis]! - least < 1e-12))
    return {
      low: low.map((value) => value - 0.5) as unknown as Point,
      high: high.map((value) => value + 0.5) as unknown as Point,
    };
  return { low, high };
}
