import { describe, expect, it } from "vitest";
import { finder, hitsIn, nextHit } from "./search";

describe("finding text in lines", () => {
  it("finds every place, letters of both cases alike", () => {
    expect(hitsIn("Fid fid FID", finder("fid", false))).toEqual([
      [0, 3],
      [4, 7],
      [8, 11],
    ]);
    expect(hitsIn("abc", finder("", false))).toEqual([]);
  });

  it("takes a text as it stands, and a pattern as one", () => {
    expect(hitsIn("a.b axb", finder("a.b", false))).toEqual([[0, 3]]);
    expect(hitsIn("a.b axb", finder("a.b", true))).toEqual([
      [0, 3],
      [4, 7],
    ]);
    expect(finder("(", true)).toBeNull();
    expect(hitsIn("aaa", finder("x*", true))).toEqual([]);
  });

  it("goes around the end in both directions", () => {
    expect(nextHit([3, 8, 20], 8, 1)).toBe(2);
    expect(nextHit([3, 8, 20], 20, 1)).toBe(0);
    expect(nextHit([3, 8, 20], 3, -1)).toBe(2);
    expect(nextHit([], 3, 1)).toBe(-1);
  });
});
