import { describe, expect, it } from "vitest";
import { gather, gridOf, onGrid, quantile } from "./gather";

const f = (...values: number[]) => Float64Array.from(values);

describe("the grid of several curves", () => {
  it("is their places where they share most of them", () => {
    expect([
      ...gridOf(
        [
          { x: f(0, 1, 2), y: f(0, 0, 0) },
          { x: f(0, 1, 2, 3), y: f(0, 0, 0, 0) },
        ],
        100,
      ),
    ]).toEqual([0, 1, 2, 3]);
  });

  it("is as dense as a usual curve where they do not, and reaches from the first place to the last", () => {
    const grid = gridOf(
      [
        { x: f(0, 10, 20), y: f(0, 0, 0) },
        { x: f(1, 11, 21), y: f(0, 0, 0) },
        { x: f(2, 12, 30), y: f(0, 0, 0) },
      ],
      100,
    );
    expect([...grid]).toEqual([0, 15, 30]);
    expect(gridOf([], 10)).toHaveLength(0);
  });
});

describe("a group of curves", () => {
  const a = { x: f(0, 2, 4), y: f(0, 2, 4) };
  const b = { x: f(0, 2), y: f(10, 12) };

  it("takes a curve as straight between its points, and as not there outside of them", () => {
    expect([...onGrid(a, f(-1, 0, 1, 4, 5))]).toEqual([Number.NaN, 0, 1, 4, Number.NaN]);
    expect([...onGrid({ x: f(0, 1, 2), y: f(0, Number.NaN, 2) }, f(0, 0.5, 2))]).toEqual([0, Number.NaN, 2]);
  });

  it("counts the runs there are at each place: one that has ended is not dragged along", () => {
    const found = gather([a, b], f(0, 2, 4), "mean", "minmax");
    expect([...found.y]).toEqual([5, 7, 4]);
    expect([...found.runs]).toEqual([2, 2, 1]);
    expect([...found.low!]).toEqual([0, 2, 4]);
    expect([...found.high!]).toEqual([10, 12, 4]);
  });

  it("has the statistics of a straightforward reckoning", () => {
    const curves = [1, 2, 4, 9].map((y) => ({ x: f(0), y: f(y) }));
    const at = (centre: "mean" | "median" | "min" | "max", band: "std" | "stderr" | "quartiles" | "none") => {
      const found = gather(curves, f(0), centre, band);
      return [found.y[0], found.low?.[0], found.high?.[0]].map((v) => (v === undefined ? null : Number(v.toFixed(4))));
    };
    // of 1, 2, 4, 9: mean 4, deviation 3.5590, error 1.7795, quartiles 1.75 and 5.25
    expect(at("mean", "std")).toEqual([4, 0.441, 7.559]);
    expect(at("mean", "stderr")).toEqual([4, 2.2205, 5.7795]);
    expect(at("median", "quartiles")).toEqual([3, 1.75, 5.25]);
    expect(at("min", "none")).toEqual([1, null, null]);
    expect(at("max", "none")).toEqual([9, null, null]);
    expect(quantile(f(1, 2, 4, 9), 0.5)).toBe(3);
  });

  it("leaves out what is no finite number", () => {
    const found = gather(
      [a, { x: f(0, 2, 4), y: f(Number.NaN, Number.POSITIVE_INFINITY, 1) }],
      f(0, 2, 4),
      "mean",
      "std",
    );
    expect([...found.runs]).toEqual([1, 1, 2]);
    expect(found.y[0]).toBe(0);
    expect(found.low![0]).toBe(0);
  });
});
