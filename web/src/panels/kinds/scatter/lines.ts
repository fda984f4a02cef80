/** Lines over a cloud of points: what was best so far, what nothing beats, and what fits it. Pure. */

export interface Place {
  x: number;
  y: number;
}

/** The running least, greatest or mean of y as x grows. */
export function runningOf(points: readonly Place[], of: "min" | "max" | "mean"): [number, number][] {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  let [best, sum] = [Number.NaN, 0];
  return sorted.map(({ x, y }, at) => {
    sum += y;
    if (Number.isNaN(best) || (of === "min" ? y < best : y > best)) best = y;
    return [x, of === "mean" ? sum / (at + 1) : best];
  });
}

/** The Pareto front: the points for which no other is at least as good in both values and better in one; by x. */
export function frontOf<P extends Place>(points: readonly P[], moreX: boolean, moreY: boolean): P[] {
  const [sx, sy] = [moreX ? -1 : 1, moreY ? -1 : 1];
  const sorted = [...points].sort((a, b) => sx * (a.x - b.x) || sy * (a.y - b.y));
  const out: P[] = [];
  let best = Infinity;
  for (const point of sorted) {
    if (sy * point.y >= best) continue;
    best = sy * point.y;
    out.push(point);
  }
  return out.sort((a, b) => a.x - b.x);
}

export interface Fit {
  slope: number;
  offset: number;
  /** Pearson's correlation of what was fitted. */
  r: number;
}

/** The least-squares line of y over x, on axes that may be logarithmic; null where x does not vary. */
export function fitOf(points: readonly Place[], logX: boolean, logY: boolean): Fit | null {
  const xs = points.map(({ x }) => (logX ? Math.log10(x) : x));
  const ys = points.map(({ y }) => (logY ? Math.log10(y) : y));
  const n = points.length;
  const [mx, my] = [xs.reduce((a, b) => a + b, 0) / n, ys.reduce((a, b) => a + b, 0) / n];
  let [xx, yy, xy] = [0, 0, 0];
  for (let at = 0; at < n; at++) {
    xx += (xs[at]! - mx) ** 2;
    yy += (ys[at]! - my) ** 2;
    xy += (xs[at]! - mx) * (ys[at]! - my);
  }
  if (n < 2 || xx === 0) return null;
  const slope = xy / xx;
  return { slope, offset: my - slope * mx, r: yy === 0 ? Number.NaN : xy / Math.sqrt(xx * yy) };
}

/** The points of a front as steps: what is reached holds until something better comes. */
export function stepsOf(front: readonly Place[], moreX: boolean): [number, number][] {
  return front.flatMap(({ x, y }, at): [number, number][] => {
    const next = front[at + 1];
    if (!next) return [[x, y]];
    return moreX
      ? [
          [x, y],
          [x, next.y],
        ]
      : [
          [x, y],
          [next.x, y],
        ];
  });
}
