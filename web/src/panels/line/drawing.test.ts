import { expect, it } from "vitest";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { groupsOf } from "@/state/groups";
import { PLAIN_SETTINGS } from "@/state/settings";
import { runToken } from "@/theme/colours";
import { keysOf, PLAIN_LINE, readLine, titleOf } from "./config";
import { draw, type Sources } from "./data";
import { toCsv } from "./export";
import { parseFormula } from "./expression";
import { toSvg } from "./svg";

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
