/** All kinds of panels that are made of a config, by the name a layout gives them. */
import type { PanelKind } from "@/state/layout";
import type { Kind } from "./kinds";
import { bar } from "./kinds/bar";
import { code } from "./kinds/code";
import { comparer } from "./kinds/comparer";
import { histogram } from "./kinds/histogram";
import { importance } from "./kinds/importance";
import { number } from "./kinds/number";
import { parallel } from "./kinds/parallel";
import { scatter } from "./kinds/scatter";
import { text } from "./kinds/text";
import { vega } from "./kinds/vega";

type Kinds = Partial<Record<PanelKind, Kind<never>>>;

// a kind reads its own config before anything else sees it, so which config it has is its own affair
export const KINDS = {
  bar,
  scatter,
  histogram,
  parallel,
  importance,
  comparer,
  number,
  text,
  code,
  vega,
} as unknown as Kinds;
