/** A tree of calls as a trace value has it. Pure. */
import { isMedia } from "./value";

export interface Span {
  id: string;
  name: string;
  kind: string;
  /** Empty where all went well. */
  error: string;
  /** Unix milliseconds; null where it was not told. */
  start: number | null;
  end: number | null;
  inputs: unknown;
  outputs: unknown;
  attributes: Record<string, unknown>;
  children: Span[];
}

/** The root of the tree, or null where the value is none or cannot be read. */
export function traceOf(value: unknown): Span | null {
  if (!isMedia(value) || value._type !== "wb_trace_tree") return null;
  const dumps = value.root_span_dumps;
  try {
    return spanOf(typeof dumps === "string" ? JSON.parse(dumps) : dumps, "0");
  } catch {
    return null;
  }
}

function spanOf(raw: unknown, place: string): Span | null {
  if (typeof raw !== "object" || raw === null) return null;
  const span = raw as Record<string, unknown>;
  const result = Array.isArray(span.results) ? (span.results[0] as Record<string, unknown> | undefined) : undefined;
  const children = Array.isArray(span.child_spans) ? span.child_spans : [];
  const failed = span.status_code === "ERROR";
  return {
    id: typeof span.span_id === "string" && span.span_id ? span.span_id : place,
    name: String(span.name ?? "") || "span",
    kind: typeof span.span_kind === "string" ? span.span_kind : "",
    error: failed ? String(span.status_message ?? "") || "error" : "",
    start: typeof span.start_time_ms === "number" ? span.start_time_ms : null,
    end: typeof span.end_time_ms === "number" ? span.end_time_ms : null,
    inputs: result?.inputs ?? null,
    outputs: result?.outputs ?? null,
    attributes: (typeof span.attributes === "object" && span.attributes) || {},
    children: children
      .map((child, at) => spanOf(child, `${place}.${at}`))
      .filter((child): child is Span => child !== null),
  } as Span;
}

export interface SpanRow {
  span: Span;
  depth: number;
  open: boolean;
  /** Where the bar begins and how long it is, as shares of the whole. */
  from: number;
  share: number;
}

/** The rows to show, each with its bar on the time of the whole tree. */
export function spanRows(root: Span, closed: ReadonlySet<string>): SpanRow[] {
  const [low, high] = extent(root);
  const whole = high > low ? high - low : 1;
  const rows: SpanRow[] = [];
  const walk = (span: Span, depth: number) => {
    const open = !closed.has(span.id);
    const from = span.start === null ? 0 : (span.start - low) / whole;
    const share = span.start === null || span.end === null ? 0 : (span.end - span.start) / whole;
    rows.push({ span, depth, open, from, share });
    if (open) for (const child of span.children) walk(child, depth + 1);
  };
  walk(root, 0);
  return rows;
}

function extent(span: Span): [number, number] {
  let low = span.start ?? Number.POSITIVE_INFINITY;
  let high = span.end ?? Number.NEGATIVE_INFINITY;
  for (const child of span.children) {
    const [from, to] = extent(child);
    low = Math.min(low, from);
    high = Math.max(high, to);
  }
  return [low, high];
}
