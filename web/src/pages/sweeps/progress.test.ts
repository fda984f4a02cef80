import { describe, expect, it } from "vitest";
import type { SweepParameter, SweepRun } from "@/api/types";
import { bestSoFar, frontLine, importance, rankCorrelation, ranks, valued } from "./progress";

const run = (
  id: string,
  value: number | null,
  params: Record<string, unknown> = {},
  created_at = Number(id),
): SweepRun => ({
  id,
  name: id,
  number: 0,
  colour: null,
  state: "finished",
  params,
  value,
  last: value,
  values: [],
  agent: "",
  stop_asked: false,
  created_at,
  updated_at: 0,
  finished_at: null,
});

const parameter = (name: string): SweepParameter => ({
  name,
  distribution: "uniform",
  searched: true,
  values: null,
  min: null,
  max: null,
  log: false,
});

describe("the best so far", () => {
  it("steps down whenever a run is better than all before it", () => {
    const { points, line } = bestSoFar(
      [run("2", 3), run("1", 5), run("3", 4), run("4", null), run("5", 1)],
      "minimize",
    );
    expect(points.map(({ x, y }) => [x, y])).toEqual([
      [1, 5],
      [2, 3],
      [3, 4],
      [4, 1],
    ]);
    expect(line).toEqual([
      [1, 5],
      [2, 5],
      [2, 3],
      [3, 3],
      [4, 3],
      [4, 1],
    ]);
  });

  it("steps up where more is better", () => {
    expect(bestSoFar([run("1", 1), run("2", 2)], "maximize").line.map(([, y]) => y)).toEqual([1, 1, 2]);
    expect(bestSoFar([], "maximize").points).toEqual([]);
  });

  it("is that of the chosen runs alone, where some are chosen", () => {
    const { points, line } = bestSoFar([run("1", 1), run("2", 5), run("3", 4)], "minimize", ({ id }) => id !== "1");
    expect(points).toHaveLength(3);
    expect(line).toEqual([
      [2, 5],
      [3, 5],
      [3, 4],
    ]);
  });
});

it("the front goes by steps from one point to the next", () => {
  const points: [number, number][] = [
    [2, 3],
    [1, 5],
    [4, 1],
  ];
  expect(frontLine(points, "minimize")).toEqual([
    [1, 5],
    [2, 5],
    [2, 3],
    [4, 3],
    [4, 1],
  ]);
});

it("the best run has the highest rank, one without a value has none", () => {
  const rank = ranks([run("1", 3), run("2", 1), run("3", 2), run("4", null)], "minimize");
  expect([...rank.entries()].toSorted()).toEqual([
    ["1", 0],
    ["2", 1],
    ["3", 0.5],
  ]);
  expect(valued([run("1", Number.NaN)])).toEqual([]);
});

describe("what matters", () => {
  it("is the parameter that the metric goes with, with the sign of the way", () => {
    const runs = [0, 1, 2, 3, 4, 5].map((n) =>
      run(String(n), 10 - n * n, { lr: n, noise: [3, 1, 4, 1, 5, 2][n], kind: n < 3 ? "a" : "b", same: 1 }),
    );
    const found = importance([parameter("noise"), parameter("lr"), parameter("kind"), parameter("same")], runs);
    expect(found.map((each) => each.name)).toEqual(["lr", "kind", "noise"]);
    expect(found[0]?.tie).toBeCloseTo(-1);
    expect(found[1]).toMatchObject({ ordered: false });
  });

  it("is not known of few runs", () => {
    expect(importance([parameter("lr")], [run("1", 1, { lr: 1 }), run("2", 2, { lr: 2 })])).toEqual([]);
  });

  it("counts order and not size; ties share a rank", () => {
    expect(rankCorrelation([1, 2, 3], [1, 10, 1000])).toBeCloseTo(1);
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
  });
});
