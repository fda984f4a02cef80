/** What a bar panel shows, and the bars that makes: pure. */
import type { Run } from "@/api/types";
import { endIn, flagIn, numberIn, oneOf, type Raw, textsIn } from "../read";
import { densityOf, type Spread, spreadOf } from "../spread";
import { STATISTICS, type Statistic, type Subject } from "../values";

export const SORTS = ["best", "high", "low", "name", "own"] as const;
export const SPREADS = ["std", "stderr", "minmax", "box", "violin", "none"] as const;

export interface BarConfig {
  /** Fields, most often `summary.<metric>`. */
  keys: readonly string[];
  statistic: Statistic;
  sort: (typeof SORTS)[number];
  most: number;
  /** What is drawn of the runs of a group. */
  spread: (typeof SPREADS)[number];
  vertical: boolean;
  low: number | null;
  high: number | null;
}

export function readBar(raw: Raw): BarConfig {
  return {
    keys: textsIn(raw, "keys"),
    statistic: oneOf(raw, "statistic", STATISTICS, "last"),
    sort: oneOf(raw, "sort", SORTS, "high"),
    most: numberIn(raw, "most", 50, 1, 500),
    spread: oneOf(raw, "spread", SPREADS, "std"),
    vertical: flagIn(raw, "vertical"),
    low: endIn(raw, "low"),
    high: endIn(raw, "high"),
  };
}

export interface Bar {
  subject: Subject;
  key: string;
  /** The mean of the runs; of a run alone its value. */
  value: number;
  facts: Spread;
  values: readonly number[];
}

export interface Bars {
  bars: Bar[];
  /** Bars left out because there is room for so many only. */
  more: number;
  /** Subjects that have no finite value of any key. */
  without: number;
}

export function barsOf(
  subjects: readonly Subject[],
  config: Pick<BarConfig, "keys" | "sort" | "most">,
  numberOf: (run: Run, key: string) => number | null,
  /** Whether more of a field is better; where nobody knows, the highest comes first. */
  goalOf: (key: string) => "more" | "less" | null = () => null,
): Bars {
  const bars: Bar[] = [];
  let without = 0;
  for (const subject of subjects) {
    let any = false;
    for (const key of config.keys) {
      const values = subject.runs.flatMap((run) => numberOf(run, key) ?? []).filter(Number.isFinite);
      const facts = spreadOf(values);
      if (!facts) continue;
      any = true;
      bars.push({ subject, key, value: facts.mean, facts, values });
    }
    if (!any) without += 1;
  }
  const low = config.sort === "low" || (config.sort === "best" && goalOf(config.keys[0] ?? "") === "less");
  if (low) bars.sort((a, b) => a.value - b.value);
  else if (config.sort === "high" || config.sort === "best") bars.sort((a, b) => b.value - a.value);
  if (config.sort === "name")
    bars.sort((a, b) => a.subject.name.localeCompare(b.subject.name, "en", { numeric: true }) || 0);
  return { bars: bars.slice(0, config.most), more: Math.max(0, bars.length - config.most), without };
}

/** What a bar reaches to, its whiskers too. */
export function reachOf(bar: Bar, spread: BarConfig["spread"]): [number, number] {
  const { facts } = bar;
  if (facts.n < 2 || spread === "none") return [bar.value, bar.value];
  if (spread === "std") return [facts.mean - facts.std, facts.mean + facts.std];
  if (spread === "stderr") return [facts.mean - facts.stderr, facts.mean + facts.stderr];
  return [facts.min, facts.max];
}

/** Where the axis goes: from zero for plain bars, from the data for boxes and violins, or as was chosen. */
export function axisOf(bars: readonly Bar[], config: Pick<BarConfig, "spread" | "low" | "high">): [number, number] {
  const boxes = config.spread === "box" || config.spread === "violin";
  const ends = bars.flatMap((bar) => reachOf(bar, config.spread));
  let [low, high] = [Math.min(...ends), Math.max(...ends)];
  const grouped = boxes && bars.some((bar) => bar.facts.n > 1);
  if (!grouped) [low, high] = [Math.min(0, low), Math.max(0, high)];
  else {
    const spare = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
    [low, high] = [low - spare, high + spare];
  }
  if (config.low !== null) low = config.low;
  if (config.high !== null) high = config.high;
  return high > low ? [low, high] : [low, low + (Math.abs(low) || 1)];
}

/** Whiskers of a box: the farthest values within one and a half times the middle half (Tukey). */
export function whiskersOf({ facts, values }: Bar): [number, number] {
  const reach = (facts.q3 - facts.q1) * 1.5;
  const within = values.filter((value) => value >= facts.q1 - reach && value <= facts.q3 + reach);
  return [Math.min(...within, facts.q1), Math.max(...within, facts.q3)];
}

export function violinOf(bar: Bar, points = 24): { at: number; wide: number }[] {
  const { min, max } = bar.facts;
  return densityOf(bar.values, min, max, points).map((wide, i) => ({
    at: min + ((max - min) * i) / (points - 1),
    wide,
  }));
}
