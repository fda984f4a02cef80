/**
 * Charts that a script asked for with `wandb.plot`: what the run's config says of each, and the figure it makes of the
 * table it names. Pure.
 */
import type { Run } from "@/api/types";
import type { Table } from "@/tables/table";
import { asNumber, oneLine } from "@/ui/numbers";
import { ESTIMATOR_CHARTS } from "./estimators";
import { type Bar, binned, type Figure, type XySeries } from "./figure";

export interface CustomChart {
  key: string;
  /** Which chart: `wandb/line/v0`, or one of somebody's own. */
  definition: string;
  title: string;
  fields: Record<string, string>;
  strings: Record<string, string>;
  /** The key of the summary under which its table lies. */
  table: string;
}

type Value = Record<string, unknown>;

/** The charts of a run, from what its client put under `_wandb` in the config. */
export function customCharts(client: unknown): CustomChart[] {
  const described = Object.entries(branch(branch(client).visualize)).flatMap(([key, raw]) => {
    const config = branch(branch(raw).panel_config);
    const table = tableKey(config.userQuery);
    if (typeof config.panelDefId !== "string" || !table) return [];
    const strings = texts(config.stringSettings);
    return [
      {
        key,
        definition: config.panelDefId,
        title: strings.title || key,
        fields: texts(config.fieldSettings),
        strings,
        table,
      },
    ];
  });
  return [...described, ...Object.entries(branch(branch(client).viz)).flatMap(([key, raw]) => named(key, branch(raw)))];
}

/** A chart that is named by an id alone, for the table under its key. */
function named(key: string, { id, historyFieldSettings: settings }: Value): CustomChart[] {
  if (typeof id !== "string") return [];
  const plain = ESTIMATOR_CHARTS[chartKind(id)];
  const words = key.replaceAll("_", " ").trim();
  const { key: table } = texts(settings);
  return [
    {
      key,
      definition: plain ? `wandb/${plain.kind}/v0` : id,
      title: words.charAt(0).toUpperCase() + words.slice(1),
      fields: plain?.fields ?? {},
      strings: {},
      table: table || key,
    },
  ];
}

/** The charts of all of these runs, each key once. */
export function chartsOf(runs: readonly Pick<Run, "client">[]): CustomChart[] {
  const found = new Map<string, CustomChart>();
  for (const run of runs)
    for (const chart of customCharts(run.client)) if (!found.has(chart.key)) found.set(chart.key, chart);
  return [...found.values()];
}

/** The argument `tableKey`, wherever in the query it is asked for; empty where it is not. */
function tableKey(query: unknown): string {
  if (typeof query !== "object" || query === null) return "";
  const { name, value } = query as Value;
  if (name === "tableKey" && typeof value === "string") return value;
  for (const part of Object.values(query)) {
    const found = tableKey(part);
    if (found) return found;
  }
  return "";
}

/** The name of a chart without its owner and version: `line` of `wandb/line/v0`. */
export function chartKind(definition: string): string {
  return /^wandb\/([^/]+)\/v\d+$/.exec(definition)?.[1] ?? definition;
}

export interface RunTable {
  run: string;
  name: string;
  colour: string;
  table: Table;
}

const SERIES_COLOURS = 20;

/** The figure of a chart over the tables of some runs; null where the chart is not one of those known here. */
export function figureOf(chart: CustomChart, runs: readonly RunTable[]): Figure | null {
  const build = BUILDERS[chartKind(chart.definition)];
  return build ? build(chart, runs) : null;
}

type Builder = (chart: CustomChart, runs: readonly RunTable[]) => Figure | null;

const BUILDERS: Record<string, Builder> = {
  line: (chart, runs) => xy(chart, runs, "line", field(chart, "stroke"), true),
  scatter: (chart, runs) => xy(chart, runs, "points", field(chart, "stroke"), false),
  lineseries: (chart, runs) =>
    xy(
      { ...chart, fields: { x: field(chart, "step"), y: field(chart, "lineVal") } },
      runs,
      "line",
      field(chart, "lineKey"),
      true,
      {
        x: chart.strings.xname || field(chart, "step"),
        y: "",
      },
    ),
  "area-under-curve": (chart, runs) =>
    xy(chart, runs, "line", field(chart, "class"), true, {
      x: chart.strings["x-axis-title"] || field(chart, "x"),
      y: chart.strings["y-axis-title"] || field(chart, "y"),
    }),
  bar: bars,
  histogram,
  confusion_matrix: matrix,
};

function xy(
  chart: CustomChart,
  runs: readonly RunTable[],
  mark: XySeries["mark"],
  split: string,
  sorted: boolean,
  titles?: { x: string; y: string },
): Figure {
  const [xName, yName] = [field(chart, "x"), field(chart, "y")];
  const series: XySeries[] = [];
  for (const { run, name, colour, table } of runs) {
    const [xAt, yAt, splitAt] = [xName, yName, split].map((each) => columnAt(table, each));
    if (xAt === undefined || yAt === undefined || xAt < 0 || yAt < 0) continue;
    const groups = new Map<string, [number, number][]>();
    for (const row of table.rows) {
      const point: [number, number] = [asFloat(row[xAt]), asFloat(row[yAt])];
      const group = splitAt !== undefined && splitAt >= 0 ? oneLine(row[splitAt]) : "";
      const list = groups.get(group);
      if (list) list.push(point);
      else groups.set(group, [point]);
    }
    for (const [group, points] of groups) {
      if (sorted) points.sort((a, b) => a[0] - b[0]);
      const alone = runs.length === 1 && groups.size > 1;
      series.push({
        name: [runs.length > 1 ? name : "", group].filter(Boolean).join(" · ") || name,
        run,
        colour: alone ? `var(--r${(series.length % SERIES_COLOURS) + 1})` : colour,
        dashed: runs.length > 1 && groups.size > 1 && [...groups.keys()].indexOf(group) % 2 === 1,
        mark,
        x: points.map(([x]) => x),
        y: points.map(([, y]) => y),
      });
    }
  }
  return { kind: "xy", title: chart.title, xTitle: titles?.x ?? xName, yTitle: titles?.y ?? yName, series };
}

function bars(chart: CustomChart, runs: readonly RunTable[]): Figure {
  const valueName = field(chart, "value");
  const found = new Map<string, Map<number, number>>();
  const series: { name: string; colour: string; run: string }[] = [];
  for (const { run, name, colour, table } of runs) {
    const [labelAt, valueAt, groupAt] = [field(chart, "label"), valueName, field(chart, "group")].map((each) =>
      columnAt(table, each),
    ) as [number, number, number];
    const places = new Map<string, number>();
    for (const row of table.rows) {
      const group = groupAt < 0 ? "" : oneLine(row[groupAt]);
      let place = places.get(group);
      if (place === undefined) {
        place = series.length;
        places.set(group, place);
        const own = runs.length === 1 && group !== "";
        series.push({
          name: [runs.length > 1 ? name : "", group].filter(Boolean).join(" · ") || name,
          run,
          colour: own ? `var(--r${(place % SERIES_COLOURS) + 1})` : colour,
        });
      }
      const label = oneLine(row[labelAt]);
      const values = found.get(label) ?? new Map<number, number>();
      values.set(place, asFloat(row[valueAt]));
      found.set(label, values);
    }
  }
  const bars = [...found].map(
    ([label, values]): Bar => ({ label, values: series.map((_, place) => values.get(place) ?? Number.NaN) }),
  );
  return { kind: "bars", title: chart.title, valueTitle: valueName, series, bars };
}

const BINS = 30;

function histogram(chart: CustomChart, runs: readonly RunTable[]): Figure {
  const name = field(chart, "value");
  return {
    kind: "histogram",
    title: chart.title,
    valueTitle: name,
    layers: runs.map((run) => {
      const at = columnAt(run.table, name);
      const values = run.table.rows.map((row) => asFloat(row[at]));
      const bins = Math.max(5, Math.min(BINS, Math.ceil(Math.sqrt(values.length) * 1.5)));
      return { name: run.name, run: run.run, colour: run.colour, ...binned(values, bins) };
    }),
  };
}

/** The counts of one run: a matrix of two would tell nothing, so the first that has one is shown. */
function matrix(chart: CustomChart, runs: readonly RunTable[]): Figure | null {
  const table = runs[0]?.table;
  if (!table) return null;
  const at = (name: string) => columnAt(table, field(chart, name) || name);
  const [actual, predicted, count] = [at("Actual"), at("Predicted"), at("nPredictions")];
  const rows = unique(table, actual);
  const columns = unique(table, predicted);
  const cells = rows.map(() => columns.map(() => Number.NaN));
  for (const row of table.rows) {
    const line = cells[rows.indexOf(oneLine(row[actual]))];
    const place = columns.indexOf(oneLine(row[predicted]));
    if (line && place >= 0) line[place] = asFloat(row[count]);
  }
  return {
    kind: "matrix",
    title: chart.title,
    rowTitle: table.columns[actual] ?? "",
    columnTitle: table.columns[predicted] ?? "",
    rows,
    columns,
    cells,
  };
}

function unique(table: Table, column: number): string[] {
  return [...new Set(table.rows.map((row) => oneLine(row[column])))];
}

/** The column a field stands for; a field may be left as its own name. */
function field(chart: CustomChart, name: string): string {
  return chart.fields[name] || "";
}

function columnAt(table: Table, name: string): number {
  return name ? table.columns.indexOf(name) : -1;
}

function asFloat(value: unknown): number {
  return asNumber(value) ?? (typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN);
}

/** The inner value of one that is wrapped in `{value: …}`, as the client wraps config. */
function branch(value: unknown): Value {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Value) : {};
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(branch(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
