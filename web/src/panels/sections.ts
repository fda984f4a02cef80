/** How keys become sections of panels: pure. */
import type { KeyInfo, MetricRule, Stream } from "@/api/types";
import type { CustomChart } from "@/charts/custom";
import { isMedia, type MediaKind, kindOf as mediaKindOf } from "@/media/value";
import { isHidden } from "./line/data";
import { matcher } from "./search";

export interface KeySpec {
  kind: "line" | "image" | "media" | "histogram" | "table" | "trace";
  key: string;
  stream: Stream;
  stepMetric?: string | null;
  /** The value was never logged at a step: it stands in the summary alone. */
  from?: "summary";
}

/** A chart that the script described: `key` is the name it gave it. */
export interface ChartSpec {
  kind: "chart";
  key: string;
  stream: Stream;
  chart: CustomChart;
  from?: "summary";
}

export type PanelSpec = KeySpec | ChartSpec;

export interface Section {
  /** The part of the keys before the first `/`; `""` holds keys without one. */
  name: string;
  panels: PanelSpec[];
  /** How many panels it would have without the search. */
  total: number;
  /** Folded unless a person opens it. */
  shy: boolean;
}

const MEDIA: Record<MediaKind, KeySpec["kind"]> = {
  image: "image",
  histogram: "histogram",
  table: "table",
  trace: "trace",
  audio: "media",
  video: "media",
  html: "media",
  plotly: "media",
  graph: "media",
  scene: "media",
  molecule: "media",
  file: "media",
};

export const SYSTEM = "System";

/** What there is to show beside the logged keys. */
export interface OwnPanels {
  /** Media in the summary that were never logged at a step. */
  summary: Readonly<Record<string, unknown>>;
  charts: readonly CustomChart[];
  /** The name of the section that holds the charts. */
  chartSection: string;
}

const NO_OWN: OwnPanels = { summary: {}, charts: [], chartSection: "" };

export function sectionsOf(
  history: readonly KeyInfo[],
  system: readonly KeyInfo[],
  rules: readonly MetricRule[],
  search: string,
  own: OwnPanels = NO_OWN,
): { sections: Section[]; matching: number; total: number } {
  const has = matcher(search);
  // the table of a chart is seen as the chart
  const tables = new Set(own.charts.map((chart) => chart.table));
  const byName = new Map<string, Section>();
  let matching = 0;
  let total = 0;
  const add = (name: string, spec: PanelSpec, shy: boolean) => {
    let section = byName.get(name);
    if (!section) {
      section = { name, panels: [], total: 0, shy };
      byName.set(name, section);
    }
    section.total += 1;
    total += 1;
    if (!has(spec.key)) return;
    matching += 1;
    section.panels.push(spec);
  };
  for (const info of history) {
    const kind = kindOf(info);
    if (!kind || tables.has(info.key) || info.key.startsWith("_") || info.hidden || isHidden(info.key, rules)) continue;
    add(sectionOf(info.key), { kind, key: info.key, stream: "history", stepMetric: info.step_metric }, false);
  }
  for (const info of system)
    if (info.kind === "number" && !info.key.startsWith("_"))
      add(SYSTEM, { kind: "line", key: info.key, stream: "system" }, true);
  const logged = new Set(history.map((info) => info.key));
  for (const [key, value] of Object.entries(own.summary))
    if (isMedia(value) && !logged.has(key) && !key.startsWith("_"))
      add(sectionOf(key), { kind: MEDIA[mediaKindOf(value._type)], key, stream: "history", from: "summary" }, false);
  for (const chart of own.charts)
    add(own.chartSection, { kind: "chart", key: chart.key, stream: "history", chart }, false);
  const sections = [...byName.values()].filter((section) => section.panels.length > 0);
  for (const section of sections) section.panels.sort(inOrder);
  sections.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "en", { numeric: true }));
  return { sections, matching, total };
}

/**
 * How many panels stand in a row where at most `fit` have room: one fewer when that leaves fewer holes, and never more
 * than the longest section fills. Folded machine sections have no say.
 */
export function columnsFor(sections: readonly Pick<Section, "panels" | "shy">[], fit: number): number {
  const counts = sections.filter((section) => !section.shy).map((section) => section.panels.length);
  if (counts.length === 0) return fit;
  const most = Math.max(Math.min(2, fit), Math.min(fit, Math.max(...counts)));
  const holes = (columns: number) => {
    const cells = counts.map((n) => Math.ceil(n / columns) * columns);
    return 1 - counts.reduce((a, b) => a + b, 0) / cells.reduce((a, b) => a + b, 0);
  };
  return most > 3 && holes(most - 1) < holes(most) - 0.05 ? most - 1 : most;
}

function sectionOf(key: string): string {
  const cut = key.indexOf("/");
  return cut > 0 ? key.slice(0, cut) : "";
}

function kindOf(info: KeyInfo): KeySpec["kind"] | null {
  if (info.kind === "number") return "line";
  return info.kind === "media" ? MEDIA[mediaKindOf(info.type)] : null;
}

/** What people look at first comes first, then images; keys without a prefix come after the named, the machine last. */
const FIRST = ["train", "training", "val", "valid", "validation", "eval", "test"];

function rank(section: Section): number {
  if (section.shy) return 100;
  const at = FIRST.indexOf(section.name.toLowerCase());
  if (at >= 0) return at;
  if (section.panels.every((panel) => panel.kind === "chart")) return 10;
  if (section.panels.every((panel) => panel.kind !== "line")) return 20;
  return section.name === "" ? 40 : 30;
}

/** Lines before media, loss before the rest, then by name as people count. */
function inOrder(a: PanelSpec, b: PanelSpec): number {
  return weight(a) - weight(b) || a.key.localeCompare(b.key, "en", { numeric: true });
}

const MEDIA_ORDER: readonly PanelSpec["kind"][] = ["chart", "image", "media", "histogram", "table", "trace"];

function weight(spec: PanelSpec): number {
  if (spec.kind !== "line") return MEDIA_ORDER.indexOf(spec.kind) + 3;
  const name = spec.key.slice(spec.key.lastIndexOf("/") + 1).toLowerCase();
  return name === "loss" ? 0 : name.includes("loss") || name.includes("acc") ? 1 : 2;
}
