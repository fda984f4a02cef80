import { describe, expect, it } from "vitest";
import { axisOf, isChosen, runPath } from "./parallel";

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
