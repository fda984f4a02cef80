/**
 * What a person has made of a workspace, over what the logged keys give by themselves: pure.
 *
 * Panels that nobody touched are not in it. They come from the keys, with their key as id, so that a metric logged for
 * the first time tomorrow has its panel. A panel that was edited, moved or added is here under its id.
 */
import type { ChartSettings } from "./settings";

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

export interface SectionDef {
  /** The part of the keys before the last `/` that names it: `train`, `train/layers`; `""` holds keys without one. */
  name: string;
  /** Ids of its panels in a person's order; those not named stand after them, in their own order. Null is automatic. */
  order: readonly string[] | null;
  sort: "own" | "name" | "reverse";
  settings: Partial<ChartSettings>;
  /** Panels in a row; 0 is as many as the workspace says. */
  columns: number;
  /** Height of a row in pixels; 0 is the usual. */
  rowHeight: number;
}

export interface Layout {
  version: 1;
  /** Panels that were added, and automatic ones that were changed; by id. */
  panels: Readonly<Record<string, PanelDef>>;
  /** Automatic panels that were taken away; by id. */
  removed: readonly string[];
  /** Which section a panel stands in where that is not the one of its key; by panel id. */
  places: Readonly<Record<string, string>>;
  /** Sections a person changed, added or moved, in their order; sections not named stand after them. */
  sections: readonly SectionDef[];
}

export const PLAIN_LAYOUT: Layout = { version: 1, panels: {}, removed: [], places: {}, sections: [] };
