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

/** Numbers that look random and are the same every time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

describe("groups of any curves", () => {
  const roll = dice(7);
  const curves = Array.from({ length: 9 }, (_, run) => {
    const n = 20 + Math.floor(roll() * 200);
    let at = run;
    const x = Float64Array.from({ length: n }, () => {
      at += 0.2 + roll() * 3;
      return at;
    });
    return { x, y: x.map(() => (roll() < 0.05 ? Number.NaN : roll() * 10 - 5)) };
  });

  it("lose no extreme, have it at the place nearest to it, and count no run that is not there", () => {
    const grid = gridOf(curves, 60);
    const found = gather(curves, grid, "mean", "minmax");
    for (const { x, y } of curves)
      x.forEach((at, i) => {
        if (!Number.isFinite(y[i]!)) return;
        const place = grid.reduce((best, g, k) => (Math.abs(g - at) < Math.abs(grid[best]! - at) ? k : best), 0);
        expect(found.low![place]!).toBeLessThanOrEqual(y[i]!);
        expect(found.high![place]!).toBeGreaterThanOrEqual(y[i]!);
      });
    const all = curves.flatMap(({ y }) => [...y].filter(Number.isFinite));
    expect(Math.min(...[...found.low!].filter(Number.isFinite))).toBe(Math.min(...all));
    expect(Math.max(...[...found.high!].filter(Number.isFinite))).toBe(Math.max(...all));
    const step = grid[1]! - grid[0]!;
    found.runs.forEach((n, k) => {
      const near = curves.filter(({ x }) => x[0]! <= grid[k]! + step && x.at(-1)! >= grid[k]! - step).length;
      expect(n).toBeLessThanOrEqual(near);
    });
    expect(found.exact).toBe(false);
  });

  it("are, where all log at the same places, what one reckons by hand, and say that they are exact", () => {
    const x = Float64Array.from({ length: 50 }, (_, i) => i * 3);
    const runs = Array.from({ length: 6 }, (_, run) => ({
      x: x.slice(0, run === 5 ? 30 : 50),
      y: Float64Array.from({ length: run === 5 ? 30 : 50 }, () => roll() * 4),
    }));
    const found = gather(runs, gridOf(runs, 100), "median", "std");
    expect(found.exact).toBe(true);
    found.x.forEach((_, i) => {
      const values = runs.flatMap(({ y }) => (i < y.length ? [y[i]!] : [])).sort((a, b) => a - b);
      const n = values.length;
      const mean = values.reduce((a, b) => a + b, 0) / n;
      const half = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1));
      const median = n % 2 ? values[n >> 1]! : (values[n / 2 - 1]! + values[n / 2]!) / 2;
      expect(found.runs[i]).toBe(n);
      expect(found.y[i]).toBeCloseTo(median, 12);
      expect(found.high![i]! - found.y[i]!).toBeCloseTo(half, 12);
    });
  });

  it("of buckets keep the extremes in them, count each bucket by its points, and do not say that they are exact", () => {
    const bucketed = {
      x: f(0, 1, 10),
      y: f(1, 4, 5),
      low: f(-7, 3, 4),
      high: f(2, 9, 6),
      count: Int32Array.of(30, 10, 1),
    };
    const found = gather([bucketed], f(0.5, 10), "mean", "minmax");
    expect([...found.y]).toEqual([(30 * 1 + 10 * 4) / 40, 5]);
    expect([...found.low!]).toEqual([-7, 4]);
    expect([...found.high!]).toEqual([9, 6]);
    expect(found.exact).toBe(false);
    expect([...gather([bucketed], f(0.5, 10), "max", "none").y]).toEqual([9, 6]);
  });
});
