/**
 * What a person has made of a workspace, over what the logged keys give by themselves: pure.
 *
 * Panels that nobody touched are not in it. They come from the keys, with their key as id, so that a metric logged for
 * the first time tomorrow has its panel. A panel that was edited, moved or added is here under its id.
 */
import { type ChartSettings, readSettings } from "./settings";

export const PANEL_KINDS = [
  "line",
  "bar",
  "scatter",
  "histogram",
  "parallel",
  "importance",
  "comparer",
  "number",
  "text",
  "code",
  "media",
  "image",
  "table",
  "trace",
  "chart",
  "vega",
] as const;

export type PanelKind = (typeof PANEL_KINDS)[number];

/** One panel. What its kind needs to know stands in `config`, which only that kind reads (`panels/kinds.ts`). */
export interface PanelDef {
  /** Of an automatic panel its key; of an added one a short random word. */
  id: string;
  kind: PanelKind;
  /** `""` is a title made from the config. */
  title: string;
  config: Readonly<Record<string, unknown>>;
  /** Cells of the section's grid that it covers. */
  size: { columns: number; rows: number };
  /** Where it is drawn otherwise than its section. */
  settings: Partial<ChartSettings>;
}

export const SORTS = ["own", "name", "reverse"] as const;

export interface SectionDef {
  /** The part of the keys before a `/` that names it: `train`, `train/layers`; `""` holds keys without one. */
  name: string;
  /** What a person calls it; `""` is its name. */
  title: string;
  /** Ids of its panels in a person's order; those not named stand where they stand by themselves. Null is automatic. */
  order: readonly string[] | null;
  sort: (typeof SORTS)[number];
  settings: Partial<ChartSettings>;
  /** Panels in a row; 0 is as many as the workspace says. */
  columns: number;
  /** Height of a row in pixels; 0 is the usual. */
  rowHeight: number;
  /** Rows on a page of it; 0 is as many as suit. */
  rows: number;
  /** Folded until somebody opens it; null is as it is by itself. */
  folded: boolean | null;
  /** A person made it: it stands even while it is empty. */
  added: boolean;
  /** Taken away, with whatever comes into it. */
  hidden: boolean;
}

export interface Layout {
  version: 1;
  /** Panels that were added, and automatic ones that were changed; by id. */
  panels: Readonly<Record<string, PanelDef>>;
  /** Automatic panels that were taken away; by id. */
  removed: readonly string[];
  /** Which section a panel stands in where that is not the one of its key; by panel id. */
  places: Readonly<Record<string, string>>;
  /** Sections a person changed or added; in no order. */
  sections: readonly SectionDef[];
  /** Sections in a person's order, by name; those not named stand where they stand by themselves. */
  order: readonly string[];
}

export const PLAIN_LAYOUT: Layout = { version: 1, panels: {}, removed: [], places: {}, sections: [], order: [] };

export function plainSection(name: string): SectionDef {
  return {
    name,
    title: "",
    order: null,
    sort: "own",
    settings: {},
    columns: 0,
    rowHeight: 0,
    rows: 0,
    folded: null,
    added: false,
    hidden: false,
  };
}

export function isPlain(layout: Layout): boolean {
  const { panels, removed, places, sections, order } = layout;
  const none = (map: object) => Object.keys(map).length === 0;
  return none(panels) && none(places) && removed.length === 0 && sections.length === 0 && order.length === 0;
}

const ADDED = /^panel-[a-z0-9]{8}$/;

/** The id of a panel somebody adds. `random` is from 0 to 1. */
export function freshId(random: () => number): string {
  let word = "";
  while (word.length < 8) word += Math.floor(random() * 36).toString(36);
  return `panel-${word}`;
}

/** Whether a panel was added by a person, rather than made from a key. */
export function isAdded(id: string): boolean {
  return ADDED.test(id);
}

export const LARGEST = { columns: 6, rows: 6 };

export function sized(size: PanelDef["size"]): PanelDef["size"] {
  const within = (n: number, most: number) => Math.min(most, Math.max(1, Math.round(n) || 1));
  return { columns: within(size.columns, LARGEST.columns), rows: within(size.rows, LARGEST.rows) };
}

/**
 * Things in their own order, after a person moved some: those named stand as named, the others after the one they
 * stand after by themselves.
 */
export function merged(own: readonly string[], order: readonly string[]): string[] {
  if (order.length === 0) return [...own];
  const there = new Set(own);
  const named = order.filter((name, place) => there.has(name) && order.indexOf(name) === place);
  const isNamed = new Set(named);
  // those that come after each named one, and after none
  const behind = new Map<string | null, string[]>();
  let last: string | null = null;
  for (const name of own) {
    if (isNamed.has(name)) last = name;
    else behind.set(last, [...(behind.get(last) ?? []), name]);
  }
  return [...(behind.get(null) ?? []), ...named.flatMap((name) => [name, ...(behind.get(name) ?? [])])];
}

/** A list after something was put at a place in it; a place counts as the list is without it. */
export function putAt(list: readonly string[], name: string, place: number): string[] {
  const rest = list.filter((each) => each !== name);
  const at = Math.min(rest.length, Math.max(0, place));
  return [...rest.slice(0, at), name, ...rest.slice(at)];
}

// --- panels

/** A new panel in a section whose panels are `order`, at a place among them. */
export function addPanel(layout: Layout, def: PanelDef, section: string, order: readonly string[], place = 0): Layout {
  const next = { ...layout, panels: { ...layout.panels, [def.id]: def } };
  return movePanel(next, def.id, section, order, place);
}

/** `def` is the panel as it stands: an automatic one has no entry until it is changed. */
export function changePanel(layout: Layout, def: PanelDef, patch: Partial<Omit<PanelDef, "id">>): Layout {
  const old = layout.panels[def.id] ?? def;
  const next = { ...old, ...patch };
  return { ...layout, panels: { ...layout.panels, [def.id]: { ...next, size: sized(next.size) } } };
}

/** Settings of one panel; one that is given as undefined is inherited again. */
export function changeSettings(layout: Layout, def: PanelDef, patch: Partial<ChartSettings>): Layout {
  const old = layout.panels[def.id] ?? def;
  return changePanel(layout, def, { settings: withSettings(old.settings, patch) });
}

export function withSettings(old: Partial<ChartSettings>, patch: Partial<ChartSettings>): Partial<ChartSettings> {
  return Object.fromEntries(Object.entries({ ...old, ...patch }).filter(([, value]) => value !== undefined));
}

/** The same panel once more, beside the first. */
export function duplicatePanel(
  layout: Layout,
  def: PanelDef,
  id: string,
  section: string,
  order: readonly string[],
): Layout {
  const place = order.indexOf(def.id);
  return addPanel(layout, { ...(layout.panels[def.id] ?? def), id }, section, order, place < 0 ? 0 : place + 1);
}

/** Puts a panel at a place among the panels `order` of a section, which may be its own. */
export function movePanel(
  layout: Layout,
  id: string,
  section: string,
  order: readonly string[],
  place: number,
): Layout {
  return changeSection({ ...layout, places: { ...layout.places, [id]: section } }, section, {
    order: putAt(order, id, place),
    sort: "own",
  });
}

/** Takes panels away: what was added is gone, what came from a key is remembered as not wanted. */
export function removePanels(layout: Layout, ids: readonly string[]): Layout {
  const gone = new Set(ids.filter(isAdded));
  const left = <T>(map: Readonly<Record<string, T>>) =>
    gone.size === 0 ? map : Object.fromEntries(Object.entries(map).filter(([id]) => !gone.has(id)));
  return {
    ...layout,
    panels: left(layout.panels),
    places: left(layout.places),
    removed: [...new Set([...layout.removed, ...ids.filter((id) => !isAdded(id))])],
  };
}

/** Panels that were taken away, as they were before. */
export function bringBack(layout: Layout, before: Layout, ids: readonly string[]): Layout {
  const wanted = new Set(ids);
  const those = <T>(map: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(map).filter(([id]) => wanted.has(id)));
  return {
    ...layout,
    panels: { ...layout.panels, ...those(before.panels) },
    places: { ...layout.places, ...those(before.places) },
    removed: layout.removed.filter((id) => !wanted.has(id)),
  };
}

/** A panel as its key makes it, where its key puts it. */
export function resetPanel(layout: Layout, id: string): Layout {
  const { [id]: _panel, ...panels } = layout.panels;
  const { [id]: _place, ...places } = layout.places;
  return { ...layout, panels, places };
}

/** Brings back every automatic panel and section that was taken away. */
export function restoreAll(layout: Layout): Layout {
  return { ...layout, removed: [], sections: layout.sections.map((section) => ({ ...section, hidden: false })) };
}

// --- sections

export function sectionDef(layout: Layout, name: string): SectionDef {
  return layout.sections.find((section) => section.name === name) ?? plainSection(name);
}

export function changeSection(layout: Layout, name: string, patch: Partial<Omit<SectionDef, "name">>): Layout {
  const next = { ...sectionDef(layout, name), ...patch };
  const known = layout.sections.some((section) => section.name === name);
  const sections = known
    ? layout.sections.map((section) => (section.name === name ? next : section))
    : [...layout.sections, next];
  return { ...layout, sections };
}

export function changeSectionSettings(layout: Layout, name: string, patch: Partial<ChartSettings>): Layout {
  return changeSection(layout, name, { settings: withSettings(sectionDef(layout, name).settings, patch) });
}

/** A new section before the others, which are `order`. One that was taken away comes back. */
export function addSection(layout: Layout, name: string, order: readonly string[], place = 0): Layout {
  return moveSection(changeSection(layout, name, { added: true, hidden: false }), name, order, place);
}

/** Puts a section at a place among its neighbours, which are `order`. */
export function moveSection(layout: Layout, name: string, order: readonly string[], place: number): Layout {
  const next = putAt(order, name, place);
  const others = layout.order.filter((each) => !next.includes(each));
  return { ...layout, order: [...next, ...others] };
}

/** Takes a section away with its panels. One made of keys stays away, whatever is logged into it later. */
export function removeSection(layout: Layout, name: string, panels: readonly string[]): Layout {
  const without = removePanels(layout, panels.filter(isAdded));
  const { added } = sectionDef(layout, name);
  const moved = panels.filter((id) => !isAdded(id) && layout.places[id] === name);
  if (!added) return changeSection(without, name, { hidden: true });
  const { places, ...rest } = removePanels(without, moved);
  return {
    ...rest,
    places: Object.fromEntries(Object.entries(places).filter(([, section]) => section !== name)),
    sections: rest.sections.filter((section) => section.name !== name),
    order: rest.order.filter((each) => each !== name),
  };
}

/** A section as it is by itself; its place among the others stays. */
export function resetSection(layout: Layout, name: string): Layout {
  const { added, order } = sectionDef(layout, name);
  if (added) return changeSection(layout, name, { ...plainSection(name), added, order });
  return { ...layout, sections: layout.sections.filter((section) => section.name !== name) };
}

// --- as it is kept

type Node = Readonly<Record<string, unknown>>;

/** A layout as it was kept, by whatever version; what is odd is left out. Never throws. */
export function readLayout(raw: unknown): Layout {
  if (!isNode(raw)) return PLAIN_LAYOUT;
  const panels: Record<string, PanelDef> = {};
  for (const [id, value] of Object.entries(isNode(raw.panels) ? raw.panels : {})) {
    const def = readPanel(id, value);
    if (def) panels[id] = def;
  }
  const places: Record<string, string> = {};
  for (const [id, value] of Object.entries(isNode(raw.places) ? raw.places : {}))
    if (typeof value === "string") places[id] = value;
  const sections = new Map<string, SectionDef>();
  for (const value of Array.isArray(raw.sections) ? (raw.sections as unknown[]) : []) {
    const section = readSection(value);
    if (section) sections.set(section.name, section);
  }
  return {
    version: 1,
    panels,
    removed: [...new Set(textsOf(raw.removed))],
    places,
    sections: [...sections.values()],
    order: [...new Set(textsOf(raw.order))],
  };
}

/** A panel as it was kept; null where it is none. */
export function readPanel(id: string, raw: unknown): PanelDef | null {
  if (!isNode(raw) || !PANEL_KINDS.includes(raw.kind as PanelKind)) return null;
  const size = isNode(raw.size) ? raw.size : {};
  return {
    id,
    kind: raw.kind as PanelKind,
    title: textOf(raw.title),
    config: isNode(raw.config) ? raw.config : {},
    size: sized({ columns: numberOf(size.columns), rows: numberOf(size.rows) }),
    settings: readSettings(raw.settings),
  };
}

function readSection(raw: unknown): SectionDef | null {
  if (!isNode(raw) || typeof raw.name !== "string") return null;
  return {
    name: raw.name,
    title: textOf(raw.title),
    order: Array.isArray(raw.order) ? [...new Set(textsOf(raw.order))] : null,
    sort: SORTS.includes(raw.sort as SectionDef["sort"]) ? (raw.sort as SectionDef["sort"]) : "own",
    settings: readSettings(raw.settings),
    columns: within(raw.columns, 0, LARGEST.columns),
    rowHeight: raw.rowHeight ? within(raw.rowHeight, LEAST_HEIGHT, MOST_HEIGHT) : 0,
    rows: within(raw.rows, 0, 50),
    folded: typeof raw.folded === "boolean" ? raw.folded : null,
    added: raw.added === true,
    hidden: raw.hidden === true,
  };
}

export const USUAL_HEIGHT = 247;
export const LEAST_HEIGHT = 140;
export const MOST_HEIGHT = 900;

export function heightWithin(height: number): number {
  return within(height, LEAST_HEIGHT, MOST_HEIGHT);
}

function within(raw: unknown, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.round(numberOf(raw))));
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
