import { expect, it } from "vitest";
import { standsBack } from "@/panels/chosen";
import { stepped } from "./stepping";

it("arrows, Home and End go through the marks of a picture, Escape lets go, other keys do nothing", () => {
  expect(["ArrowRight", "ArrowDown", "Home", "End"].map((key) => stepped(key, -1, 3))).toEqual([0, 0, 0, 2]);
  expect([stepped("ArrowLeft", -1, 3), stepped("ArrowRight", 2, 3), stepped("ArrowUp", 0, 3)]).toEqual([2, 2, 0]);
  expect([stepped("Escape", 1, 3), stepped("Escape", -1, 3), stepped("x", 1, 3), stepped("End", 0, 0)]).toEqual([
    -1,
    null,
    null,
    null,
  ]);
});

it("runs stand back while others are picked, a group only where none of its runs is", () => {
  const chosen = { panel: "p", runs: new Set(["a"]) };
  expect(standsBack(null, [{ id: "b" }])).toBe(false);
  expect(standsBack(chosen, [{ id: "b" }])).toBe(true);
  expect(standsBack(chosen, [{ id: "b" }, { id: "a" }])).toBe(false);
});
