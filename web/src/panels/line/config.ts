/** What a line panel shows: which metrics, over which range, under which titles. Pure. */
import type { Stream } from "@/api/types";
import type { Span } from "@/plot/curve";
import { matcher } from "../search";

export interface LineConfig {
  /** Metrics by name. */
  keys: readonly string[];
  /** All metrics whose name matches; what is logged tomorrow too. `""` is none. */
  regex: string;
  /** Formulas over metrics, such as `train/loss - val/loss`. */
  expressions: readonly string[];
  stream: Stream;
  /** The metric that `define_metric` made the x of these, where there is one. */
  stepMetric: string | null;
  /** Null is as wide as the values. */
  yRange: Span | null;
  xRange: Span | null;
  xTitle: string;
  yTitle: string;
  /** What a person wrote at places of x. */
  annotations: readonly Annotation[];
}

/** Words at a place of one axis; over another x they are not shown. */
export interface Annotation {
  /** The key of the axis: `_step`, `_runtime`, `_time` or a metric. */
  axis: string;
  x: number;
  text: string;
}

export const PLAIN_LINE: LineConfig = {
  keys: [],
  regex: "",
  expressions: [],
  stream: "history",
  stepMetric: null,
  yRange: null,
  xRange: null,
  xTitle: "",
  yTitle: "",
  annotations: [],
};

/** A config as it was kept; what is odd is left out. */
export function readLine(raw: Readonly<Record<string, unknown>>): LineConfig {
  return {
    keys: texts(raw.keys),
    regex: text(raw.regex),
    expressions: texts(raw.expressions),
    stream: raw.stream === "system" ? "system" : "history",
    stepMetric: typeof raw.stepMetric === "string" && raw.stepMetric ? raw.stepMetric : null,
    yRange: span(raw.yRange),
    xRange: span(raw.xRange),
    xTitle: text(raw.xTitle),
    yTitle: text(raw.yTitle),
    annotations: Array.isArray(raw.annotations)
      ? raw.annotations.flatMap((each: unknown) => annotation(each) ?? [])
      : [],
  };
}

/** More metrics than a chart can tell apart. */
export const MOST_KEYS = 40;

/** The metrics a config names, of those there are; formulas come beside them. */
export function keysOf(config: LineConfig, known: readonly string[]): string[] {
  return allKeysOf(config, known).slice(0, MOST_KEYS);
}

/** The same, however many they are. */
export function allKeysOf(config: LineConfig, known: readonly string[]): string[] {
  if (config.regex === "") return [...new Set(config.keys)];
  return [...new Set([...config.keys, ...known.filter(matcher(config.regex))])];
}

/** What a panel is called where nobody named it. */
export function titleOf(config: LineConfig): string {
  const all = [...config.keys, ...(config.regex ? [`/${config.regex}/`] : []), ...config.expressions];
  if (all.length <= 1) return all[0] ?? "";
  return sharedTitle(all);
}

/** `train/loss` and `val/loss` are `train/loss, val/loss`; many are the first and how many more. */
function sharedTitle(all: readonly string[]): string {
  return all.length <= 3 ? all.join(", ") : `${all[0]}, ${all[1]} +${all.length - 2}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string" && each !== "") : [];
}

/** The annotations after one was written at a place, rewritten, or with no words taken away; in order of x. */
export function annotated(old: readonly Annotation[], change: Annotation): Annotation[] {
  const others = old.filter(({ axis, x }) => axis !== change.axis || x !== change.x);
  return (change.text.trim() === "" ? others : [...others, change]).sort((a, b) => a.x - b.x);
}

function annotation(value: unknown): Annotation | null {
  if (typeof value !== "object" || value === null) return null;
  const { axis, x, text: words } = value as Readonly<Record<string, unknown>>;
  if (typeof axis !== "string" || typeof x !== "number" || typeof words !== "string") return null;
  return Number.isFinite(x) && words.trim() !== "" ? { axis, x, text: words } : null;
}

function span(value: unknown): Span | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [low, high] = value as unknown[];
  return typeof low === "number" && typeof high === "number" && low < high ? [low, high] : null;
}
