/** A tree of calls as a trace value has it: what called what, how long each took, what went in and came out. Pure. */
import type { Finding } from "@/ui/finding";
import { duration } from "@/ui/times";
import { readJson } from "../source";
import { isMedia } from "../value";

/** What went in and what came out, once. */
export interface Result {
  inputs: unknown;
  outputs: unknown;
}

export interface Span {
  /** Where it stands: `0.2.1` is the second child of the third child of the root. Names of spans need not be unique. */
  id: string;
  /** What the script calls it; empty where it has no name of its own. */
  given: string;
  name: string;
  kind: string;
  /** Empty where all went well. */
  error: string;
  /** Unix milliseconds; null where it was not told. */
  start: number | null;
  end: number | null;
  results: Result[];
  attributes: Record<string, unknown>;
  children: Span[];
}

export interface Trace {
  root: Span;
  /** What did the work, as the script describes it. */
  model: unknown;
  /** What stands where a call should and is none, each by its place: `0.2: "text"`. */
  lost: string[];
}

/** The trace in a value; a text says why there is none. */
export function traceOf(value: unknown): Trace | string {
  if (!isMedia(value) || value._type !== "wb_trace_tree") return "";
  try {
    const dumps = value.root_span_dumps;
    const { root, lost } = treeOf(typeof dumps === "string" ? readJson(dumps) : dumps);
    return root ? { root, model: modelOf(value.model_dict_dumps), lost } : "root_span_dumps holds no span";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What cannot be read as JSON is told as it stands. */
function modelOf(dumps: unknown): unknown {
  if (typeof dumps !== "string") return dumps ?? null;
  try {
    return readJson(dumps);
  } catch {
    return dumps;
  }
}

/** The spans of a tree, built without a call for each: a loop of an agent is deep. */
function treeOf(raw: unknown): { root: Span | undefined; lost: string[] } {
  const lost: string[] = [];
  const top: Span[] = [];
  const left = [{ raw, id: "0", beside: top }];
  for (let at = left.pop(); at; at = left.pop()) {
    if (!isRecord(at.raw)) {
      lost.push(`${at.id}: ${JSON.stringify(at.raw)}`);
      continue;
    }
    const span = spanOf(at.raw, at.id);
    at.beside.push(span);
    const inner = list(at.raw.child_spans);
    for (let place = inner.length - 1; place >= 0; place -= 1)
      left.push({ raw: inner[place], id: `${at.id}.${place}`, beside: span.children });
  }
  return { root: top[0], lost };
}

/** One span, without those within it. */
function spanOf(raw: Record<string, unknown>, id: string): Span {
  const failed = String(raw.status_code ?? "").toUpperCase() === "ERROR";
  return {
    id,
    given: text(raw.span_id),
    name: text(raw.name) || "span",
    kind: text(raw.span_kind).toUpperCase(),
    error: failed ? text(raw.status_message) || "error" : "",
    start: number(raw.start_time_ms),
    end: number(raw.end_time_ms),
    results: list(raw.results).flatMap((each) => resultOf(each) ?? []),
    attributes: isRecord(raw.attributes) ? raw.attributes : {},
    children: [],
  };
}

function resultOf(raw: unknown): Result | null {
  if (!isRecord(raw)) return null;
  const { inputs = null, outputs = null } = raw;
  return inputs === null && outputs === null ? null : { inputs, outputs };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);

/** All spans, each before those within it. */
export function spansOf(root: Span): Span[] {
  const out: Span[] = [];
  const left = [root];
  for (let span = left.pop(); span; span = left.pop()) {
    out.push(span);
    for (let at = span.children.length - 1; at >= 0; at -= 1) left.push(span.children[at] as Span);
  }
  return out;
}

/** The span that stands there, or the nearest one above that does. */
export function spanAt(root: Span, id: string): Span {
  let span = root;
  for (let depth = 1, parts = id.split("."); depth < parts.length; depth += 1) {
    const wanted = parts.slice(0, depth + 1).join(".");
    const child = span.children.find((each) => each.id === wanted);
    if (!child) break;
    span = child;
  }
  return span;
}

/** Those it stands in, the outermost first. */
export function above(id: string): string[] {
  const parts = id.split(".");
  return parts.slice(1).map((_, depth) => parts.slice(0, depth + 1).join("."));
}

export function isWithin(id: string, parent: string): boolean {
  return id.startsWith(`${parent}.`);
}

export interface SpanRow {
  span: Span;
  depth: number;
  open: boolean;
  /** Its place among those beside it, from 1, and how many these are. */
  place: number;
  beside: number;
  /** Where the bar begins and how long it is, as shares of what is shown; null where its time was not told or is not shown. */
  bar: { from: number; share: number } | null;
}

/** The rows to show, each with its bar on the time from `low` to `high`, by itself that of the whole tree. */
export function spanRows(root: Span, closed: ReadonlySet<string>, [low, high] = extentOf(root)): SpanRow[] {
  const rows: SpanRow[] = [];
  const left = [{ span: root, depth: 0, place: 1, beside: 1 }];
  for (let at = left.pop(); at; at = left.pop()) {
    const { span, depth } = at;
    const open = !closed.has(span.id);
    const bar = barOf(span, low, high);
    rows.push({ ...at, open, bar });
    if (!open) continue;
    const beside = span.children.length;
    for (let place = beside; place > 0; place -= 1)
      left.push({ span: span.children[place - 1] as Span, depth: depth + 1, place, beside });
  }
  return rows;
}

function barOf({ start, end }: Span, low: number, high: number): SpanRow["bar"] {
  if (start === null || end === null || start > high || end < low) return null;
  const whole = high > low ? high - low : 1;
  const from = Math.max(start, low);
  return { from: (from - low) / whole, share: Math.max(0, Math.min(end, high) - from) / whole };
}

/** From when to when all of it was: unix milliseconds; two zeros where no time was told. */
export function extentOf(root: Span): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { start, end } of spansOf(root)) {
    for (const time of [start, end]) {
      if (time === null) continue;
      low = Math.min(low, time);
      high = Math.max(high, time);
    }
  }
  return low <= high ? [low, high] : [0, 0];
}

/** How long it took, in milliseconds; null where that was not told. */
export function lengthOf({ start, end }: Span): number | null {
  return start === null || end === null ? null : Math.max(0, end - start);
}

/** The part of its time in which nothing within it was at work, in milliseconds. */
export function ownTime(span: Span): number | null {
  const { start, end } = span;
  if (start === null || end === null) return null;
  const parts = span.children
    .flatMap((child) => (child.start === null || child.end === null ? [] : [[child.start, child.end] as const]))
    .map(([from, to]) => [Math.max(from, start), Math.min(to, end)] as const)
    .sort((a, b) => a[0] - b[0]);
  let [busy, until] = [0, start];
  for (const [from, to] of parts) {
    busy += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return end - start - busy;
}

/** Milliseconds in three digits or so: 0.4 ms, 412 ms, 1.48 s; from a minute on as other times are told. */
export function timeText(ms: number): string {
  const size = Math.abs(ms);
  if (size === 0) return "0 ms";
  if (size < 10) return `${Number(ms.toPrecision(2))} ms`;
  if (size < 1000) return `${Math.round(ms)} ms`;
  return size < 60_000 ? `${Number((ms / 1000).toPrecision(3))} s` : duration(ms / 1000);
}

/** What one finds a span by: all that is told of it. */
export function findingOf({ id, name, kind, error, given, results, attributes }: Span): Finding {
  return { id, text: `${name}\n${kind}\n${error}\n${given}\n${JSON.stringify([results, attributes])}` };
}

const KNOWN: Readonly<Record<string, string>> = { AGENT: "--r7", CHAIN: "--r1", LLM: "--r3", TOOL: "--r2" };
const OTHERS = ["--r5", "--r4", "--r8", "--r9", "--r10"];
const NO_KIND = "--text-3";

export interface Kind {
  name: string;
  count: number;
  token: string;
}

/** What kinds of work there are, as they come, and the colour of each. */
export function kindsOf(spans: readonly Span[]): Map<string, Kind> {
  const kinds = new Map<string, Kind>();
  let others = 0;
  for (const { kind: name } of spans) {
    const known = kinds.get(name);
    if (known) known.count += 1;
    else {
      const token = name === "" ? NO_KIND : (KNOWN[name] ?? (OTHERS[others++ % OTHERS.length] as string));
      kinds.set(name, { name, count: 1, token });
    }
  }
  return kinds;
}
