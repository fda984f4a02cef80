/** Searching in sorted columns. */

/** The index whose x is nearest to `at`, -1 where there is none. Of two equally near, the first. */
export function nearest(x: Float64Array, at: number): number {
  if (x.length === 0 || Number.isNaN(at)) return -1;
  const right = lowerBound(x, at);
  if (right === 0) return 0;
  if (right === x.length) return x.length - 1;
  return at - x[right - 1]! <= x[right]! - at ? right - 1 : right;
}

/** The nearest index whose y is a finite number, at most `reach` away in x; -1 where there is none. */
export function nearestFinite(x: Float64Array, y: Float64Array, at: number, reach: number): number {
  const start = nearest(x, at);
  if (start < 0) return -1;
  for (let d = 0; d < x.length; d++) {
    let inside = false;
    for (const i of d === 0 ? [start] : [start - d, start + d]) {
      if (i < 0 || i >= x.length || Math.abs(x[i]! - at) > reach) continue;
      inside = true;
      if (Number.isFinite(y[i]!)) return i;
    }
    if (!inside) return -1;
  }
  return -1;
}

/** The first index whose x is not below `at`. */
export function lowerBound(x: Float64Array, at: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
