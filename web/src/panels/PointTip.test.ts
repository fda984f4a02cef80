import { expect, it } from "vitest";
import type { Line } from "@/plot/curve";
import { deltasOf, rowsOf } from "./PointTip";

const line = (owner: string, metric: string, y: number[]) =>
  ({ id: `${owner} ${metric}`, owner, metric, name: `Run ${owner}`, y: Float64Array.from(y) }) as unknown as Line;
const lines = [
  line("a", "loss", [1, 2]),
  line("b", "loss", [5, 4]),
  line("b", "acc", [9, 9]),
  line("a", "acc", [7, 8]),
];
const near = lines.map(({ id, owner }) => ({ id, owner, index: 1, distance: 0 }));

it("each line is measured against the baseline's line of the same metric", () => {
  expect([...deltasOf({ lines, near }, "a")!]).toEqual([
    ["b loss", 2],
    ["b acc", 1],
  ]);
  expect(deltasOf({ lines, near }, null)).toBeNull();
  expect(deltasOf({ lines, near }, "gone")).toBeNull();
});

it("a baseline that has no point here measures nothing", () => {
  expect(deltasOf({ lines, near: near.filter(({ owner }) => owner !== "a") }, "a")).toBeNull();
});

it("rows of a pinned tooltip are found by name, whatever the case", () => {
  const byId = new Map(lines.map((each) => [each.id, each]));
  expect(rowsOf(near, byId, " run B").map(({ owner }) => owner)).toEqual(["b", "b"]);
  expect(rowsOf(near, byId, "")).toBe(near);
});
