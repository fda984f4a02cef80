/** All kinds of panels, by the name a layout gives them. */
import type { PanelKind } from "@/state/layout";
import type { Kind } from "./kinds";
import { bar } from "./kinds/bar";
import { code } from "./kinds/code";
import { comparer } from "./kinds/comparer";
import { histogram } from "./kinds/histogram";
import { importance } from "./kinds/importance";
import { chart, image, media, table, trace } from "./kinds/kept";
import { line } from "./kinds/line";
import { number } from "./kinds/number";
import { parallel } from "./kinds/parallel";
import { scatter } from "./kinds/scatter";
import { text } from "./kinds/text";
import { vega } from "./kinds/vega";

// a kind reads its own config before anything else sees it, so which config it has is its own affair
export const KINDS = {
  line,
  bar,
  scatter,
  histogram,
  parallel,
  importance,
  comparer,
  number,
  text,
  code,
  image,
  media,
  table,
  trace,
  chart,
  vega,
} as unknown as Record<PanelKind, Kind<object>>;

/** Kinds that somebody can add by hand, in the order they are offered. */
export const ADDABLE: readonly PanelKind[] = [
  "line",
  "bar",
  "scatter",
  "parallel",
  "importance",
  "histogram",
  "number",
  "comparer",
  "text",
  "image",
  "media",
  "table",
  "trace",
  "vega",
  "code",
];

/** Kinds whose charts are drawn by the settings that cascade. */
export const SETTLED: readonly PanelKind[] = ["line"];
