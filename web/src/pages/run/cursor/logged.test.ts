import { describe, expect, it } from "vitest";
import type { KeyInfo } from "@/api/types";
import { nearestOf, neighbour, sparseKeys } from "./logged";

describe("going from one logged step to the next", () => {
  const steps = [0, 100, 200, 1000];

  it("goes to the next and the one before, and stops at the ends", () => {
    expect([0, 50, 100, 1000].map((step) => neighbour(steps, step, 1))).toEqual([100, 100, 200, null]);
    expect([0, 50, 100, 5000].map((step) => neighbour(steps, step, -1))).toEqual([null, 0, 0, 1000]);
  });

  it("snaps to the nearest", () => {
    expect([-5, 49, 51, 600, 601, 9999].map((step) => nearestOf(steps, step))).toEqual([0, 0, 100, 200, 1000, 1000]);
    expect(nearestOf([], 7)).toBe(7);
  });

  it("offers media, and numbers that come seldom", () => {
    const key = (name: string, kind: KeyInfo["kind"], points: number) =>
      ({ key: name, kind, points, hidden: false }) as KeyInfo;
    const keys = [
      key("samples", "media", 6),
      key("val/fid", "number", 50),
      key("loss", "number", 6000),
      key("_step", "number", 9),
    ];
    expect(sparseKeys(keys, 6000).map((each) => each.key)).toEqual(["samples", "val/fid"]);
    expect(sparseKeys([key("once", "media", 1)], 10)).toEqual([]);
  });
});
