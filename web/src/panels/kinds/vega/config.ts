/** What a Vega panel draws, and of what. Pure. */
import { isBranch } from "@/ui/tree-rows";
import { oneOf, type Raw, textIn, textsIn } from "../read";

export const SOURCES = ["summary", "history", "summaryTable", "historyTable"] as const;
export type Source = (typeof SOURCES)[number];

export interface VegaConfig {
  /** A preset (`wandb/line/v0`), or `entity/name` of a chart that is kept; `""` where the spec stands here. */
  chart: string;
  spec: string;
  source: Source;
  keys: readonly string[];
  tableKey: string;
  fields: Readonly<Record<string, string>>;
  strings: Readonly<Record<string, string>>;
}

export function readVega(raw: Raw): VegaConfig {
  return {
    chart: textIn(raw, "chart"),
    spec: textIn(raw, "spec"),
    source: oneOf(raw, "source", SOURCES, "summary"),
    keys: textsIn(raw, "keys"),
    tableKey: textIn(raw, "tableKey"),
    fields: wordsIn(raw.fields),
    strings: wordsIn(raw.strings),
  };
}

function wordsIn(value: unknown): Record<string, string> {
  if (!isBranch(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

export const FIRST_SPEC = `{
  "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
  "data": {"name": "wandb"},
  "mark": {"type": "bar", "tooltip": true},
  "encoding": {
    "y": {"field": "name", "type": "nominal", "title": null, "sort": "-x"},
    "x": {"field": "\${field:value}", "type": "quantitative", "title": "\${string:title}"},
    "color": {"field": "name", "type": "nominal", "legend": null, "scale": {"range": {"field": "color"}}}
  }
}
`;
