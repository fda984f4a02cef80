/** The ground under a scene and the numbers along its edges. Pure. */
import { axisFormat, linearTicks } from "@/plot/ticks";
import type { Bounds, Point } from "./cloud";

export type Up = "x" | "y" | "z";

/** The axes that go to the right, away and up as one first sees a scene. */
export const AXES: Record<Up, readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2]> = {
  x: [1, 2, 0],
  y: [0, 2, 1],
  z: [0, 1, 2],
};

/** Whether the left and the front are where the axes end rather than where they begin. */
const ENDS: Record<Up, readonly [boolean, boolean]> = { x: [true, true], y: [false, true], z: [false, false] };

const NAMES = ["x", "y", "z"] as const;
const TICKS = 5;

export interface Mark {
  at: Point;
  text: string;
  /** The name of an axis, not a number on it. */
  name: boolean;
}

export interface Ruler {
  /** Starts and ends of lines, x, y, z one after another. */
  lines: Float32Array;
  /** The three edges that the numbers stand along. */
  edges: Float32Array;
  marks: Mark[];
}

/** A grid under everything, on round numbers, and marks along three edges; numbers are told as they were logged. */
export function rulerOf({ low, high }: Bounds, origin: Point, up: Up): Ruler {
  const [across, along, above] = AXES[up];
  const size = Math.max(...low.map((least, axis) => high[axis]! - least));
  const ticks = [0, 1, 2].map((axis) => {
    const [from, to] = [low[axis]! + origin[axis]!, high[axis]! + origin[axis]!];
    const share = (to - from) / size;
    return to > from ? linearTicks(from, to, Math.max(1, Math.round(TICKS * share))) : [];
  });
  const point = (a: number, b: number, c: number): Point => {
    const out = [0, 0, 0];
    out[across] = a;
    out[along] = b;
    out[above] = c;
    return out as unknown as Point;
  };
  const floor = low[above]!;
  const [leftEnd, frontEnd] = ENDS[up];
  const [left, front] = [(leftEnd ? high : low)[across]!, (frontEnd ? high : low)[along]!];
  const [right, back] = [(leftEnd ? low : high)[across]!, (frontEnd ? low : high)[along]!];
  const lines: number[] = [];
  for (const tick of ticks[across]!) {
    const at = tick - origin[across]!;
    lines.push(...point(at, front, floor), ...point(at, back, floor));
  }
  for (const tick of ticks[along]!) {
    const at = tick - origin[along]!;
    lines.push(...point(left, at, floor), ...point(right, at, floor));
  }
  const corner = point(left, front, floor);
  const edges = [
    ...corner,
    ...point(right, front, floor),
    ...corner,
    ...point(left, back, floor),
    ...corner,
    ...point(left, front, high[above]!),
  ];
  const out = size * 0.07;
  const [outLeft, outFront] = [left + (leftEnd ? out : -out), front + (frontEnd ? out : -out)];
  const marks: Mark[] = [];
  const mark = (axis: 0 | 1 | 2, end: number, place: (value: number) => Point) => {
    const own = ticks[axis]!;
    const text = axisFormat(own);
    for (const tick of own) marks.push({ at: place(tick - origin[axis]!), text: text(tick), name: false });
    if (high[axis]! > low[axis]!) marks.push({ at: place(end), text: NAMES[axis]!, name: true });
  };
  mark(across, right + (leftEnd ? -out : out), (value) => point(value, outFront, floor));
  mark(along, back + (frontEnd ? -out : out), (value) => point(outLeft, value, floor));
  mark(above, high[above]! + out, (value) => point(left + (outLeft - left) / 2, front + (outFront - front) / 2, value));
  return { lines: Float32Array.from(lines), edges: Float32Array.from(edges), marks };
}
