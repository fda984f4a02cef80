import { expect, it } from "vitest";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { groupsOf } from "@/state/groups";
import { PLAIN_SETTINGS } from "@/state/settings";
import { runToken } from "@/theme/colours";
import { annotated, keysOf, PLAIN_LINE, readLine, titleOf } from "./config";
import { draw } from "./data";
import { toCsv } from "./export";
import { parseFormula } from "./expression";
import { isolated, shortened, switched } from "./names";
import { toSvg } from "./svg";
import type { Sources } from "./traces";
import { marksOf } from "./useMarks";

const run = (id: string, arch: string) =>
  ({
    id,
    name: `run-${id}`,
    number: Number(id),
    colour: null,
    config: { arch },
    summary: {},
    tags: [],
    rules: [],
    parent: null,
  }) as unknown as Run;

function curve(id: string, key: string, values: number[]): Curve {
  const y = Float64Array.from(values);
  const x = y.map((_, at) => at);
  const none = new Int32Array(y.length);
  return {
    run: id,
    key,
    raw: true,
    points: y.length,
    length: y.length,
    xMin: x,
    xMax: x,
    low: y,
    high: y,
    mean: y,
    first: y,
    last: y,
    stepFirst: x,
    stepLast: x,
    stepLow: x,
    stepHigh: x,
    count: none.map(() => 1),
    nan: none,
    posInf: none,
    negInf: none,
  };
}

const runs = [run("1", "a"), run("2", "a"), run("3", "b")];
const sources = (change: Partial<Sources> = {}): Sources => ({
  wanted: [{ name: "loss", formula: null }],
  byKey: new Map([
    ["loss", runs.map(({ id }) => curve(id, "loss", [Number(id), Number(id) + 1]))],
    ["val", runs.slice(0, 2).map(({ id }) => curve(id, "val", [1, 1]))],
  ]),
  runs,
  groups: null,
  baseline: null,
  tokenOf: runToken,
  places: 100,
  ...change,
});
const options = { x: "_step", settings: PLAIN_SETTINGS, zoom: { x: null, y: null }, xRange: null, yRange: null };

it("one metric of several runs is a line a run, in the run's colour", () => {
  const { lines } = draw(sources(), options);
  expect(lines.map((line) => [line.id, line.owner, line.name, line.colour, line.dash])).toEqual([
    ["1", "1", "run-1", "--r2", 0],
    ["2", "2", "run-2", "--r3", 0],
    ["3", "3", "run-3", "--r4", 0],
  ]);
});

it("several metrics of several runs are told apart by dashes; of one run by colours", () => {
  const wanted = [
    { name: "loss", formula: null },
    { name: "val", formula: null },
  ];
  const many = draw(sources({ wanted }), options).lines;
  expect(many.map((line) => [line.owner, line.name, line.dash])).toEqual([
    ["1", "run-1 · loss", 0],
    ["2", "run-2 · loss", 0],
    ["3", "run-3 · loss", 0],
    ["1", "run-1 · val", 1],
    ["2", "run-2 · val", 1],
  ]);
  const one = draw(sources({ wanted, runs: runs.slice(0, 1) }), options).lines;
  expect(one.map((line) => [line.name, line.colour, line.dash])).toEqual([
    ["loss", "--r1", 0],
    ["val", "--r2", 0],
  ]);
});

it("a formula is a line for each run that has all of its metrics", () => {
  const text = "loss * 2 - val";
  const { lines } = draw(sources({ wanted: [{ name: text, formula: parseFormula(text) }] }), options);
  expect(lines.map((line) => [line.owner, [...line.y]])).toEqual([
    ["1", [1, 3]],
    ["2", [3, 5]],
  ]);
});

it("groups are one line each, with the number of their runs", () => {
  const { lines, grouped } = draw(sources({ groups: groupsOf(runs, ["config.arch"]) }), options);
  expect(grouped).toBe(true);
  expect(lines.map((line) => [line.name, [...line.y], [...line.runs!], [...line.low!]])).toEqual([
    ["a", [1.5, 2.5], [2, 2], [1, 2]],
    ["b", [3, 4], [1, 1], [3, 4]],
  ]);
});

it("a range that was given holds until one zooms", () => {
  expect(draw(sources(), { ...options, yRange: [0, 9] }).y).toEqual([0, 9]);
  expect(draw(sources(), { ...options, yRange: [0, 9], zoom: { x: null, y: [2, 3] } }).y).toEqual([2, 3]);
});

it("what is drawn leaves as numbers and as vectors", () => {
  const drawing = draw(sources({ groups: groupsOf(runs, ["config.arch"]) }), options);
  const [head, first] = toCsv("loss", "_step", drawing).split("\n");
  expect(head).toBe("run,name,_step,_step_last,loss,loss_min,loss_max,points,nan,smoothed,runs");
  expect(first).toContain(",a,0,0,1.5,1,2,,,,2");
  const axes = { xKind: "step", logX: false, logY: false, xTitle: "step", yTitle: "" } as const;
  const svg = toSvg("a < b & c", drawing, axes, () => "#123456");
  expect(svg).toContain("a &lt; b &amp; c");
  expect(svg.match(/fill-opacity/g)).toHaveLength(2);
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 720 438"/);
});

it("a config is mended where it is odd, and knows its keys and its title", () => {
  expect(readLine({ keys: ["a", 3], regex: 7, yRange: [2, 1], stream: "x" })).toEqual({ ...PLAIN_LINE, keys: ["a"] });
  const config = { ...PLAIN_LINE, keys: ["a"], regex: "^val/" };
  expect(keysOf(config, ["val/x", "train/x", "a"])).toEqual(["a", "val/x"]);
  expect(titleOf(config)).toBe("a, /^val//");
  expect(titleOf({ ...PLAIN_LINE, keys: ["a", "b", "c", "d"] })).toBe("a, b +2");
});

it("the run that others are measured against is a line beside groups too", () => {
  const { lines } = draw(sources({ groups: groupsOf(runs, ["config.arch"]), baseline: runs[0]! }), options);
  expect(lines.map((line) => [line.name, line.bold])).toEqual([
    ["a", false],
    ["b", false],
    ["run-1", true],
  ]);
});

it("no more groups are drawn than one asked for", () => {
  const settings = { ...PLAIN_SETTINGS, most: 1 };
  expect(draw(sources({ groups: groupsOf(runs, ["config.arch"]) }), { ...options, settings }).lines).toHaveLength(1);
});

it("the faint line stays behind a smoothed one unless it is not wanted", () => {
  const smoothing = { kind: "ema", amount: 0.5 } as const;
  const behind = (raw: boolean) =>
    draw(sources(), { ...options, settings: { ...PLAIN_SETTINGS, smoothing, raw } }).lines.map((line) => line.behind);
  expect(behind(true).map((each) => each && [...each])).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
  expect(behind(false)).toEqual([null, null, null]);
});

it("lines out of sight are in the legend alone, and y fits what is left; never is all of it out", () => {
  const out = draw(sources(), options, undefined, new Set(["3"]));
  expect([out.lines.map((line) => line.id), out.all.length]).toEqual([["1", "2"], 3]);
  expect(out.y[1]).toBeLessThan(draw(sources(), options).y[1]);
  expect(draw(sources(), options, undefined, new Set(["1", "2", "3"])).lines).toHaveLength(3);
});

it("a formula says whether it stands on means of several points", () => {
  const dense = { ...curve("1", "loss", [1, 2]), raw: false };
  const over = (text: string) =>
    draw(
      sources({
        wanted: [{ name: text, formula: parseFormula(text) }],
        byKey: new Map([["loss", [dense]]]),
      }),
      options,
    ).approximate.formulas;
  expect([over("loss * 2"), over("log(loss)")]).toEqual([false, true]);
});

it("a click leaves one line, a second one all; with Ctrl lines are switched", () => {
  const ids = ["a", "b", "c"];
  const alone = isolated(ids, new Set(), "b");
  expect([...alone]).toEqual(["a", "c"]);
  expect([...isolated(ids, alone, "b")]).toEqual([]);
  expect([...isolated(ids, alone, "a")]).toEqual(["b", "c"]);
  expect([...switched(ids, new Set(["a"]), "b")]).toEqual(["a", "b"]);
  expect([...switched(ids, new Set(["a"]), "a")]).toEqual([]);
  expect([...switched(ids, new Set(["a", "b"]), "c")]).toEqual([]);
});

it("long names lose their middle", () => {
  expect(shortened("dit-l2-cfg1.5-batch256-s0", 13)).toBe("dit-l2…256-s0");
  expect(shortened("short", 13)).toBe("short");
});

it("annotations are kept in order, rewritten at their place, taken away by no words, and mended", () => {
  const at = (x: number, text: string, axis = "_step") => ({ axis, x, text });
  const two = annotated([at(9, "late")], at(2, "early"));
  expect(two).toEqual([at(2, "early"), at(9, "late")]);
  expect(annotated(two, at(9, "later"))).toEqual([at(2, "early"), at(9, "later")]);
  expect(annotated(two, at(2, " "))).toEqual([at(9, "late")]);
  const kept = readLine({ annotations: [at(1, "x"), { x: 2 }, at(Number.NaN, "y"), null] });
  expect(kept.annotations).toEqual([at(1, "x")]);
});

it("marks stand on the axis they were made for; over time a run tells when it went on and what it said", () => {
  const annotations = [{ axis: "_step", x: 5, text: "here" }];
  const run = { created_at: 100, attempts: [{ started_at: 100 }, { started_at: 160 }] } as unknown as Run;
  const alerts = [{ at: 130, title: "loss is NaN" }];
  const resumed = (n: number) => `attempt ${n}`;
  const over = (x: string) =>
    marksOf({ x, annotations, run: x === "_step" ? undefined : run, alerts, resumed }).map(({ x: at, text }) => [
      at,
      text,
    ]);
  expect(over("_step")).toEqual([[5, "here"]]);
  expect(over("_runtime")).toEqual([
    [60, "attempt 2"],
    [30, "loss is NaN"],
  ]);
  expect(over("_time")).toEqual([
    [160, "attempt 2"],
    [130, "loss is NaN"],
  ]);
});

it("vectors have what the screen has: what was inherited dashed, marks, gaps and what is no number", () => {
  const fork = { ...runs[0]!, parent: { run: "9", step: 1 } } as Run;
  const odd = { ...curve("1", "loss", [1, 2, Number.NaN, 3]), nan: Int32Array.of(0, 0, 1, 0) };
  const drawing = draw(sources({ runs: [fork], byKey: new Map([["loss", [odd]]]) }), options);
  const marks = [{ x: 1, text: "<here>", colour: "--accent" }];
  const axes = { xKind: "step", logX: false, logY: false, xTitle: "", yTitle: "", marks } as const;
  const svg = toSvg("loss", drawing, axes, () => "#123456", { width: 500, height: 300 });
  expect(svg).toContain('viewBox="0 0 500 318"');
  expect(svg.match(/clip-path="url\(#fork0[ab]\)"/g)).toHaveLength(2);
  expect(svg).toContain("&lt;here&gt;");
  expect(svg).toContain("<circle"); // the point that stands alone after the gap
  expect(svg.match(/Z" fill="#123456"/g)).toHaveLength(1); // ▽
  expect(svg).not.toContain("NaN");
});

it("several metrics leave with their names beside the values", () => {
  const wanted = [
    { name: "loss", formula: null },
    { name: "val", formula: null },
  ];
  const [head, first] = toCsv("both", "_step", draw(sources({ wanted }), options)).split("\n");
  expect(head).toBe("run,name,metric,_step,_step_last,value,value_min,value_max,points,nan,smoothed,runs");
  expect(first).toBe("1,run-1 · loss,loss,0,0,1,1,1,1,0,,");
});
