/** Which way a molecule lies: so that one first sees it from where it is widest. Pure. */
import type { Point } from "../scene/cloud";

type Three = [Point, Point, Point];

const ROUNDS = 24;

/** The three directions that points are spread along, the widest first: at right angles, and never mirrored. */
export function axesOf(points: Float32Array): Three {
  const spread = spreadOf(points);
  const own = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let round = 0; round < ROUNDS; round++)
    for (const [p, q] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      turn(spread, own, p, q);
  const order = [0, 1, 2].sort((a, b) => spread[b]![b]! - spread[a]![a]!);
  const [x, y] = order.map((at) => own.map((row) => row[at]!) as unknown as Point) as Three;
  return [x, y, [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]];
}

function spreadOf(points: Float32Array): number[][] {
  const many = points.length / 3 || 1;
  const middle = [0, 0, 0];
  for (let at = 0; at < points.length; at++) middle[at % 3]! += points[at]! / many;
  const spread = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let at = 0; at < points.length; at += 3)
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++) spread[a]![b]! += (points[at + a]! - middle[a]!) * (points[at + b]! - middle[b]!);
  return spread;
}

/** One turn of Jacobi's method: https://en.wikipedia.org/wiki/Jacobi_eigenvalue_algorithm. */
function turn(spread: number[][], own: number[][], p: number, q: number): void {
  const off = spread[p]![q]!;
  if (Math.abs(off) < 1e-12) return;
  const half = (spread[q]![q]! - spread[p]![p]!) / (2 * off);
  const tan = (half < 0 ? -1 : 1) / (Math.abs(half) + Math.hypot(1, half));
  const cos = 1 / Math.hypot(1, tan);
  const sin = tan * cos;
  columns(spread, p, q, cos, sin);
  for (let k = 0; k < 3; k++) {
    const [a, b] = [spread[p]![k]!, spread[q]![k]!];
    spread[p]![k] = cos * a - sin * b;
    spread[q]![k] = sin * a + cos * b;
  }
  columns(own, p, q, cos, sin);
}

function columns(matrix: number[][], p: number, q: number, cos: number, sin: number): void {
  for (const row of matrix) {
    const [a, b] = [row[p]!, row[q]!];
    row[p] = cos * a - sin * b;
    row[q] = sin * a + cos * b;
  }
}
