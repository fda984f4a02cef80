import { describe, expect, it } from "vitest";
import { axisOf, isChosen, moved, runPath } from "./parallel";

const at = (values: unknown[], log = false) => axisOf({ id: "a", label: "a", log }, values);

describe("an axis", () => {
  it("places numbers by size, and by order of magnitude where asked", () => {
    const linear = at([0, 10, null]);
    expect(linear.place(5)).toBeCloseTo(0.5);
    expect(linear.place(null)).toBeNull();
    expect(linear.place("x")).toBeNull();
    const log = at([0.001, 0.1], true);
    expect(log.place(0.01)).toBeCloseTo(0.5);
    expect(log.place(0)).toBeNull();
    expect(at([0, 1], true).place(0.5)).toBeCloseTo(0.5);
  });

  it("places names evenly, numbers among them as people count", () => {
    const names = at(["relu", "gelu", true]);
    expect(names.ticks.map((tick) => tick.text)).toEqual(["gelu", "relu", "true"]);
    expect(names.place("relu")).toBeCloseTo(0.5);
    expect(names.place("new")).toBeNull();
    expect(at([7, 7]).place(7)).toBeCloseTo(0.5);
    expect(at([]).ticks).toEqual([]);
  });
});

it("an axis is marked at its values where they are few, else at round numbers, and can be turned round", () => {
  const texts = (values: unknown[], more = {}) =>
    axisOf({ id: "a", label: "a", ...more }, values).ticks.map((tick) => tick.text);
  expect(texts([16, 64, 32, 64])).toEqual(["16", "32", "64"]);
  expect(texts(Array.from({ length: 50 }, (_, at) => 0.203 + at * 0.0074))).toEqual([
    "0.25",
    "0.3",
    "0.35",
    "0.4",
    "0.45",
    "0.5",
    "0.55",
  ]);
  const turned = axisOf({ id: "a", label: "a", inverted: true }, [0, 10]);
  expect(turned.place(0)).toBeCloseTo(0.96);
  expect(turned.ticks[0]!.at).toBeCloseTo(0.96);
});

it("the keyboard takes half of an axis, moves it, stretches it, and lets it go", () => {
  expect(moved(null, "ArrowUp", false)).toEqual([0.5, 1]);
  expect(moved([0.5, 1], "ArrowUp", false)).toEqual([0.5, 1]);
  expect(moved([0.5, 0.8], "ArrowDown", false)).toEqual([0.45, 0.75].map((each) => expect.closeTo(each)));
  expect(moved([0.5, 0.8], "ArrowDown", true)).toEqual([0.5, expect.closeTo(0.75)]);
  expect(moved([0.5, 1], "Delete", false)).toBeNull();
  expect(moved(null, "x", false)).toBeUndefined();
});

it("a run is chosen that lies within all spans; one without a value within none", () => {
  const axes = [axisOf({ id: "lr", label: "lr" }, [0, 10]), axisOf({ id: "loss", label: "loss" }, [0, 1])];
  const chosen = (values: Record<string, unknown>) => isChosen(axes, { lr: [0.4, 1] }, (id) => values[id]);
  expect([chosen({ lr: 9 }), chosen({ lr: 1 }), chosen({ loss: 1 })]).toEqual([true, false, false]);
});

it("a line leaves a gap where a run has no value", () => {
  const path = runPath(
    [0, null, 1, 0.5],
    (axis) => axis * 10,
    (share) => share,
  );
  expect(path.match(/M/g)).toHaveLength(2);
  expect(path.match(/C/g)).toHaveLength(1);
});
