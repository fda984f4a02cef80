import { expect, it } from "vitest";
import { pairs } from "./DiffView";
import { linesOf } from "./diff";
import { loosened } from "./loosen";
import { placesBy } from "./order";

it("two texts differ by lines, and long stretches that are the same are left out", () => {
  const same = Array.from({ length: 20 }, (_, at) => `line ${at}`);
  const before = [...same, "old", "end"].join("\n");
  const after = [...same, "new", "and more", "end"].join("\n");
  const lines = linesOf(before, after)!;
  expect(lines[0]).toEqual({ kind: "gap", before: null, after: null, text: "17" });
  expect(lines.map((line) => line.kind)).toEqual(["gap", "same", "same", "same", "removed", "added", "added", "same"]);
  expect(lines.at(-1)).toEqual({ kind: "same", before: 22, after: 23, text: "end" });
  expect(linesOf("x", "x")).toBeNull();
});

it("side by side, what went stands beside what came", () => {
  const found = pairs(linesOf("a\nb\nc\n", "a\nB\nC\nD\n")!);
  expect(found.map(({ left, right }) => [left?.text ?? null, right?.text ?? null])).toEqual([
    ["a", "a"],
    ["b", "B"],
    ["c", "C"],
    [null, "D"],
  ]);
});

it("printed lines are alike but for times and numbers", () => {
  expect(loosened("12:01:05 step 100 loss 0.31 (3.2 it/s)")).toBe(loosened("13:44:59 step 7 loss 1.5e-3 (41 it/s)"));
  expect(loosened("saved to ckpt-12.pt")).not.toBe(loosened("loaded from ckpt-12.pt"));
});

it("lines that are alike are taken for the same, and shown as each said them", () => {
  const lines = linesOf("step 1 loss 0.5\nsaved\n", "step 1 loss 0.4\nsaved\nwarning\n", loosened)!;
  expect(lines).toEqual([
    { kind: "same", before: 1, after: 1, text: "step 1 loss 0.4", was: "step 1 loss 0.5" },
    { kind: "same", before: 2, after: 2, text: "saved" },
    { kind: "added", before: null, after: 3, text: "warning" },
  ]);
  expect(linesOf("step 1", "step 2", loosened)).toBeNull();
});

it("runs stand in the order of a row: numbers by size, then words, then those that have none", () => {
  expect(placesBy([3, undefined, 1, "b", 2], false)).toEqual([2, 4, 0, 3, 1]);
  expect(placesBy([3, undefined, 1, "b", 2], true)).toEqual([0, 4, 2, 3, 1]);
});
