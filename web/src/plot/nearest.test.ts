import { expect, test } from "vitest";
import { lowerBound, nearest, nearestFinite } from "./nearest";

const x = Float64Array.from([0, 10, 20, 40]);

test("the nearest point is found between and beyond points, and of two equally near the first", () => {
  expect([-5, 0, 4, 5, 6, 29, 31, 99].map((at) => nearest(x, at))).toEqual([0, 0, 0, 0, 1, 2, 3, 3]);
});

test("where there is nothing, nothing is near", () => {
  expect(nearest(new Float64Array(), 3)).toBe(-1);
  expect(nearest(x, Number.NaN)).toBe(-1);
});

test("a gap is stepped over to the nearest number within reach", () => {
  const y = Float64Array.from([1, Number.NaN, Number.NaN, 4]);
  expect(nearestFinite(x, y, 10, 15)).toBe(0);
  expect(nearestFinite(x, y, 20, 5)).toBe(-1);
  expect(nearestFinite(x, y, 20, 25)).toBe(3);
});

test("the lower bound is the first that is not below", () => {
  expect([-1, 0, 1, 20, 41].map((at) => lowerBound(x, at))).toEqual([0, 0, 1, 2, 4]);
});
