import { expect, test } from "vitest";
import { stepAt, stepsUpTo, strided, tileWidth } from "./data";

test("what is shown follows the cursor: the last step by then, the first before any, the latest without one", () => {
  const steps = [10, 20, 30];
  expect([null, 0, 10, 29, 99].map((cursor) => stepAt(steps, cursor))).toEqual([30, 10, 10, 20, 30]);
  expect(stepAt([], 5)).toBeUndefined();
});

test("a stride leaves the last step and every so many before it", () => {
  expect(strided([0, 10, 20, 30, 40], 2)).toEqual([0, 20, 40]);
  expect(strided([0, 10, 20, 30], 3)).toEqual([0, 30]);
});

test("steps beside one another end with the one looked at, and are as many as there is room for", () => {
  expect(stepsUpTo([0, 10, 20, 30], 3, 2)).toEqual([20, 30]);
  expect(stepsUpTo([0, 10, 20, 30], 0, 3)).toEqual([0, 10, 20]);
});

test("pictures are as large as they can be without scrolling, and never too small to be seen", () => {
  expect(tileWidth(1, 1, 300, 300, 0)).toBe(300);
  expect(tileWidth(4, 1, 300, 310, 0)).toBe(148);
  expect(tileWidth(1, 2, 300, 100, 20)).toBe(160);
  expect(tileWidth(900, 1, 300, 200, 0)).toBe(40);
});
