/** How charts are drawn: said for a whole workspace, for a section of it, and for one panel. Pure. */
import { NO_SMOOTHING, SMOOTHINGS, type Smoothing, type SmoothingKind } from "@/plot/smooth";

/** What a group of runs is drawn as: one line through them. */
export const CENTRES = ["mean", "median", "min", "max"] as const;
export type Centre = (typeof CENTRES)[number];

/** What is shaded around the line of a group: nothing, all runs, one deviation or error, the middle half, or 90 of 100. */
export const BANDS = ["none", "minmax", "std", "stderr", "quartiles", "p5-p95"] as const;
export type Band = (typeof BANDS)[number];

export interface ChartSettings {
  /** `""` is what each metric says of itself (a defined step metric, or the step). */
  x: string;
  smoothing: Smoothing;
  /** The unsmoothed curve stays, faint, behind a smoothed one. */
  raw: boolean;
  logX: boolean;
  logY: boolean;
  /** The outermost percent of the values does not widen y. */
  outliers: boolean;
  /** The least and the greatest of each bucket are shaded where a pixel holds several points. */
  envelope: boolean;
  centre: Centre;
  band: Band;
  legend: "off" | "top" | "table";
  /** How many runs, or groups, a chart draws at most. */
  most: number;
}

export const PLAIN_SETTINGS: ChartSettings = {
  x: "",
  smoothing: NO_SMOOTHING,
  raw: true,
  logX: false,
  logY: false,
  outliers: false,
  envelope: true,
  centre: "mean",
  band: "minmax",
  legend: "top",
  most: 100,
};

const NAMES = Object.keys(PLAIN_SETTINGS) as (keyof ChartSettings)[];

/** The settings of a panel: what it says itself, else its section, else the workspace. */
export function cascade(...said: readonly (Partial<ChartSettings> | undefined)[]): ChartSettings {
  const out = { ...PLAIN_SETTINGS };
  const take = <K extends keyof ChartSettings>(name: K, value: ChartSettings[K] | undefined) => {
    if (value !== undefined) out[name] = value;
  };
  for (const part of said) for (const name of NAMES) take(name, part?.[name]);
  return out;
}

const LEGENDS: readonly ChartSettings["legend"][] = ["off", "top", "table"];

/** Settings as they were kept: those that are said, and can be. */
export function readSettings(raw: unknown): Partial<ChartSettings> {
  if (typeof raw !== "object" || raw === null) return {};
  const given = raw as Readonly<Record<string, unknown>>;
  const out: Partial<ChartSettings> = {};
  if (typeof given.x === "string") out.x = given.x;
  for (const name of ["raw", "logX", "logY", "outliers", "envelope"] as const)
    if (typeof given[name] === "boolean") out[name] = given[name];
  if (CENTRES.includes(given.centre as Centre)) out.centre = given.centre as Centre;
  if (BANDS.includes(given.band as Band)) out.band = given.band as Band;
  if (LEGENDS.includes(given.legend as ChartSettings["legend"])) out.legend = given.legend as ChartSettings["legend"];
  if (typeof given.most === "number" && given.most >= 1) out.most = Math.min(1000, Math.round(given.most));
  const smoothing = given.smoothing as Partial<Smoothing> | null | undefined;
  if (smoothing && SMOOTHINGS.includes(smoothing.kind as SmoothingKind) && typeof smoothing.amount === "number")
    out.smoothing = {
      kind: smoothing.kind as SmoothingKind,
      amount: Math.min(100, Math.max(0, smoothing.amount || 0)),
    };
  return out;
}
