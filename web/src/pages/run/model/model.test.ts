import { describe, expect, it } from "vitest";
import { decades, rmsOf, spread, troubleOf } from "./flow";

describe("how large gradients are", () => {
  it("comes from the middles of the bins", () => {
    expect(rmsOf({ edges: [-2, 0, 2], counts: [5, 5] })).toBe(1);
    expect(rmsOf({ edges: [0, 1], counts: [0] })).toBeNaN();
  });

  it("tells of layers that learn nothing beside the others, and of those that burst", () => {
    const row = (name: string, ...values: number[]) => ({ name, values });
    const rows = [row("a", 1, 1), row("b", 1, 0.9), row("c", 1, 1e-9), row("d", 1, 1, 1, 1e5)];
    expect(troubleOf(rows)).toEqual({ vanishing: ["c"], exploding: ["d"] });
    expect(troubleOf([])).toEqual({ vanishing: [], exploding: [] });
    expect(decades(rows)).toEqual([-4, 4]);
    expect(decades([row("a", 0, Number.NaN)])).toBeNull();
  });

  it("is looked at over all of the run", () => {
    expect(spread([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(
      spread(
        Array.from({ length: 101 }, (_, i) => i),
        5,
      ),
    ).toEqual([0, 25, 50, 75, 100]);
  });
});
