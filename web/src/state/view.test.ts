import { expect, test } from "vitest";
import {
  type ChartView,
  isShown,
  PLAIN_CHARTS,
  PLAIN_RUNS,
  type RunView,
  readCharts,
  readList,
  readRuns,
  writeCharts,
  writeList,
  writeRuns,
} from "./view";

const plain = (params: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));

test("what stands by itself leaves the address empty", () => {
  expect(plain(writeCharts(PLAIN_CHARTS))).toEqual({});
  expect(plain(writeRuns(PLAIN_RUNS))).toEqual({});
  expect(readCharts({})).toEqual(PLAIN_CHARTS);
  expect(readRuns({})).toEqual(PLAIN_RUNS);
});

test("a view of charts comes back from its address", () => {
  const view: ChartView = {
    metrics: "train|val",
    x: "epoch",
    smoothing: { kind: "gauss", amount: 2.5 },
    columns: 4,
    logY: true,
    logX: true,
    raw: false,
    envelope: false,
    centre: "median",
    band: "stderr",
    legend: "table",
    most: 20,
    outliers: true,
    syncZoom: true,
    zooms: { "train/loss": { x: [10, 200.5], y: null }, "a~b": { x: null, y: [-1e-7, 3] } },
    panel: "val/acc",
    folded: ["-", "System"],
  };
  expect(readCharts(plain(writeCharts(view)))).toEqual(view);
});

test("a view of runs comes back from its address", () => {
  const view: RunView = {
    search: "^dit",
    filters: ["config.lr < 0.1", 'tags contains "a,b"'],
    sort: { field: "summary.val/loss:x", descending: false },
    columns: [],
    visibility: { rule: "none", flipped: ["r1", "r2"] },
    group: ["config.model.arch", "config.lr"],
    colour: "summary.val/loss",
    baseline: "abc",
    pinned: ["r3"],
  };
  expect(readRuns(plain(writeRuns(view)))).toEqual(view);
});

test("nonsense in the address is taken as not there", () => {
  const odd = { s: "magic:7", c: "99", z: "x~9..3~,~~,k~a..b~1..2", sort: "", v: "what,r1" };
  expect(readCharts(odd)).toMatchObject({
    smoothing: { amount: 0 },
    columns: 6,
    zooms: { "k~a..b": { x: [1, 2], y: null } },
  });
  expect(readRuns(odd).visibility).toEqual({ rule: "first", flipped: ["r1"] });
});

test("lists keep commas and backslashes within names", () => {
  for (const list of [["a"], ["a,b", "c"], ["\\", "\\,"]]) expect(readList(writeList(list))).toEqual(list);
});

test("the first ten are shown until someone says otherwise", () => {
  const { visibility } = PLAIN_RUNS;
  expect([0, 9, 10].map((place) => isShown(visibility, "r", place))).toEqual([true, true, false]);
  expect(isShown({ rule: "none", flipped: ["r"] }, "r", 50)).toBe(true);
  expect(isShown({ rule: "all", flipped: ["r"] }, "r", 0)).toBe(false);
});
