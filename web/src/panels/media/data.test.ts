import { expect, test } from "vitest";
import { stepAt } from "./data";

test("what is shown follows the cursor: the last step by then, the first before any, the latest without one", () => {
  const steps = [10, 20, 30];
  expect([null, 0, 10, 29, 99].map((cursor) => stepAt(steps, cursor))).toEqual([30, 10, 10, 20, 30]);
  expect(stepAt([], 5)).toBeUndefined();
});
