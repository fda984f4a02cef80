/** The columns of the runs table: which there are, which stand at first, in what order. Pure. */
import type { Columns } from "@/api/projects";
import { EXTENTS, type Run, type Sort } from "@/api/types";
import { mainMetric } from "../parts/main-metric";

export type ColumnKind = "run" | "summary" | "config";

export interface Column {
  /** The server's name of the field, so that it can be sorted and filtered by; `trend` is the page's own. */
  id: string;
  kind: ColumnKind;
  /** The dotted path inside config or summary, or the key of a metric; the id otherwise. */
  path: string;
  /** Which value of a metric: the one it has in the summary, or how far all that was logged went. */
  value: MetricValue;
  width: number;
  sortable: boolean;
}

export const TREND = "trend";

export const METRIC_VALUES = ["last", ...EXTENTS] as const;
export type MetricValue = (typeof METRIC_VALUES)[number];

const RUN_WIDTHS: Record<string, number> = {
  name: 240,
  state: 98,
  tags: 132,
  notes: 208,
  created_at: 92,
  updated_at: 104,
  runtime_secs: 76,
  last_step: 76,
  user: 96,
  host: 120,
  group: 110,
  job_type: 96,
  program: 140,
  id: 96,
};

export function column(id: string): Column {
  if (id === TREND) return { id, kind: "summary", path: id, value: "last", width: 96, sortable: false };
  const dot = id.indexOf(".");
  const head = id.slice(0, Math.max(0, dot));
  const value = METRIC_VALUES.find((each) => each === head) ?? "last";
  if (head === "config" || head === "summary" || value !== "last") {
    const path = id.slice(dot + 1);
    const width = Math.min(170, Math.max(68, 26 + path.length * 6.2 + (value === "last" ? 0 : 28)));
    return { id, kind: head === "config" ? "config" : "summary", path, value, width, sortable: true };
  }
  return { id, kind: "run", path: id, value: "last", width: RUN_WIDTHS[id] ?? 110, sortable: true };
}

/** The same metric by another of its values. */
export function valued(id: string, value: MetricValue): string {
  return `${value === "last" ? "summary" : value}.${column(id).path}`;
}

/** The layout with every metric, or with one column, shown by this value. */
export function withValue(layout: Layout, value: MetricValue, isMetric: (id: string) => boolean): Layout {
  const change = (id: string) => (isMetric(id) ? valued(id, value) : id);
  return { order: [...new Set(layout.order.map(change))], pinned: [...new Set(layout.pinned.map(change))] };
}

/** The fields that the server has to send for these columns. */
export function fieldsOf(order: readonly string[]): string[] {
  return order.filter((id) => id !== TREND && column(id).kind !== "run");
}

export const RUN_COLUMNS = Object.keys(RUN_WIDTHS);

/** Every column there is to choose, in the order of the picker. Names of ours, such as `_step`, are left out. */
export function allColumns(found: Columns): string[] {
  return [
    ...RUN_COLUMNS,
    TREND,
    ...found.summary.filter((path) => !path.startsWith("_")).map((path) => `summary.${path}`),
    ...found.config.filter((path) => !path.startsWith("_")).map((path) => `config.${path}`),
  ];
}

const SHOWN_SUMMARY = 4;
const SHOWN_CONFIG = 5;

/** What stands before anybody chose: who and how it is, its main numbers, what differs in config, when, and notes. */
export function firstColumns(found: Columns, runs: readonly Run[]): string[] {
  const main = mainMetric(Object.fromEntries(found.summary.map((path) => [path, 0])));
  const summary = found.summary.filter((path) => !path.startsWith("_") && path !== main && hasNumber(runs, path));
  summary.sort((a, b) => interest(a) - interest(b));
  const metrics = [...(main ? [main] : []), ...summary].slice(0, SHOWN_SUMMARY);
  const config = found.config
    .filter((path) => !path.startsWith("_"))
    .map((path, place) => ({ path, place, kinds: distinct(runs, path) }))
    .sort((a, b) => Number(b.kinds > 1) - Number(a.kinds > 1) || a.place - b.place)
    .slice(0, SHOWN_CONFIG)
    .map(({ path }) => `config.${path}`);
  return [
    "name",
    "state",
    ...metrics.slice(0, 1).map((path) => `summary.${path}`),
    ...(main ? [TREND] : []),
    ...metrics.slice(1).map((path) => `summary.${path}`),
    ...config,
    "tags",
    "runtime_secs",
    "created_at",
    "notes",
  ];
}

/** Results before what merely drives or measures the training. */
function interest(path: string): number {
  if (/loss|acc|f1|auc|fid|score|reward|error|bleu|iou|perplexity/i.test(path))
    return /^(val|valid|validation|eval|test)/i.test(path) ? 0 : 1;
  return /epoch|step|time|lr$|learning_rate|params|grad|perf|scale|sec/i.test(path) ? 3 : 2;
}

function hasNumber(runs: readonly Run[], path: string): boolean {
  return runs.length === 0 || runs.some((run) => typeof flat(run.summary, path) === "number");
}

function distinct(runs: readonly Run[], path: string): number {
  return new Set(runs.map((run) => JSON.stringify(flat(run.config, path)))).size;
}

function flat(root: Record<string, unknown>, path: string): unknown {
  if (path in root) return root[path];
  return path.split(".").reduce<unknown>((here, name) => {
    return typeof here === "object" && here !== null ? (here as Record<string, unknown>)[name] : undefined;
  }, root);
}

/** A table's columns as the address keeps them: by comma, `!` before those that are pinned. */
export interface Layout {
  order: string[];
  pinned: string[];
}

export function formatLayout(layout: Layout): string {
  return layout.order.map((id) => (layout.pinned.includes(id) ? "!" : "") + id.replaceAll(",", "%2C")).join(",");
}

export function parseLayout(text: string): Layout | null {
  const order: string[] = [];
  const pinned: string[] = [];
  for (const piece of text.split(",")) {
    const id = piece.replace(/^!/, "").replaceAll("%2C", ",");
    if (!id || order.includes(id)) continue;
    order.push(id);
    if (piece.startsWith("!")) pinned.push(id);
  }
  return order.length > 0 ? { order, pinned } : null;
}

/** The layout with one column more or fewer; a new one goes to the end of its own kind. */
export function toggleColumn(layout: Layout, id: string): Layout {
  if (layout.order.includes(id))
    return { order: layout.order.filter((each) => each !== id), pinned: layout.pinned.filter((each) => each !== id) };
  const kind = column(id).kind;
  let last = -1;
  layout.order.forEach((each, place) => {
    if (column(each).kind === kind) last = place;
  });
  if (kind === "run" || last < 0) return { ...layout, order: [...layout.order, id] };
  return { ...layout, order: layout.order.toSpliced(last + 1, 0, id) };
}

/** The layout with `id` put in the place of `target`. */
export function moveColumn(layout: Layout, id: string, target: string): Layout {
  const from = layout.order.indexOf(id);
  const to = layout.order.indexOf(target);
  if (from < 0 || to < 0 || from === to) return layout;
  const order = layout.order.toSpliced(from, 1);
  order.splice(to, 0, id);
  return { ...layout, order };
}

export function togglePin(layout: Layout, id: string): Layout {
  const pinned = layout.pinned.includes(id) ? layout.pinned.filter((each) => each !== id) : [...layout.pinned, id];
  return { ...layout, pinned };
}

/** What the list is sorted by, as the address keeps it: by comma, `-` before those that fall. */
export function formatSorts(sorts: readonly Sort[]): string {
  return sorts.map(({ field, descending }) => (descending ? "-" : "") + field.replaceAll(",", "%2C")).join(",");
}

export function parseSorts(text: string): Sort[] {
  const sorts: Sort[] = [];
  for (const piece of text.split(",")) {
    const field = piece.replace(/^-/, "").replaceAll("%2C", ",");
    if (field && !sorts.some((each) => each.field === field)) sorts.push({ field, descending: piece.startsWith("-") });
  }
  return sorts.slice(0, MOST_SORTS);
}

/** The server takes eight, of which the last is how old a run is. */
const MOST_SORTS = 7;

/** What a press on the name of a column does: up, down, not at all; `more` leaves the others as they are. */
export function pressed(sorts: readonly Sort[], field: string, more: boolean): Sort[] {
  const now = sorts.find((each) => each.field === field);
  const next = !now ? [{ field, descending: false }] : now.descending ? [] : [{ field, descending: true }];
  if (!more) return next;
  if (!now) return [...sorts, ...next].slice(0, MOST_SORTS);
  return sorts.flatMap((each) => (each.field === field ? next : [each]));
}
