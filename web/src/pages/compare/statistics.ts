/** How groups of runs differ in a metric: mean, deviation, and whether chance alone would do it. Pure. */

export interface Sample {
  n: number;
  mean: number;
  /** Of the sample, with n − 1; NaN of a single value. */
  deviation: number;
  /** Half the width of the 95 % interval of the mean (Student's t); NaN of a single value. */
  half: number;
}

export function sampleOf(values: readonly number[]): Sample {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const deviation = n > 1 ? Math.sqrt(variance) : Number.NaN;
  return { n, mean, deviation, half: n > 1 ? quantileT(0.975, n - 1) * (deviation / Math.sqrt(n)) : Number.NaN };
}

/**
 * Welch's t-test, two-sided: how likely two samples of one mean would lie at least this far apart. It takes the values
 * as roughly normal and the variances as unequal (B. L. Welch, Biometrika 34, 1947). Null where a sample has fewer than
 * two values, or neither varies.
 */
export function welch(a: Sample, b: Sample): { t: number; degrees: number; p: number } | null {
  if (a.n < 2 || b.n < 2) return null;
  const [va, vb] = [a.deviation ** 2 / a.n, b.deviation ** 2 / b.n];
  if (!(va + vb > 0)) return null;
  const t = (a.mean - b.mean) / Math.sqrt(va + vb);
  const degrees = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  return { t, degrees, p: 2 * (1 - cdfT(Math.abs(t), degrees)) };
}

/** Student's t distribution: the share below `t`, by the regularised incomplete beta function. */
export function cdfT(t: number, degrees: number): number {
  const tail = 0.5 * beta(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t >= 0 ? 1 - tail : tail;
}

/** The `t` below which the share `q` lies, by halving: the distribution has no closed inverse. */
export function quantileT(q: number, degrees: number): number {
  let [low, high] = [0, 1];
  if (q < 0.5) return -quantileT(1 - q, degrees);
  while (cdfT(high, degrees) < q && high < 1e8) high *= 2;
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (cdfT(middle, degrees) < q) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The regularised incomplete beta function I_x(a, b), by its continued fraction, from the front, after Lentz
 * (DLMF 8.17.22).
 */
function beta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  const kept = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1));
  let f = d;
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / kept(1 + even * d);
    c = kept(1 + even / c);
    f *= c * d;
    const odd = -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / kept(1 + odd * d);
    c = kept(1 + odd / c);
    f *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * f;
}

/** Lanczos' approximation of the logarithm of the gamma function (g = 7, nine terms). */
function logGamma(x: number): number {
  const terms = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const y = x - 1;
  let sum = terms[0]!;
  for (let i = 1; i < terms.length; i++) sum += terms[i]! / (y + i);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}
