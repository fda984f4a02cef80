/** The columns of the runs table: which there are, which stand at first, in what order. Pure. */
import type { Columns } from "@/api/projects";
import type { Run } from "@/api/types";
import { mainMetric } from "../parts/main-metric";

export type ColumnKind = "run" | "summary" | "config";

export interface Column {
  /** The server's name of the field, so that it can be sorted and filtered by; `trend` is the page's own. */
  id: string;
  kind: ColumnKind;
  /** The dotted path inside config or summary; the id otherwise. */
  path: string;
  width: number;
  sortable: boolean;
}

export const TREND = "trend";

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
  if (id === TREND) return { id, kind: "summary", path: id, width: 96, sortable: false };
  for (const kind of ["summary", "config"] as const)
    if (id.startsWith(`${kind}.`)) {
      const path = id.slice(kind.length + 1);
      return { id, kind, path, width: Math.min(170, Math.max(68, 26 + path.length * 6.2)), sortable: true };
    }
  return { id, kind: "run", path: id, width: RUN_WIDTHS[id] ?? 110, sortable: true };
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
