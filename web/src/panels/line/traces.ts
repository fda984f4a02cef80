/** What a panel draws, before it is drawn: the curve of each metric or formula of each run, and of groups the statistics. Pure. */
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { type Odd, shapeOf } from "@/plot/curve";
import { innermost, type RunGroup } from "@/state/groups";
import type { ChartSettings } from "@/state/settings";
import { evaluate, type Formula, isLinear, metricsOf } from "./expression";
import { type Gathered, gather, gridOf, onGrid, type Points } from "./gather";

/** A metric that is drawn, or a formula over metrics. */
export interface Wanted {
  /** The metric's name, or the formula as it was typed. */
  name: string;
  formula: Formula | null;
}

/** What a panel draws: everything but pixels. */
export interface Sources {
  wanted: readonly Wanted[];
  /** Curves by metric; of each those of the runs that have it. */
  byKey: ReadonlyMap<string, readonly Curve[]>;
  runs: readonly Run[];
  groups: readonly RunGroup[] | null;
  baseline: Run | null;
  tokenOf: (run: Run) => string;
  /** How many places a group's line has at most. */
  places: number;
}

/** One metric, or formula, of one run. */
export interface Trace {
  id: string;
  run: Run;
  /** Its place among what is wanted. */
  place: number;
  name: string;
  curve: Curve;
  /** A formula over means of several points each, which is not the mean of the formula. */
  approximate: boolean;
}

export function tracesOf({ wanted, byKey, runs }: Pick<Sources, "wanted" | "byKey" | "runs">): Trace[] {
  const several = wanted.length > 1;
  const byRun = new Map(
    [...byKey].map(([key, curves]) => [key, new Map(curves.map((curve) => [curve.run, curve]))] as const),
  );
  return wanted.flatMap(({ name, formula }, place) =>
    runs.flatMap((run): Trace[] => {
      const curveOf = (key: string) => byRun.get(key)?.get(run.id);
      const found = formula ? formulaCurve(formula, run.id, name, curveOf) : undefined;
      const curve = formula ? found?.curve : curveOf(name);
      const id = several ? `${run.id}\n${place}` : run.id;
      return curve ? [{ id, run, place, name, curve, approximate: found?.approximate ?? false }] : [];
    }),
  );
}

/** A formula over what one run logged, as a curve: its value at the places of its metrics. */
function formulaCurve(
  formula: Formula,
  run: string,
  name: string,
  curveOf: (key: string) => Curve | undefined,
): { curve: Curve; approximate: boolean } | undefined {
  const metrics = metricsOf(formula);
  const curves = metrics.flatMap((key) => curveOf(key) ?? []);
  const [first] = curves;
  // a metric that this run has not: the formula has no value
  if (!first || curves.length < metrics.length) return undefined;
  const places = curves.map((curve) => shapeOf(curve).x);
  const same = places.every((x) => x.length === places[0]!.length && x.every((value, at) => value === places[0]![at]));
  const grid = same
    ? places[0]!
    : gridOf(
        curves.map((curve, at) => ({ x: places[at]!, y: curve.mean })),
        Math.max(...places.map((x) => x.length)),
      );
  const columns = new Map(
    curves.map((curve, at) => [curve.key, same ? curve.mean : onGrid({ x: places[at]!, y: curve.mean }, grid)]),
  );
  const value = evaluate(formula, columns, grid.length);
  const zeros = new Int32Array(grid.length);
  const steps = same ? { first: first.stepFirst, last: first.stepLast } : { first: grid, last: grid };
  const curve: Curve = {
    run,
    key: name,
    raw: true,
    points: grid.length,
    length: grid.length,
    xMin: grid,
    xMax: grid,
    low: value,
    high: value,
    mean: value,
    first: value,
    last: value,
    stepFirst: steps.first,
    stepLast: steps.last,
    stepLow: steps.first,
    stepHigh: steps.first,
    count: value.reduce((out, v, at) => {
      out[at] = Number.isFinite(v) ? 1 : 0;
      return out;
    }, new Int32Array(grid.length)),
    nan: zeros,
    posInf: zeros,
    negInf: zeros,
  };
  const plain = curves.every((each) => each.raw) || (same && isLinear(formula));
  return { curve, approximate: !plain };
}

/** Statistics of one metric over the runs of one group. */
export interface Bundle {
  group: RunGroup;
  place: number;
  name: string;
  gathered: Gathered;
  odd: Odd;
  points: number;
}

export function bundlesOf(
  { wanted, groups, places }: Sources,
  traces: readonly Trace[],
  { centre, band, most }: Pick<ChartSettings, "centre" | "band" | "most">,
): Bundle[] {
  return innermost(groups ?? [])
    .slice(0, most)
    .flatMap((group) => {
      const own = new Set(group.runs);
      return wanted.flatMap(({ name }, place): Bundle[] => {
        const mine = traces.filter((trace) => trace.place === place && own.has(trace.run));
        if (mine.length === 0) return [];
        const points = mine.map(({ curve }) => pointsOf(curve));
        return [
          {
            group,
            place,
            name,
            gathered: gather(points, gridOf(points, places), centre, band),
            odd: joinedOdd(mine.map(({ curve }) => shapeOf(curve).odd)),
            points: Math.max(...mine.map(({ curve }) => curve.points)),
          },
        ];
      });
    });
}

function pointsOf(curve: Curve): Points {
  const { mean: y, low, high, count } = curve;
  return { x: shapeOf(curve).x, y, low, high, count };
}

function joinedOdd(all: readonly Odd[]): Odd {
  const sorted = (name: "nan" | "posInf" | "negInf") => all.flatMap((odd) => odd[name]).sort((a, b) => a - b);
  return {
    nan: sorted("nan"),
    posInf: sorted("posInf"),
    negInf: sorted("negInf"),
    count: all.reduce((sum, odd) => sum + odd.count, 0),
  };
}
