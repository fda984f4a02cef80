/** What a link to the workspace reopens: pure, to and from the address bar. What stands by itself is left out. */
import type { Sort } from "@/api/types";
import type { Span } from "@/plot/curve";
import { NO_SMOOTHING, SMOOTHINGS, type Smoothing, type SmoothingKind } from "@/plot/smooth";
import { BANDS, CENTRES, type ChartSettings, PLAIN_SETTINGS } from "./settings";

export type SearchParams = Readonly<Record<string, string | undefined>>;

export interface Zoom {
  x: Span | null;
  y: Span | null;
}

/** What the charts show and how: the settings of the whole workspace, and what is looked at. */
export interface ChartView extends ChartSettings {
  /** Which metrics: a regular expression. */
  metrics: string;
  /** Panels in a row; 0 is as many as fit. */
  columns: number;
  syncZoom: boolean;
  /** By panel; `*` is all of them. */
  zooms: Readonly<Record<string, Zoom>>;
  /** The panel that fills the screen. */
  panel: string | null;
  /** Sections that are not as they are by themselves: open ones folded, folded ones open. */
  folded: readonly string[];
}

export const PLAIN_CHARTS: ChartView = {
  ...PLAIN_SETTINGS,
  metrics: "",
  columns: 0,
  syncZoom: false,
  zooms: {},
  panel: null,
  folded: [],
};

/** Which runs are drawn: a rule for all, and those that do otherwise. */
export interface Visibility {
  rule: "first" | "all" | "none";
  flipped: readonly string[];
}

/** Which runs the list has, in which order, with which columns. */
export interface RunView {
  search: string;
  filters: readonly string[];
  sort: Sort;
  /** `null` is what suits the project. */
  columns: readonly string[] | null;
  visibility: Visibility;
  /** Fields the list is grouped by, the outermost first. */
  group: readonly string[];
  /** What decides the colours: `""` is the run itself (of groups, the group), else a field. */
  colour: string;
  /** The run that the others are measured against. */
  baseline: string | null;
  /** Runs that stand first and are shown, whatever is filtered. */
  pinned: readonly string[];
}

export const PLAIN_RUNS: RunView = {
  search: "",
  filters: [],
  sort: { field: "created_at", descending: true },
  columns: null,
  visibility: { rule: "first", flipped: [] },
  group: [],
  colour: "",
  baseline: null,
  pinned: [],
};

/** As many as one can keep in sight. */
export const MOST_PINNED = 20;

export const FIRST_SHOWN = 10;

export function readCharts(params: SearchParams): ChartView {
  return {
    metrics: params.m ?? "",
    x: params.x ?? "",
    smoothing: readSmoothing(params.s),
    columns: clampInt(params.c, 0, 6),
    logY: params.ylog === "1",
    logX: params.xlog === "1",
    outliers: params.out === "1",
    raw: params.raw !== "0",
    envelope: params.env !== "0",
    centre: oneOf(CENTRES, params.centre, PLAIN_SETTINGS.centre),
    band: oneOf(BANDS, params.band, PLAIN_SETTINGS.band),
    legend: oneOf(LEGENDS, params.legend, PLAIN_SETTINGS.legend),
    most: clampInt(params.most, 0, 1000) || PLAIN_SETTINGS.most,
    syncZoom: params.sync === "1",
    zooms: readZooms(params.z),
    panel: params.panel || null,
    folded: readList(params.fold),
  };
}

export function writeCharts(view: ChartView): Record<string, string | undefined> {
  return {
    m: view.metrics || undefined,
    x: view.x || undefined,
    s: view.smoothing.amount > 0 ? `${view.smoothing.kind}:${view.smoothing.amount}` : undefined,
    c: view.columns > 0 ? String(view.columns) : undefined,
    ylog: view.logY ? "1" : undefined,
    xlog: view.logX ? "1" : undefined,
    out: view.outliers ? "1" : undefined,
    raw: view.raw ? undefined : "0",
    env: view.envelope ? undefined : "0",
    centre: view.centre === PLAIN_SETTINGS.centre ? undefined : view.centre,
    band: view.band === PLAIN_SETTINGS.band ? undefined : view.band,
    legend: view.legend === PLAIN_SETTINGS.legend ? undefined : view.legend,
    most: view.most === PLAIN_SETTINGS.most ? undefined : String(view.most),
    sync: view.syncZoom ? "1" : undefined,
    z: writeZooms(view.zooms),
    panel: view.panel ?? undefined,
    fold: writeList(view.folded),
  };
}

export function readRuns(params: SearchParams): RunView {
  const [field = "", way = ""] = splitLast(params.sort ?? "");
  const [rule = "first", ...flipped] = readList(params.v);
  return {
    search: params.q ?? "",
    filters: readList(params.f),
    sort: field ? { field, descending: way === "desc" } : PLAIN_RUNS.sort,
    columns: params.cols === undefined ? null : readList(params.cols),
    visibility: { rule: rule === "all" || rule === "none" ? rule : "first", flipped },
    group: readList(params.g),
    colour: params.colour ?? "",
    baseline: params.base || null,
    pinned: readList(params.pin).slice(0, MOST_PINNED),
  };
}

export function writeRuns(view: RunView): Record<string, string | undefined> {
  const { sort, visibility } = view;
  const plain = sort.field === PLAIN_RUNS.sort.field && sort.descending === PLAIN_RUNS.sort.descending;
  const all = visibility.rule === "first" && visibility.flipped.length === 0;
  return {
    q: view.search || undefined,
    f: writeList(view.filters),
    sort: plain ? undefined : `${sort.field}:${sort.descending ? "desc" : "asc"}`,
    cols: view.columns === null ? undefined : view.columns.length === 0 ? "-" : writeList(view.columns),
    v: all ? undefined : writeList([visibility.rule, ...visibility.flipped]),
    g: writeList(view.group),
    colour: view.colour || undefined,
    base: view.baseline ?? undefined,
    pin: writeList(view.pinned),
  };
}

/** Whether the run at a place in the list is drawn. */
export function isShown(visibility: Visibility, id: string, place: number): boolean {
  const base = visibility.rule === "all" || (visibility.rule === "first" && place < FIRST_SHOWN);
  return visibility.flipped.includes(id) ? !base : base;
}

export function flip(list: readonly string[], name: string): string[] {
  return list.includes(name) ? list.filter((each) => each !== name) : [...list, name];
}

function readSmoothing(text: string | undefined): Smoothing {
  const [kind, amount] = (text ?? "").split(":");
  const value = Number(amount);
  if (!SMOOTHINGS.includes(kind as SmoothingKind) || !Number.isFinite(value) || value <= 0) return NO_SMOOTHING;
  return { kind: kind as SmoothingKind, amount: Math.min(value, 100) };
}

/** Lists are joined by commas; a comma or backslash within a name is escaped. */
export function writeList(list: readonly string[]): string | undefined {
  if (list.length === 0) return undefined;
  return list.map((each) => each.replace(/[\\,]/g, "\\$&")).join(",");
}

export function readList(text: string | undefined): string[] {
  if (!text || text === "-") return [];
  const out: string[] = [];
  let word = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\" && i + 1 < text.length) word += text[++i];
    else if (text[i] === ",") {
      out.push(word);
      word = "";
    } else word += text[i];
  }
  out.push(word);
  return out.filter((each) => each !== "");
}

function writeZooms(zooms: Readonly<Record<string, Zoom>>): string | undefined {
  const parts = Object.entries(zooms)
    .filter(([, zoom]) => zoom.x || zoom.y)
    .map(([panel, zoom]) => [panel, span(zoom.x), ...(zoom.y ? [span(zoom.y)] : [])].join("~"));
  return writeList(parts);
}

function span(value: Span | null): string {
  return value ? `${Number(value[0].toPrecision(9))}..${Number(value[1].toPrecision(9))}` : "";
}

function readZooms(text: string | undefined): Record<string, Zoom> {
  const out: Record<string, Zoom> = {};
  for (const part of readList(text)) {
    const at = part.split("~");
    const last = at.pop();
    const both = at.length > 1 && (at.at(-1) === "" || readSpan(at.at(-1)) !== null);
    const x = readSpan(both ? at.pop() : last);
    const y = both ? readSpan(last) : null;
    const panel = at.join("~");
    if (panel && (x || y)) out[panel] = { x, y };
  }
  return out;
}

function readSpan(text: string | undefined): Span | null {
  const [a, b] = (text ?? "").split("..").map(Number);
  return a !== undefined && b !== undefined && Number.isFinite(a) && Number.isFinite(b) && a < b ? [a, b] : null;
}

function splitLast(text: string): [string, string] {
  const at = text.lastIndexOf(":");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

const LEGENDS: readonly ChartSettings["legend"][] = ["off", "top", "table"];

function oneOf<T extends string>(all: readonly T[], text: string | undefined, usual: T): T {
  return all.includes(text as T) ? (text as T) : usual;
}

function clampInt(text: string | undefined, low: number, high: number): number {
  const value = Math.round(Number(text ?? low));
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : low;
}
