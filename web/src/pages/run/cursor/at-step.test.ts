import { describe, expect, it } from "vitest";
import { changeTo, valueAtStep } from "./at-step";

describe("at a step", () => {
  const curve = {
    length: 3,
    xMin: Float64Array.of(0, 10, 20),
    mean: Float64Array.of(3, 2, 1),
    last: Float64Array.of(3, 2, 0.9),
  };

  it("stands the last value logged by then", () => {
    expect([-1, 0, 9, 10, 99].map((step) => valueAtStep(curve, step))).toEqual([null, 3, 3, 2, 0.9]);
  });

  it("a change has a sign, and is good or bad where the name tells", () => {
    expect(changeTo("val/loss", 2, 1)).toEqual({ text: "▼ 50 %", better: true });
    expect(changeTo("val/acc", 0.5, 0.51)).toEqual({ text: "▲ 2.0 %", better: true });
    expect(changeTo("val/fid", 9, 8)?.better).toBe(true);
    expect(changeTo("train/confidence", 0.5, 0.6)?.better).toBeNull();
    expect(changeTo("lr", 1, 2)?.better).toBeNull();
    expect(changeTo("loss", 1, 1)).toBeNull();
    expect(changeTo("loss", null, 1)).toBeNull();
  });
});
