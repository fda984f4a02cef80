/**
 * Which config values decide a metric: pure and deterministic.
 *
 * Importance is the permutation importance of a random forest (Breiman 2001): a forest of regression trees is grown on
 * bootstrap samples of the runs, each split looking at a third of the parameters; for each tree and parameter, the
 * values of that parameter are shuffled among the runs the tree did not see, and what is counted is by how much the
 * squared error grows. Shares are of the sum over all parameters; none is below 0. W&B documents a random forest with
 * impurity importance; permutation on unseen runs does not favour parameters with many values as impurity does
 * (Strobl et al. 2007). Correlation is Pearson's, of the parameter's own values (booleans as 0 and 1, texts one value
 * against the rest) with the metric. The dice start from the same seed each time: the same runs give the same numbers.
 */

export interface Feature {
  name: string;
  /** One a run; NaN where the run has none. */
  values: readonly number[];
  /** Several columns may stand for one parameter: one for each of its texts. */
  parameter: string;
}

export interface Importance {
  parameter: string;
  /** Of the sum of all, from 0 to 1. */
  share: number;
  /** From −1 to 1; of a text parameter that of the value that correlates most. NaN where the parameter does not vary. */
  correlation: number;
  /** The value that `correlation` is about, for text parameters. */
  of: string | null;
  /** Runs that have a value. */
  n: number;
}

export const LEAST_RUNS = 8;
export const GOOD_RUNS = 30;
const TREES = 60;
const DEPTH = 8;
const LEAF = 2;
const MOST_NAMES = 12;

/** Mulberry32: a small generator whose sequence depends on nothing but its seed. */
export function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** The columns of a parameter: its numbers, or one column for each text it has. */
export function featuresOf(parameter: string, values: readonly unknown[]): Feature[] {
  const known = values.filter((value) => value !== undefined && value !== null);
  const number = (value: unknown) =>
    typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : null;
  if (known.every((value) => number(value) !== null)) {
    const numbers = values.map((value) => number(value) ?? Number.NaN);
    return new Set(numbers.filter(Number.isFinite)).size > 1 ? [{ name: parameter, values: numbers, parameter }] : [];
  }
  const text = (value: unknown) =>
    value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const names = [...new Set(values.map(text))].sort();
  if (names.length < 2 || names.length > Math.max(MOST_NAMES, known.length / 2)) return [];
  return names
    .filter((name) => name !== "")
    .map((name) => ({ name, values: values.map((value) => Number(text(value) === name)), parameter }));
}

interface Node {
  feature: number;
  at: number;
  low: Node | number;
  high: Node | number;
}

/** Takes slices of work until it is done, so that whoever runs it can let the page breathe in between. */
export function* importanceOf(
  features: readonly Feature[],
  target: readonly number[],
): Generator<number, Importance[]> {
  const rows = target.map((_, row) => row).filter((row) => Number.isFinite(target[row]!));
  const parameters = [...new Set(features.map((feature) => feature.parameter))];
  const columns = features.map(({ values }) => filled(values, rows));
  const random = dice(0x9e3779b9);
  const gains = new Map(parameters.map((parameter) => [parameter, 0]));
  const many = rows.length;
  const y = rows.map((row) => target[row]!);
  for (let tree = 0; tree < TREES && many >= LEAST_RUNS && features.length > 0; tree++) {
    const bag = Array.from({ length: many }, () => Math.floor(random() * many));
    const inBag = new Set(bag);
    const out = y.map((_, row) => row).filter((row) => !inBag.has(row));
    if (out.length > 1) {
      const root = grow(columns, y, bag, random, 0);
      const base = errorOf(root, columns, y, out, null, null);
      for (const parameter of parameters) {
        const mixed = shuffled(out, random);
        const own = new Set(features.flatMap((feature, at) => (feature.parameter === parameter ? [at] : [])));
        gains.set(parameter, gains.get(parameter)! + errorOf(root, columns, y, out, own, mixed) - base);
      }
    }
    yield (tree + 1) / TREES;
  }
  const sum = [...gains.values()].reduce((all, gain) => all + Math.max(0, gain), 0);
  return parameters
    .map((parameter): Importance => {
      const own = features.filter((feature) => feature.parameter === parameter);
      const ties = own.map((feature) => ({ feature, r: correlationOf(feature.values, target) }));
      ties.sort((a, b) => Math.abs(b.r || 0) - Math.abs(a.r || 0));
      const top = ties[0];
      return {
        parameter,
        share: sum > 0 ? Math.max(0, gains.get(parameter)!) / sum : 0,
        correlation: top?.r ?? Number.NaN,
        of: top && top.feature.name !== parameter ? top.feature.name : null,
        n: rows.filter((row) => own.some((feature) => Number.isFinite(feature.values[row]!))).length,
      };
    })
    .sort((a, b) => b.share - a.share || Math.abs(b.correlation || 0) - Math.abs(a.correlation || 0));
}

/** A missing value stands at the median of the others. */
function filled(values: readonly number[], rows: readonly number[]): number[] {
  const known = rows
    .map((row) => values[row]!)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const middle = known[Math.floor(known.length / 2)] ?? 0;
  return rows.map((row) => (Number.isFinite(values[row]!) ? values[row]! : middle));
}

function mean(y: readonly number[], rows: readonly number[]): number {
  let sum = 0;
  for (const row of rows) sum += y[row]!;
  return sum / rows.length;
}

function grow(
  columns: readonly number[][],
  y: readonly number[],
  rows: number[],
  random: () => number,
  depth: number,
): Node | number {
  if (depth >= DEPTH || rows.length < 2 * LEAF) return mean(y, rows);
  const tried = shuffled(
    columns.map((_, at) => at),
    random,
  ).slice(0, Math.max(1, Math.ceil(columns.length / 3)));
  let best: { feature: number; at: number; gain: number } | null = null;
  let all = 0;
  for (const row of rows) all += y[row]!;
  const floor = (all * all) / rows.length;
  for (const feature of tried) {
    const column = columns[feature]!;
    const sorted = [...rows].sort((a, b) => column[a]! - column[b]!);
    let left = 0;
    for (let at = 1; at < sorted.length; at++) {
      left += y[sorted[at - 1]!]!;
      const [before, here] = [column[sorted[at - 1]!]!, column[sorted[at]!]!];
      if (before === here || at < LEAF || sorted.length - at < LEAF) continue;
      const right = all - left;
      const gain = (left * left) / at + (right * right) / (sorted.length - at) - floor;
      if (gain > (best?.gain ?? 1e-12)) best = { feature, at: (before + here) / 2, gain };
    }
  }
  if (!best) return mean(y, rows);
  const { feature, at } = best;
  const column = columns[feature]!;
  return {
    feature,
    at,
    low: grow(
      columns,
      y,
      rows.filter((row) => column[row]! <= at),
      random,
      depth + 1,
    ),
    high: grow(
      columns,
      y,
      rows.filter((row) => column[row]! > at),
      random,
      depth + 1,
    ),
  };
}

/** The mean squared error over rows, where the columns `mixed` take their values from other rows. */
function errorOf(
  root: Node | number,
  columns: readonly number[][],
  y: readonly number[],
  rows: readonly number[],
  mixed: ReadonlySet<number> | null,
  from: readonly number[] | null,
): number {
  let sum = 0;
  for (const [place, row] of rows.entries()) {
    let node = root;
    while (typeof node !== "number") {
      const source = mixed?.has(node.feature) ? (from?.[place] ?? row) : row;
      node = columns[node.feature]![source]! <= node.at ? node.low : node.high;
    }
    sum += (node - y[row]!) ** 2;
  }
  return sum / rows.length;
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const out = [...list];
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [out[at], out[other]] = [out[other]!, out[at]!];
  }
  return out;
}

/** Pearson's r over the places where both are finite; NaN where one does not vary. */
export function correlationOf(a: readonly number[], b: readonly number[]): number {
  const both = a.flatMap((x, at) => (Number.isFinite(x) && Number.isFinite(b[at]!) ? [[x, b[at]!] as const] : []));
  if (both.length < 2) return Number.NaN;
  const [ma, mb] = [0, 1].map((side) => both.reduce((sum, pair) => sum + pair[side]!, 0) / both.length) as [
    number,
    number,
  ];
  let [top, left, right] = [0, 0, 0];
  for (const [x, y] of both) {
    top += (x - ma) * (y - mb);
    left += (x - ma) ** 2;
    right += (y - mb) ** 2;
  }
  return left > 0 && right > 0 ? top / Math.sqrt(left * right) : Number.NaN;
}
