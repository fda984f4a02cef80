/** What a handful of numbers says, put into few: pure. */

export interface Spread {
  n: number;
  mean: number;
  /** Sample deviation, with n − 1; 0 for one number. */
  std: number;
  stderr: number;
  min: number;
  q1: number;
  median: number;
  q3: number;
  max: number;
}

/** The facts of the finite values; null where there is none. Quartiles lie between values, as NumPy's `linear` has it. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const n = sorted.length;
  if (n === 0) return null;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const std = n < 2 ? 0 : Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return {
    n,
    mean,
    std,
    stderr: std / Math.sqrt(n),
    min: sorted[0]!,
    q1: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    q3: quantile(sorted, 0.75),
    max: sorted[n - 1]!,
  };
}

/** A quantile of sorted values, linear between neighbours. */
export function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const under = Math.floor(at);
  const low = sorted[under] ?? Number.NaN;
  const high = sorted[Math.min(sorted.length - 1, under + 1)] ?? low;
  return low + (high - low) * (at - under);
}

/**
 * How dense the values lie at `points` places between `low` and `high`: a Gaussian kernel with Silverman's width,
 * scaled so that the densest place is 1.
 */
export function densityOf(values: readonly number[], low: number, high: number, points: number): number[] {
  const spread = spreadOf(values);
  if (!spread || points < 2) return [];
  const iqr = (spread.q3 - spread.q1) / 1.34;
  const scale = Math.min(spread.std || Infinity, iqr || Infinity);
  const width = (Number.isFinite(scale) ? scale : (high - low) / 20 || 1) * 0.9 * spread.n ** -0.2;
  const finite = values.filter(Number.isFinite);
  const out = Array.from({ length: points }, (_, i) => {
    const at = low + ((high - low) * i) / (points - 1);
    return finite.reduce((sum, value) => sum + Math.exp(-(((at - value) / width) ** 2) / 2), 0);
  });
  const most = Math.max(...out);
  return out.map((value) => (most > 0 ? value / most : 0));
}
