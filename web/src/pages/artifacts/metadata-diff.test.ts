import { expect, it } from "vitest";
import { differences } from "./metadata-diff";

it("two trees differ where their values do, by dotted path", () => {
  expect(differences({ a: 1, b: { c: [1], d: 2 }, gone: 0 }, { a: 1, b: { c: [1, 2], d: 2 }, fresh: null })).toEqual([
    { path: "b.c", before: [1], after: [1, 2] },
    { path: "fresh", before: undefined, after: null },
    { path: "gone", before: 0, after: undefined },
  ]);
  expect(differences({ a: { b: 1 } }, { a: 1 })).toEqual([{ path: "a", before: { b: 1 }, after: 1 }]);
  expect(differences({}, {})).toEqual([]);
});
