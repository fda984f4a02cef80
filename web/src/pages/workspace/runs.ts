/** The list of runs as values: what is asked of the server, and what a cell says. */
import type { Filter, Run, RunSearch } from "@/api/types";
import { regexProblem } from "@/panels/search";
import { fieldOf, nameOf } from "@/state/fields";
import { type RunView, writeList } from "@/state/view";
import { asNumber } from "@/ui/numbers";

export const PAGE_SIZE = 200;

/** Text that is a regular expression is searched as one; text that is none, as it stands. */
export function searchOf(view: RunView): RunSearch {
  const text = view.search.trim();
  const filter: Filter | null =
    text === ""
      ? null
      : /[\\^$*+?()[\]{}|]/.test(text) && regexProblem(text) === null
        ? { type: "where", field: "name", op: "matches", value: `(?i)${text}` }
        : { type: "where", field: "name", op: "contains", value: text };
  return {
    filter,
    query: view.filters.map((each) => (view.filters.length > 1 ? `(${each})` : each)).join(" and "),
    sort: [view.sort],
    limit: PAGE_SIZE,
  };
}

/** The pinned runs, then the others. */
export function withPinned(pinned: readonly Run[], runs: readonly Run[]): Run[] {
  if (pinned.length === 0) return [...runs];
  const first = new Set(pinned.map((run) => run.id));
  const fresh = new Map(runs.map((run) => [run.id, run]));
  return [...pinned.map((run) => fresh.get(run.id) ?? run), ...runs.filter((run) => !first.has(run.id))];
}

/** How many columns of values there is room for, beside a name that can be read. */
export function roomFor(columns: readonly string[], width: number, grouped = false): string[] {
  const out: string[] = [];
  let left = width - NAME_PX;
  for (const field of columns) {
    left -= columnWidth(field, grouped && out.length === 0) + 4;
    if (left < 0 && out.length > 0) break;
    out.push(field);
  }
  return out;
}

/** The first column of a list in groups has room for a mean and its deviation. */
export function columnWidth(field: string, spread: boolean): number {
  return Math.max(headWidth(field), spread ? SPREAD_PX : 0);
}

const SPREAD_PX = 88;

/** Eye, dot, a short name and the paddings. */
const NAME_PX = 170;

/** What the table of runs is asked for, to show the runs of the list. */
export function tableAddress(view: RunView): Record<string, string | undefined> {
  const { query, filter } = searchOf(view);
  const name = filter?.type === "where" ? condition("name", filter.op, String(filter.value)) : "";
  const both = [name, query ?? ""].filter((each) => each !== "");
  return {
    q: both.length > 1 ? both.map((each) => `(${each})`).join(" and ") : both[0],
    sort: view.sort.field === "created_at" ? undefined : (view.sort.descending ? "-" : "") + view.sort.field,
    group: writeList(view.group),
    base: view.baseline ?? undefined,
  };
}

const STATISTICS = /\.(min|max|mean|best|last|first)$/;

/** What a field is called in a narrow head: whole where it fits, else its last word, and which statistic it is. */
export function headOf(field: string): string {
  const name = nameOf(field);
  if (name.length <= 9) return name;
  const statistic = STATISTICS.exec(name);
  const metric = statistic ? name.slice(0, statistic.index) : name;
  const word = metric.slice(Math.max(metric.lastIndexOf("/"), metric.lastIndexOf(".")) + 1);
  return statistic ? `${word} ${statistic[1]}` : word;
}

/** Room for a head or for a value of six characters, whichever is wider. */
export function headWidth(field: string): number {
  return Math.min(92, Math.max(54, Math.ceil(headOf(field).length * 6.1) + 6));
}

/** A value for a narrow cell; numbers of one column have the same decimals. */
export function cellOf(value: unknown, decimals: number): { text: string; pad: string; odd: boolean } {
  const number = asNumber(value);
  const plain = { pad: "", odd: false };
  if (number !== null) return { ...unpadded(narrow(number, decimals)), odd: !Number.isFinite(number) };
  if (value === null || value === undefined) return { ...plain, text: "" };
  if (Array.isArray(value)) return { ...plain, text: JSON.stringify(value) };
  if (typeof value === "object") return { ...plain, text: "{…}" };
  return { ...plain, text: String(value) };
}

/** Zeros at the end that nobody wrote stand unseen, so that the points of a column align. */
function unpadded(text: string): { text: string; pad: string } {
  const pad = /^[^a-zA-Z]*\d(\.0+|\.\d*[1-9](0+))$/.exec(text);
  const zeros = pad ? (pad[2] ?? pad[1] ?? "") : "";
  return { text: text.slice(0, text.length - zeros.length), pad: zeros };
}

const MINUS = "\u2212";

/** How many decimals the numbers of a column need, at most four. */
export function decimalsOf(runs: readonly Run[], field: string): number {
  let most = 0;
  for (const run of runs) {
    const value = asNumber(fieldOf(run, field));
    if (value === null || !Number.isFinite(value)) continue;
    const size = Math.abs(value);
    if (size < 1e-3 || size >= 1e4) continue;
    const wanted = size < 1 ? 4 : size < 100 ? 2 : 1;
    const needed = (
      value
        .toFixed(wanted)
        .replace(/\.?0+$/, "")
        .split(".")[1] ?? ""
    ).length;
    most = Math.max(most, needed);
  }
  return most;
}

/** At most six characters: 7.42, 0.1189, 12.4k, 1e−4. */
function narrow(value: number, decimals: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  let text: string;
  if (size < 1e-3) text = value.toExponential(1).replace(".0e", "e");
  else if (size >= 1e6) text = `${Number((value / 1e6).toPrecision(3))}M`;
  else if (size >= 1e4) text = `${Number((value / 1e3).toPrecision(3))}k`;
  else text = value.toFixed(size < 1 ? decimals : Math.min(decimals, size < 100 ? 2 : 1));
  return text.replaceAll("-", MINUS).replace("e+", "e");
}

/** The dotted paths that some of the trees have values at, sorted. */
function pathsOf(trees: readonly Readonly<Record<string, unknown>>[]): string[] {
  const found = new Set<string>();
  const walkInto = (tree: Readonly<Record<string, unknown>>, prefix: string, depth: number) => {
    for (const [key, value] of Object.entries(tree)) {
      if (typeof value === "object" && value !== null && !Array.isArray(value) && depth > 1)
        walkInto(value as Record<string, unknown>, `${prefix}${key}.`, depth - 1);
      else found.add(prefix + key);
    }
  };
  for (const tree of trees) walkInto(tree, "", 6);
  return [...found].sort();
}

/** Two columns that say something: a result that validation gave, and the setting most often turned. */
export function usualColumns(runs: readonly Run[]): string[] {
  const config = pathsOf(runs.map((run) => run.config));
  const summary = pathsOf(runs.map((run) => run.summary));
  const numeric = (field: string) => runs.some((run) => asNumber(fieldOf(run, field)) !== null);
  const best = (names: readonly string[], prefix: string, wanted: readonly RegExp[]) => {
    for (const each of wanted) {
      const found = names.find((name) => each.test(name) && !name.startsWith("_") && numeric(prefix + name));
      if (found) return prefix + found;
    }
    return null;
  };
  const result = best(summary, "summary.", [
    /^(val|valid|validation|eval|test)\/(acc|accuracy|f1|fid|score)/i,
    /^(val|valid|validation|eval|test).*acc/i,
    /^(val|valid|validation|eval|test).*loss$/i,
    /acc/i,
    /loss$/i,
  ]);
  const setting = best(config, "config.", [/(^|\.)(lr|learning_rate)$/i, /(^|\.)(batch_size|epochs|width|depth)$/i]);
  return [result, setting].filter((each) => each !== null);
}

/** A condition in the server's query language. Words are quoted unless they are numbers or truth values. */
export function condition(field: string, op: string, value: string): string {
  const name = /^[A-Za-z_][^\s"'`=!<>(),[\]]*$/.test(field) ? field : `\`${field.replace(/[`\\]/g, "\\$&")}\``;
  if (op === "exists" || op === "not exists") return `${name} ${op}`;
  const plain = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value) || value === "true" || value === "false";
  return `${name} ${op} ${plain ? value : `"${value.replace(/["\\]/g, "\\$&")}"`}`;
}
