/** What the runs of a sweep come to: the best so far, ranks, how much each parameter has to do with the result. Pure. */
import type { SweepGoal, SweepParameter, SweepRun } from "@/api/types";
import { asNumber, oneLine } from "@/ui/numbers";

/** The runs that have a value, in the order in which they began. */
export function valued(runs: readonly SweepRun[]): (SweepRun & { value: number })[] {
  return runs
    .filter((run): run is SweepRun & { value: number } => run.value !== null && Number.isFinite(run.value))
    .toSorted((a, b) => a.created_at - b.created_at);
}

export function isBetter(a: number, b: number, goal: SweepGoal): boolean {
  return goal === "maximize" ? a > b : a < b;
}

export interface Progress {
  /** Each run at its number among those that have a value. */
  points: { run: SweepRun; x: number; y: number }[];
  /** Steps whenever one is better than all before it. */
  line: [number, number][];
}

/** How the search went: each run, and the best so far of those that count. */
export function bestSoFar(
  runs: readonly SweepRun[],
  goal: SweepGoal,
  counts: (run: SweepRun) => boolean = () => true,
): Progress {
  const points = valued(runs).map((run, place) => ({ run, x: place + 1, y: run.value }));
  const line: [number, number][] = [];
  let best: number | null = null;
  for (const { run, x, y } of points) {
    if (!counts(run)) continue;
    if (best !== null && isBetter(y, best, goal)) line.push([x, best]);
    if (best === null || isBetter(y, best, goal)) best = y;
    line.push([x, best]);
  }
  return { points, line };
}

/** The steps between points that no other is better than, by the first and the second number of each. */
export function frontLine(points: readonly (readonly [number, number])[], second: SweepGoal): [number, number][] {
  const order = points.toSorted((a, b) => a[0] - b[0]);
  const line: [number, number][] = [];
  for (const [x, y] of order) {
    const before = line.at(-1);
    if (before) line.push(isBetter(y, before[1], second) ? [x, before[1]] : [before[0], y]);
    line.push([x, y]);
  }
  return line;
}

/** How good each run is among the others, 1 for the best; those without a value have no rank. */
export function ranks(runs: readonly SweepRun[], goal: SweepGoal): Map<string, number> {
  const order = valued(runs).toSorted((a, b) => (isBetter(a.value, b.value, goal) ? 1 : -1));
  return new Map(order.map((run, place) => [run.id, order.length < 2 ? 1 : place / (order.length - 1)]));
}

export interface Importance {
  name: string;
  /** From −1 to 1: the metric grows or falls as the parameter grows; for names, how far their means lie apart. */
  tie: number;
  ordered: boolean;
}

const LEAST_RUNS = 4;

/** How strongly the metric goes with each parameter that was searched; the strongest first. */
export function importance(parameters: readonly SweepParameter[], runs: readonly SweepRun[]): Importance[] {
  const known = valued(runs);
  if (known.length < LEAST_RUNS) return [];
  const results = known.map((run) => run.value);
  return parameters
    .filter((parameter) => parameter.searched)
    .flatMap((parameter): Importance[] => {
      const values = known.map((run) => run.params[parameter.name]);
      const numbers = values.map(asNumber);
      if (new Set(values.map(oneLine)).size < 2) return [];
      if (numbers.every((value) => value !== null && Number.isFinite(value)))
        return [{ name: parameter.name, tie: rankCorrelation(numbers as number[], results), ordered: true }];
      return [{ name: parameter.name, tie: spreadOfMeans(values.map(oneLine), ranksOf(results)), ordered: false }];
    })
    .sort((a, b) => Math.abs(b.tie) - Math.abs(a.tie));
}

/** Spearman's: the correlation of the ranks. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const mean = (x.length - 1) / 2;
  let [both, ofX, ofY] = [0, 0, 0];
  for (const [place, value] of x.entries()) {
    const [dx, dy] = [value - mean, (y[place] ?? 0) - mean];
    both += dx * dy;
    ofX += dx * dx;
    ofY += dy * dy;
  }
  return ofX > 0 && ofY > 0 ? both / Math.sqrt(ofX * ofY) : 0;
}

/** Ranks from 0; equal values share the middle of theirs. */
function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, place) => place).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const out = values.map(() => 0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] ?? 0] === values[order[from] ?? 0]) to += 1;
    for (let place = from; place <= to; place++) out[order[place] ?? 0] = (from + to) / 2;
    from = to + 1;
  }
  return out;
}

/** The square root of the share of the variance of `results` that lies between the names. */
function spreadOfMeans(names: readonly string[], results: readonly number[]): number {
  const mean = results.reduce((a, b) => a + b, 0) / results.length;
  const groups = new Map<string, number[]>();
  for (const [place, name] of names.entries()) groups.set(name, [...(groups.get(name) ?? []), results[place] ?? 0]);
  let between = 0;
  for (const group of groups.values()) {
    const own = group.reduce((a, b) => a + b, 0) / group.length;
    between += group.length * (own - mean) ** 2;
  }
  const all = results.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return all > 0 ? Math.sqrt(between / all) : 0;
}
