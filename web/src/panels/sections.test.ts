import { expect, test } from "vitest";
import type { KeyInfo, MetricRule } from "@/api/types";
import {
  addPanel,
  addSection,
  changePanel,
  changeSection,
  type Layout,
  movePanel,
  moveSection,
  type PanelDef,
  PLAIN_LAYOUT,
  removePanels,
  removeSection,
} from "@/state/layout";
import { naturalX } from "./line/data";
import { matcher, regexProblem } from "./search";
import {
  arranged,
  automatic,
  columnsFor,
  flatPanels,
  flatSections,
  keyOf,
  neighboursOf,
  roadTo,
  type Section,
  searched,
} from "./sections";

const key = (name: string, part: Partial<KeyInfo> = {}): KeyInfo => ({
  key: name,
  kind: "number",
  type: "",
  points: 1,
  runs: 1,
  first_step: 0,
  last_step: 1,
  last: 0,
  min: 0,
  max: 0,
  mean: 0,
  step_metric: null,
  hidden: false,
  ...part,
});

function board(
  history: KeyInfo[],
  layout: Layout = PLAIN_LAYOUT,
  { system = [], rules = [], search = "" }: { system?: KeyInfo[]; rules?: MetricRule[]; search?: string } = {},
) {
  return searched(arranged(automatic(history, system, rules), layout), search);
}

const names = (sections: readonly Section[]) => sections.map((section) => section.name);
const ids = (section: Section | undefined) => section?.panels.map((panel) => panel.id);
const added: PanelDef = {
  id: "panel-aaaaaaaa",
  kind: "bar",
  title: "Best",
  config: { keys: ["summary.val/acc"] },
  size: { columns: 1, rows: 1 },
  settings: {},
};

test("keys become sections by what stands before the first slash, training first, those without and the machine last", () => {
  const { sections, matching, total } = board(
    [key("zeta/a"), key("epoch"), key("val/acc"), key("train/lr10"), key("train/lr9"), key("train/loss"), key("_time")],
    PLAIN_LAYOUT,
    { system: [key("gpu.0.temp")] },
  );
  expect(names(sections)).toEqual(["train", "val", "zeta", "", "System"]);
  expect(ids(sections[0])).toEqual(["train/loss", "train/lr9", "train/lr10"]);
  expect(sections.at(-1)!.shy).toBe(true);
  expect([matching, total]).toEqual([7, 7]);
});

test("sections nest where a prefix has several that hold several panels each, and not otherwise", () => {
  const layers = ["0", "1"].flatMap((n) => [key(`train/layers/${n}/w`), key(`train/layers/${n}/b`)]);
  const { sections } = board([key("train/loss"), ...layers, key("val/a/acc"), key("val/b/acc"), key("val/acc")]);
  expect(names(sections)).toEqual(["train", "val"]);
  expect(ids(sections[0])).toEqual(["train/loss"]);
  const [within] = sections[0]!.inner;
  expect([within!.name, within!.title]).toEqual(["train/layers", "layers"]);
  expect(within!.inner.map((each) => each.title)).toEqual(["0", "1"]);
  expect([sections[0]!.count, within!.count, sections[1]!.inner.length, sections[1]!.count]).toEqual([5, 4, 0, 3]);
});

test("a prefix that holds nothing but sections is passed over", () => {
  const { sections } = board(["0", "1"].flatMap((n) => [key(`grad/layers/${n}/w`), key(`grad/layers/${n}/b`)]));
  expect(names(sections)).toEqual(["grad/layers"]);
  expect(names(sections[0]!.inner)).toEqual(["grad/layers/0", "grad/layers/1"]);
});

test("every key has one panel, wherever a person put things", () => {
  const keys = ["train/loss", "train/acc", "val/loss", "lr", "a/b/c", "a/b/d", "a/e/f", "a/e/g"];
  const natural = board(keys.map((each) => key(each)));
  const layouts = [
    PLAIN_LAYOUT,
    movePanel(PLAIN_LAYOUT, "lr", "train", ["train/acc", "train/loss"], 1),
    movePanel(PLAIN_LAYOUT, "a/b/c", "elsewhere", [], 0),
    moveSection(PLAIN_LAYOUT, "val", names(natural.sections), 0),
    changeSection(PLAIN_LAYOUT, "a", { sort: "reverse", title: "Letters" }),
  ];
  for (const layout of layouts) {
    const { sections } = board(
      keys.map((each) => key(each)),
      layout,
    );
    expect(
      flatPanels(sections)
        .map((panel) => panel.id)
        .sort(),
    ).toEqual([...keys].sort());
  }
});

test("what was moved stands where it was put, and what is logged later stands where it stands by itself", () => {
  const keys = [key("train/acc"), key("train/loss"), key("train/zz")];
  const layout = movePanel(PLAIN_LAYOUT, "train/zz", "train", ["train/acc", "train/loss", "train/zz"], 0);
  expect(ids(board(keys, layout).sections[0])).toEqual(["train/zz", "train/acc", "train/loss"]);
  const later = board([...keys, key("train/aux_loss")], layout);
  expect(ids(later.sections[0])!.slice(0, 2)).not.toContain("train/aux_loss");
  expect(ids(later.sections[0])).toContain("train/aux_loss");
});

test("an added panel, a changed one and a removed one", () => {
  const keys = [key("train/acc"), key("train/loss")];
  let layout = addPanel(PLAIN_LAYOUT, added, "train", ["train/loss", "train/acc"]);
  const [loss] = board(keys).sections[0]!.panels;
  layout = changePanel(layout, loss!, { title: "The loss" });
  layout = removePanels(layout, ["train/acc"]);
  const [train] = board(keys, layout).sections;
  expect(train!.panels.map((panel) => [panel.id, panel.title])).toEqual([
    [added.id, "Best"],
    ["train/loss", "The loss"],
  ]);
  expect(names(board([key("val/x")], layout).sections)).toContain("train");
});

test("a section that was added stands empty, one that was taken away stays away", () => {
  const keys = [key("train/loss"), key("val/loss")];
  const withNew = addSection(PLAIN_LAYOUT, "Mine", ["train", "val"]);
  expect(names(board(keys, withNew).sections)).toEqual(["Mine", "train", "val"]);
  expect(names(board(keys, withNew, { search: "loss" }).sections)).toEqual(["train", "val"]);
  const without = removeSection(PLAIN_LAYOUT, "val", ["val/loss"]);
  expect(names(board([...keys, key("val/new")], without).sections)).toEqual(["train"]);
  expect(names(board(keys, removeSection(withNew, "Mine", [])).sections)).toEqual(["train", "val"]);
});

test("the road to a panel leads through the sections around it", () => {
  const { sections } = board(["0", "1"].flatMap((n) => [key(`m/${n}/a/w`), key(`m/${n}/b`)]).concat(key("m/top")));
  expect(names(roadTo(sections, "m/1/b"))).toEqual(["m", "m/1"]);
  expect(names(neighboursOf(sections, "m/1"))).toEqual(["m/0", "m/1"]);
  expect(roadTo(sections, "nowhere")).toEqual([]);
});

test("a row has as many panels as fit, or fewer where that leaves fewer holes", () => {
  const of = (...counts: number[]) => counts.map((n) => ({ shy: false, panels: Array(n).fill(null) }));
  expect(columnsFor(of(3, 3), 4)).toBe(3);
  expect(columnsFor(of(3, 3, 10, 2), 4)).toBe(3);
  expect(columnsFor(of(8, 4), 4)).toBe(4);
  expect(columnsFor(of(1), 4)).toBe(2);
  expect(columnsFor(of(9), 1)).toBe(1);
  expect(columnsFor([], 4)).toBe(4);
});

test("the search leaves what matches, by key or by title, and says of how many", () => {
  const found = board([key("train/loss"), key("val/loss"), key("lr")], PLAIN_LAYOUT, { search: "LOSS" });
  expect([found.matching, found.total]).toEqual([2, 3]);
  expect(found.sections[0]).toMatchObject({ name: "train", total: 1 });
  const titled = addPanel(PLAIN_LAYOUT, added, "", ["lr"]);
  expect(board([key("lr")], titled, { search: "^best" }).matching).toBe(1);
});

test("a loss without a prefix comes before what the model's layers do, which is folded", () => {
  const histogram = { kind: "media", type: "histogram" } as const;
  const keys = [key("zeta/a"), key("loss"), key("gradients/0.weight", histogram), key("weights/0", histogram)];
  const { sections } = board(keys);
  expect(names(sections)).toEqual(["", "weights", "zeta", "gradients"]);
  expect(sections.map((section) => section.shy)).toEqual([false, false, false, true]);
});

test("images come after the curves of training, before other sections", () => {
  const image = { kind: "media", type: "image-file" } as const;
  const { sections } = board([key("optim/lr"), key("val/acc"), key("samples/wrong", image), key("epoch")]);
  expect(names(sections)).toEqual(["val", "samples", "optim", ""]);
});

test("images have panels, text and hidden metrics have none", () => {
  const rules: MetricRule[] = [{ name: "debug/*", hidden: true }];
  const found = board(
    [key("img", { kind: "media", type: "image-file" }), key("note", { kind: "text" }), key("debug/x")],
    PLAIN_LAYOUT,
    { rules },
  );
  const panels = flatPanels(found.sections);
  expect(panels).toMatchObject([{ kind: "image", id: "img", config: { key: "img" } }]);
  expect(panels.map(keyOf)).toEqual(["img"]);
});

test("a machine metric with the name of a logged one has a panel of its own", () => {
  const { sections } = board([key("cpu")], PLAIN_LAYOUT, { system: [key("cpu")] });
  expect(flatPanels(sections).map((panel) => panel.id)).toEqual(["cpu", "System:cpu"]);
});

test("ten thousand keys are arranged, each once, and searched", () => {
  const keys = Array.from({ length: 10_000 }, (_, n) => key(`part${n % 40}/layer${n % 25}/metric${n}`));
  const all = arranged(automatic(keys, [], []), PLAIN_LAYOUT);
  expect(new Set(flatPanels(all).map((panel) => panel.id)).size).toBe(10_000);
  expect(flatSections(all).length).toBeGreaterThan(40);
  expect(searched(all, "metric99..$").matching).toBe(100);
});

test("a metric is drawn over the step metric it was defined with", () => {
  const rules: MetricRule[] = [{ name: "val/*", step_metric: "epoch" }];
  expect(naturalX({ key: "val/acc", stream: "history" }, rules)).toBe("epoch");
  expect(naturalX({ key: "train/acc", stream: "history" }, rules)).toBe("_step");
  expect(naturalX({ key: "train/acc", stream: "history", stepMetric: "tokens" }, rules)).toBe("tokens");
  expect(naturalX({ key: "gpu", stream: "system" }, rules)).toBe("_runtime");
});

test("a half-typed expression is searched as text and explained", () => {
  expect(regexProblem("a(")).toContain("nterminated");
  expect(matcher("a(")("xA(b")).toBe(true);
  expect(regexProblem("^a.b$")).toBeNull();
});
