/** How keys become sections of panels, and what a person made of them: pure. */
import type { KeyInfo, MetricRule, Stream } from "@/api/types";
import type { CustomChart } from "@/charts/custom";
import { isMedia, type MediaKind, kindOf as mediaKindOf } from "@/media/value";
import {
  isAdded,
  type Layout,
  merged,
  type PanelDef,
  type PanelKind,
  plainSection,
  type SectionDef,
} from "@/state/layout";
import { isHidden } from "./line/data";
import { matcher } from "./search";

/** What media panels are told. */
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
  /** The part of the keys that names it; `""` holds keys without one. */
  name: string;
  /** What people read: a person's title, else its name within the section around it. */
  title: string;
  /** Its own panels, those of sections within it not among them. */
  panels: readonly PanelDef[];
  inner: readonly Section[];
  /** How many panels it and those within it have, and would have without the search. */
  count: number;
  total: number;
  /** Folded unless a person opens it. */
  shy: boolean;
  def: SectionDef;
}

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

const MEDIA: Record<MediaKind, KeySpec["kind"]> = {
  image: "image",
  histogram: "histogram",
  table: "table",
  trace: "trace",
  audio: "media",
  video: "media",
  html: "media",
  plotly: "media",
  bokeh: "media",
  graph: "media",
  scene: "media",
  molecule: "media",
  file: "media",
};

/** A panel that nobody made, and where it stands by itself. */
export interface Automatic {
  def: PanelDef;
  /** The whole path of its key; null is a section that is not split. */
  path: readonly string[] | null;
  section: string;
  shy: boolean;
}

/** A panel for each key, in the order they have by themselves. */
export function automatic(
  history: readonly KeyInfo[],
  system: readonly KeyInfo[],
  rules: readonly MetricRule[],
  own: OwnPanels = NO_OWN,
): Automatic[] {
  // the table of a chart is seen as the chart
  const tables = new Set(own.charts.map((chart) => chart.table));
  const out: Automatic[] = [];
  const add = (key: string, kind: PanelKind, config: PanelDef["config"]) => {
    const path = key.split("/");
    if (path[0] === "") path.splice(0, 2, `/${path[1] ?? ""}`);
    path.pop();
    out.push({ def: panelOf(key, kind, config), path, section: path[0] ?? "", shy: false });
  };
  for (const info of history) {
    const kind = kindOf(info);
    if (!kind || tables.has(info.key) || info.key.startsWith("_") || info.hidden || isHidden(info.key, rules)) continue;
    add(info.key, kind, configOf(kind, info));
  }
  const logged = new Set(history.map((info) => info.key));
  for (const info of system) {
    if (info.kind !== "number" || info.key.startsWith("_")) continue;
    const id = logged.has(info.key) ? `${SYSTEM}:${info.key}` : info.key;
    const def = panelOf(id, "line", { keys: [info.key], stream: "system" });
    out.push({ def, path: null, section: SYSTEM, shy: true });
  }
  for (const [key, value] of Object.entries(own.summary)) {
    if (!isMedia(value) || logged.has(key) || key.startsWith("_")) continue;
    add(key, MEDIA[mediaKindOf(value._type)], { key, from: "summary" });
  }
  for (const chart of own.charts)
    out.push({ def: panelOf(chart.key, "chart", { chart }), path: null, section: own.chartSection, shy: false });
  return sortedByNature(out);
}

function panelOf(id: string, kind: PanelKind, config: PanelDef["config"]): PanelDef {
  return { id, kind, title: "", config, size: { columns: 1, rows: 1 }, settings: {} };
}

function configOf(kind: KeySpec["kind"], info: KeyInfo): PanelDef["config"] {
  if (kind !== "line") return { key: info.key };
  return info.step_metric ? { keys: [info.key], stepMetric: info.step_metric } : { keys: [info.key] };
}

function kindOf(info: KeyInfo): KeySpec["kind"] | null {
  if (info.kind === "number") return "line";
  return info.kind === "media" ? MEDIA[mediaKindOf(info.type)] : null;
}

/** The keys whose values a kind of media panel shows. */
export function mediaKeys(history: readonly KeyInfo[], kind: KeySpec["kind"]): KeyInfo[] {
  return history.filter((info) => info.kind === "media" && kindOf(info) === kind && !info.key.startsWith("_"));
}

/** The logged key a panel is about, where it is about one: what media panels and the strip at the step look up. */
export function keyOf(def: PanelDef): string {
  const { key, keys } = def.config;
  if (typeof key === "string") return key;
  return Array.isArray(keys) && typeof keys[0] === "string" ? keys[0] : def.id;
}

/** What is searched: the title a person gave, and the keys. */
function wordsOf(def: PanelDef): string[] {
  const { key, keys, regex, chart } = def.config;
  const title = (chart as { title?: unknown } | undefined)?.title;
  return [def.title, key, ...(Array.isArray(keys) ? (keys as unknown[]) : []), regex, title].filter(
    (each): each is string => typeof each === "string" && each !== "",
  );
}

// --- sections

const byWord = new Intl.Collator("en", { numeric: true }).compare;

/** All panels in their sections, as a person arranged them. */
export function arranged(panels: readonly Automatic[], layout: Layout): Section[] {
  const removed = new Set(layout.removed);
  const kept = panels.filter(({ def }) => !removed.has(def.id));
  const defs = new Map(layout.sections.map((section) => [section.name, section]));
  const added = Object.values(layout.panels).filter((def) => isAdded(def.id));
  const placed = (id: string) => layout.places[id];
  const forced = new Set([
    ...kept.flatMap(({ def }) => placed(def.id) ?? []),
    ...added.map((def) => placed(def.id) ?? ""),
    ...layout.sections.filter((section) => section.added).map((section) => section.name),
  ]);
  const names = namesOf(
    kept.filter(({ def }) => placed(def.id) === undefined),
    forced,
  );
  const members = new Map<string, { def: PanelDef; shy: boolean; made: boolean }[]>();
  for (const name of names) members.set(name, []);
  for (const one of kept) {
    const where = placed(one.def.id) ?? sectionOf(one, names);
    members.get(where)?.push({ def: layout.panels[one.def.id] ?? one.def, shy: one.shy, made: true });
  }
  for (const def of added) members.get(placed(def.id) ?? "")?.push({ def, shy: false, made: false });
  const within = new Map<string | null, string[]>();
  for (const name of names) {
    const around = parentOf(name, names);
    within.set(around, [...(within.get(around) ?? []), name]);
  }
  const build = (name: string, around: string | null): Section | null => {
    const def = defs.get(name) ?? plainSection(name);
    if (def.hidden) return null;
    const own = members.get(name) ?? [];
    const inner = level(name);
    const ids = merged(
      own.map((one) => one.def.id),
      def.sort === "own" ? (def.order ?? []) : [],
    );
    const byId = new Map(own.map((one) => [one.def.id, one.def]));
    const sorted = ids.flatMap((id) => byId.get(id) ?? []);
    if (def.sort !== "own") sorted.sort((a, b) => byWord(nameOfPanel(a), nameOfPanel(b)));
    if (def.sort === "reverse") sorted.reverse();
    const count = sorted.length + inner.reduce((sum, each) => sum + each.count, 0);
    const shyByNature = own.length > 0 && (own.every((one) => one.shy) || isWatched(name, sorted));
    return {
      name,
      title: def.title || (around === null ? name : name.slice(around.length + 1)),
      panels: sorted,
      inner,
      count,
      total: count,
      shy: def.folded ?? shyByNature,
      def,
    };
  };
  const level = (around: string | null): Section[] => {
    const here = (within.get(around) ?? []).flatMap((name) => build(name, around) ?? []);
    // a section of nothing is one that a person made
    const full = here.filter((section) => section.total > 0 || section.def.added);
    if (around === null) full.sort((a, b) => rank(a) - rank(b) || byWord(a.name, b.name));
    else full.sort((a, b) => byWord(a.name, b.name));
    const order = merged(
      full.map((section) => section.name),
      layout.order,
    );
    const byName = new Map(full.map((section) => [section.name, section]));
    return order.flatMap((name) => byName.get(name) ?? []);
  };
  return level(null);
}

function nameOfPanel(def: PanelDef): string {
  return def.title || (isAdded(def.id) ? keyOf(def) : def.id);
}

interface Prefix {
  name: string;
  own: number;
  under: number;
  inner: Map<string, Prefix>;
}

/**
 * Which prefixes are sections: every first part of a key; and those within it where it has several that hold several
 * panels each. One that holds nothing but a section is passed over.
 */
function namesOf(panels: readonly Automatic[], forced: ReadonlySet<string>): Set<string> {
  const names = new Set<string>(forced);
  const roots = new Map<string, Prefix>();
  for (const { path, section } of panels) {
    if (path === null || path.length === 0) {
      names.add(section);
      continue;
    }
    let level = roots;
    let name = "";
    for (let depth = 0; depth < path.length; depth++) {
      name = depth === 0 ? path[0]! : `${name}/${path[depth]}`;
      let node = level.get(path[depth]!);
      if (!node) {
        node = { name, own: 0, under: 0, inner: new Map() };
        level.set(path[depth]!, node);
      }
      node.under += 1;
      if (depth === path.length - 1) node.own += 1;
      level = node.inner;
    }
  }
  const visit = (node: Prefix, isSection: boolean, depth: number) => {
    const inner = [...node.inner.values()];
    const split = depth < DEEPEST && isSplit(node);
    const within = inner.filter((each) => split || (depth < DEEPEST && holdsSplit(each)));
    const only = node.own === 0 && inner.length === 1 && within.length === 1;
    if (isSection && !only) names.add(node.name);
    for (const each of inner) visit(each, within.includes(each), depth + 1);
  };
  for (const node of roots.values()) visit(node, true, 1);
  return names;
}

const DEEPEST = 4;

function isSplit(node: Prefix): boolean {
  const inner = [...node.inner.values()];
  return inner.length >= 2 && inner.reduce((sum, each) => sum + each.under, 0) >= 2 * inner.length;
}

function holdsSplit(node: Prefix): boolean {
  return isSplit(node) || [...node.inner.values()].some(holdsSplit);
}

/** The section a panel comes into by itself: the longest prefix that is one. */
function sectionOf({ path, section }: Automatic, names: ReadonlySet<string>): string {
  if (path === null) return section;
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join("/");
    if (names.has(name)) return name;
  }
  return section;
}

function parentOf(name: string, names: ReadonlySet<string>): string | null {
  for (let cut = name.lastIndexOf("/"); cut > 0; cut = name.lastIndexOf("/", cut - 1)) {
    const around = name.slice(0, cut);
    if (names.has(around)) return around;
  }
  return null;
}

/**
 * What people look at first comes first; a loss that has no prefix stands before charts and images, other keys without
 * one after the named. What `watch` logs, a panel a layer, comes late, and the machine last.
 */
const FIRST = ["train", "training", "val", "valid", "validation", "eval", "test"];
const WATCHED = ["gradients", "parameters"];

function rank(section: Section): number {
  if (section.def.added && section.total === 0) return -1;
  if (section.name === SYSTEM && section.panels.every((def) => def.config.stream === "system")) return 100;
  const at = FIRST.indexOf(section.name.toLowerCase());
  if (at >= 0) return at;
  const all = flatPanels([section]);
  if (isWatched(section.name, all)) return 90;
  if (all.every((panel) => panel.kind === "chart")) return 15;
  if (all.every((panel) => panel.kind !== "line")) return 20;
  if (section.name === "") return all.some((panel) => weight(panel) < 2) ? 10 : 40;
  return 30;
}

/** Sections of one histogram a layer: the model tab shows them better, so they are folded until one opens them. */
function isWatched(name: string, panels: readonly PanelDef[]): boolean {
  return WATCHED.includes(name) && panels.every((panel) => panel.kind === "histogram");
}

/** Lines before media, loss before the rest, then by name as people count. */
function sortedByNature(panels: Automatic[]): Automatic[] {
  const weights = new Map(panels.map((one) => [one, weight(one.def)]));
  return panels.sort((a, b) => weights.get(a)! - weights.get(b)! || byWord(a.def.id, b.def.id));
}

const MEDIA_ORDER: readonly PanelKind[] = ["chart", "image", "media", "histogram", "table", "trace"];

function weight(def: PanelDef): number {
  if (def.kind !== "line") return MEDIA_ORDER.indexOf(def.kind) + 3;
  const name = def.id.slice(def.id.lastIndexOf("/") + 1).toLowerCase();
  return name === "loss" ? 0 : name.includes("loss") || name.includes("acc") ? 1 : 2;
}

// --- what is to be seen of them

/** What the search leaves of the sections; what it leaves none of is gone. */
export function searched(
  sections: readonly Section[],
  search: string,
): { sections: Section[]; matching: number; total: number } {
  const total = sections.reduce((sum, section) => sum + section.total, 0);
  if (search === "") return { sections: [...sections], matching: total, total };
  const has = matcher(search);
  const left = (section: Section): Section[] => {
    // what was made of this very search is found by it
    const panels = section.panels.filter((def) => def.config.regex === search || wordsOf(def).some(has));
    const inner = section.inner.flatMap(left);
    const count = panels.length + inner.reduce((sum, each) => sum + each.count, 0);
    return count === 0 ? [] : [{ ...section, panels, inner, count }];
  };
  const found = sections.flatMap(left);
  return { sections: found, matching: found.reduce((sum, section) => sum + section.count, 0), total };
}

/** All panels, in the order they stand on the board. */
export function flatPanels(sections: readonly Section[]): PanelDef[] {
  return sections.flatMap((section) => [...section.panels, ...flatPanels(section.inner)]);
}

/** All sections, those within others after them. */
export function flatSections(sections: readonly Section[]): Section[] {
  return sections.flatMap((section) => [section, ...flatSections(section.inner)]);
}

/** The section that holds a panel, and those around it, the outermost first; empty where none does. */
export function roadTo(sections: readonly Section[], panel: string): Section[] {
  for (const section of sections) {
    if (section.panels.some((def) => def.id === panel)) return [section];
    const rest = roadTo(section.inner, panel);
    if (rest.length > 0) return [section, ...rest];
  }
  return [];
}

/** The sections that stand beside one, itself among them. */
export function neighboursOf(sections: readonly Section[], name: string): readonly Section[] {
  if (sections.some((section) => section.name === name)) return sections;
  for (const section of sections) {
    const found = neighboursOf(section.inner, name);
    if (found.length > 0) return found;
  }
  return [];
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
