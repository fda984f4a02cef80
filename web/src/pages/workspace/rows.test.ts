import { expect, it } from "vitest";
import type { Run } from "@/api/types";
import { groupsOf } from "@/state/groups";
import { groupCell, listRows } from "./rows";

const run = (id: string, config: Record<string, unknown>) => ({ id, config, summary: {}, tags: [] }) as unknown as Run;
const runs = [run("1", { a: "x", lr: 1 }), run("2", { a: "y", lr: 2 }), run("3", { a: "x", lr: 4 })];

it("a list without groups is its runs, each at its place", () => {
  expect(listRows(runs, null, new Set()).map((row) => [row.id, row.depth])).toEqual([
    ["1", 0],
    ["2", 0],
    ["3", 0],
  ]);
});

it("runs stand under their groups, and keep the place that decides whether they are shown", () => {
  const groups = groupsOf(runs, ["config.a"]);
  const rows = listRows(runs, groups, new Set([groups[1]!.id]));
  expect(rows.map((row) => (row.kind === "run" ? `${row.id}@${row.place}` : row.group.name))).toEqual([
    "x",
    "1@0",
    "3@2",
    "y",
  ]);
});

it("groups nest one deeper each", () => {
  const rows = listRows(runs, groupsOf(runs, ["config.a", "config.lr"]), new Set());
  expect(rows.slice(0, 3).map((row) => [row.kind, row.depth])).toEqual([
    ["group", 0],
    ["group", 1],
    ["run", 2],
  ]);
});

it("a group says the mean of its numbers, or what all of its runs share", () => {
  const numbers = groupCell(runs, "config.lr") as { mean: number; deviation: number };
  expect(numbers.mean).toBeCloseTo(7 / 3, 12);
  expect(numbers.deviation).toBeCloseTo(1.527525, 6);
  expect(groupCell([runs[0]!, runs[2]!], "config.a")).toEqual({ value: "x" });
  expect(groupCell(runs, "config.a")).toBeNull();
  expect(groupCell(runs, "config.none")).toBeNull();
});
