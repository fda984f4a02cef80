import { describe, expect, it } from "vitest";
import { found } from "@/ui/finding";
import {
  above,
  extentOf,
  findingOf,
  isWithin,
  kindsOf,
  lengthOf,
  ownTime,
  type Span,
  spanAt,
  spanRows,
  spansOf,
  type Trace,
  timeText,
  traceOf,
} from "./span";

const said = {
  name: "agent",
  span_id: "same",
  span_kind: "AGENT",
  start_time_ms: 1000,
  end_time_ms: 1100,
  results: [
    { inputs: { q: 1 }, outputs: null },
    { inputs: { q: 2 }, outputs: { a: "later" } },
  ],
  child_spans: [
    { name: "plan", span_id: "same", span_kind: "CHAIN", start_time_ms: 1010, end_time_ms: 1040 },
    {
      name: "ask",
      span_id: "same",
      span_kind: "LLM",
      start_time_ms: 1030,
      end_time_ms: 1080,
      status_code: "ERROR",
      status_message: "too long",
      attributes: { model: "small-2" },
      child_spans: [{ name: "untimed", span_kind: "rerank" }],
    },
  ],
};

function rootOf(span: unknown): Span {
  const trace = traceOf({ _type: "wb_trace_tree", root_span_dumps: JSON.stringify(span) });
  if (typeof trace === "string") throw new Error(trace);
  return trace.root;
}

describe("a trace", () => {
  const root = rootOf(said);

  it("is a tree of spans with bars on one time", () => {
    expect(spanRows(root, new Set())).toMatchObject([
      { depth: 0, bar: { from: 0, share: 1 }, place: 1, beside: 1 },
      { depth: 1, bar: { from: 0.1, share: 0.3 }, place: 1, beside: 2 },
      { depth: 1, bar: { from: 0.3, share: 0.5 }, place: 2, beside: 2, span: { error: "too long" } },
      { depth: 2, bar: null },
    ]);
    const near = spanRows(root, new Set(), extentOf(spanAt(root, "0.0"))).map(({ bar }) => bar);
    expect(near.slice(0, 2)).toEqual([
      { from: 0, share: 1 },
      { from: 0, share: 1 },
    ]);
    expect(near[2]?.from).toBeCloseTo(2 / 3);
    expect(spanRows(root, new Set(["0.1"]))).toHaveLength(3);
    expect(spanRows(root, new Set([root.id]))).toHaveLength(1);
  });

  it("tells spans apart by where they stand, whatever names they were given", () => {
    const ids = spansOf(root).map(({ id }) => id);
    expect(ids).toEqual(["0", "0.0", "0.1", "0.1.0"]);
    expect(spanAt(root, "0.1.0").name).toBe("untimed");
    expect(spanAt(root, "0.1.7.2").name).toBe("ask");
    expect(spanAt(root, "0").name).toBe("agent");
    expect(above("0.1.0")).toEqual(["0", "0.1"]);
    expect([isWithin("0.10", "0.1"), isWithin("0.1.0", "0.1")]).toEqual([false, true]);
  });

  it("keeps every result of a span", () => {
    expect(root.results).toEqual([
      { inputs: { q: 1 }, outputs: null },
      { inputs: { q: 2 }, outputs: { a: "later" } },
    ]);
  });

  it("knows the time that a span spent by itself, also where those within it overlap", () => {
    expect(ownTime(root)).toBe(30);
    expect(ownTime(spanAt(root, "0.1"))).toBe(50);
    expect(ownTime(spanAt(root, "0.1.0"))).toBeNull();
  });

  it("is searched in names, kinds, errors, what went in and what came out", () => {
    const names = (query: string) => found(spansOf(root).map(findingOf), query).map((id) => spanAt(root, id).name);
    expect(names("LATER")).toEqual(["agent"]);
    expect(names("too long")).toEqual(["ask"]);
    expect(names("small-2 llm")).toEqual(["ask"]);
    expect(names("  ")).toEqual([]);
  });

  it("has a colour for each kind, the same one for those that everybody has", () => {
    const kinds = kindsOf(spansOf(root));
    expect([...kinds.keys()]).toEqual(["AGENT", "CHAIN", "LLM", "RERANK"]);
    expect(new Set([...kinds.values()].map(({ token }) => token)).size).toBe(4);
    expect(kindsOf(spansOf(spanAt(root, "0.1"))).get("LLM")?.token).toBe(kinds.get("LLM")?.token);
  });

  it("may have no times at all, or be as deep as a stack", () => {
    expect(extentOf(rootOf({ name: "a" }))).toEqual([0, 0]);
    expect(spanRows(rootOf({ name: "a" }), new Set())[0]?.bar).toBeNull();
    let deep: object = { name: "leaf" };
    for (let depth = 0; depth < 5000; depth += 1) deep = { name: `d${depth}`, child_spans: [deep] };
    const text = { _type: "wb_trace_tree", root_span_dumps: deep };
    expect(spanRows((traceOf(text) as Trace).root, new Set())).toHaveLength(5001);
  });

  it("says which of its parts are no calls", () => {
    const trace = traceOf({
      _type: "wb_trace_tree",
      root_span_dumps: '{"name": "a", "child_spans": [{"name": "b", "child_spans": [[1]]}, "c", {"name": "d"}]}',
    }) as Trace;
    expect(trace.lost).toEqual(["0.0.0: [1]", '0.1: "c"']);
    expect(spansOf(trace.root).map(({ id, name }) => [id, name])).toEqual([
      ["0", "a"],
      ["0.0", "b"],
      ["0.2", "d"],
    ]);
  });

  it("tells times in a few digits", () => {
    expect([0, 0.4, 45, 1480, 59_900, 150_000].map(timeText)).toEqual([
      "0 ms",
      "0.4 ms",
      "45 ms",
      "1.48 s",
      "59.9 s",
      "2m 30s",
    ]);
  });

  it("is read with the infinities that Python writes, and with a model that is no JSON", () => {
    const trace = traceOf({
      _type: "wb_trace_tree",
      root_span_dumps:
        '{"name": "a", "results": [{"outputs": {"perplexity": Infinity}}], "start_time_ms": 5, "end_time_ms": 3}',
      model_dict_dumps: "<Model>",
    });
    if (typeof trace === "string") throw new Error(trace);
    expect(trace.root.results[0]?.outputs).toEqual({ perplexity: "Infinity" });
    expect(trace.model).toBe("<Model>");
    expect(lengthOf(trace.root)).toBe(0);
  });

  it("that cannot be read says why", () => {
    expect(traceOf({ _type: "wb_trace_tree", root_span_dumps: "{" })).toContain("JSON");
    expect(traceOf({ _type: "wb_trace_tree", root_span_dumps: "[]" })).toBe("root_span_dumps holds no span");
    expect(traceOf({ _type: "wb_trace_tree", root_span_dumps: "null" })).toBe("root_span_dumps holds no span");
    expect(traceOf({ _type: "table-file" })).toBe("");
  });
});
