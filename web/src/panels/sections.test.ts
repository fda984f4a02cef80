import { expect, test } from "vitest";
import type { KeyInfo, MetricRule } from "@/api/types";
import { naturalX } from "./line/data";
import { matcher, regexProblem } from "./search";
import { columnsFor, sectionsOf } from "./sections";

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

test("keys become sections by what stands before the first slash, training first, those without and the machine last", () => {
  const { sections, matching, total } = sectionsOf(
    [key("zeta/a"), key("epoch"), key("val/acc"), key("train/lr10"), key("train/lr9"), key("train/loss"), key("_time")],
    [key("gpu.0.temp")],
    [],
    "",
  );
  expect(sections.map((s) => s.name)).toEqual(["train", "val", "zeta", "", "System"]);
  expect(sections[0]!.panels.map((p) => p.key)).toEqual(["train/loss", "train/lr9", "train/lr10"]);
  expect(sections.at(-1)!.shy).toBe(true);
  expect([matching, total]).toEqual([7, 7]);
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

test("the search leaves what matches and says of how many", () => {
  const found = sectionsOf([key("train/loss"), key("val/loss"), key("lr")], [], [], "LOSS");
  expect([found.matching, found.total]).toEqual([2, 3]);
  expect(found.sections[0]).toMatchObject({ name: "train", total: 1 });
});

test("images come after the curves of training, before other sections", () => {
  const image = { kind: "media", type: "image-file" } as const;
  const { sections } = sectionsOf(
    [key("optim/lr"), key("val/acc"), key("samples/wrong", image), key("epoch")],
    [],
    [],
    "",
  );
  expect(sections.map((s) => s.name)).toEqual(["val", "samples", "optim", ""]);
});

test("images have panels, text and hidden metrics have none", () => {
  const rules: MetricRule[] = [{ name: "debug/*", hidden: true }];
  const found = sectionsOf(
    [key("img", { kind: "media", type: "image-file" }), key("note", { kind: "text" }), key("debug/x")],
    [],
    rules,
    "",
  );
  expect(found.sections.flatMap((s) => s.panels)).toMatchObject([{ kind: "image", key: "img", stream: "history" }]);
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
