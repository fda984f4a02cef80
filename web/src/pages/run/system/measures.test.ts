import { describe, expect, it } from "vitest";
import type { Curve } from "@/api/series";
import { systemCharts } from "./charts";
import { energyOf, idlingOf, meanOf, peakOf, sharedHigh, summaryAt, valueAt } from "./measures";

function curve(points: readonly [number, number][], counts?: number[]): Curve {
  const x = Float64Array.from(points, ([at]) => at);
  const y = Float64Array.from(points, ([, value]) => value);
  const n = points.length;
  return {
    ...{ run: "r", key: "k", raw: true, points: n, length: n, xMin: x, xMax: x, low: y, high: y, mean: y },
    ...{ first: y, last: y, stepFirst: x, stepLast: x, stepLow: x, stepHigh: x },
    count: Int32Array.from(counts ?? points.map(() => 1)),
    ...{ nan: new Int32Array(n), posInf: new Int32Array(n), negInf: new Int32Array(n) },
  };
}
const every = (seconds: number, values: number[]) => curve(values.map((value, i) => [i * seconds, value]));

describe("what the curves of a machine come to", () => {
  it("means weigh buckets by their samples, and peaks are the greatest of all", () => {
    const one = curve([[0, 10], [1, 40]], [3, 1]); // biome-ignore format: a table
    expect(meanOf([one])).toBe(17.5);
    expect(peakOf([one, every(1, [50, Number.NaN])])).toBe(50);
    expect([meanOf([]), peakOf([])]).toEqual([null, null]);
  });

  it("energy is power over time: 1,000 W for an hour is a kilowatt-hour, on two devices two", () => {
    const hour = every(
      60,
      Array.from({ length: 61 }, () => 1000),
    );
    expect(energyOf([hour])).toBeCloseTo(1);
    expect(energyOf([hour, hour])).toBeCloseTo(2);
  });

  it("time in which nobody looked is not counted", () => {
    const before = every(10, [100, 100, 100, 100]);
    const gap = curve([[0, 100], [10, 100], [20, 100], [30, 100], [100_000, 100]]); // biome-ignore format: a table
    expect(energyOf([gap])).toBe(energyOf([before]));
    expect(energyOf([every(10, [100])])).toBeNull();
  });

  it("GPUs that wait are told of, with how busy the processors were meanwhile", () => {
    const waits = Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 5 : 95));
    const idle = idlingOf(
      [every(1, waits), every(1, waits)],
      every(
        1,
        waits.map((value) => 100 - value),
      ),
    );
    expect(idle?.looks).toBe(98);
    expect(idle?.share).toBeCloseTo(0.245, 2);
    expect(idle?.cpu).toBe(95);
    expect(
      idlingOf(
        [
          every(
            1,
            waits.map(() => 90),
          ),
        ],
        undefined,
      ),
    ).toBeNull();
    expect(idlingOf([every(1, [1, 1, 1])], undefined)).toBeNull();
    expect(idlingOf([], undefined)).toBeNull();
  });

  it("at a moment, the last sample before it is what counts, averaged over the devices", () => {
    expect([-1, 0, 15, 99].map((x) => valueAt(every(10, [1, 2, 3]), x))).toEqual([Number.NaN, 1, 2, 3]);
    const charts = systemCharts(["gpu.0.gpu", "gpu.1.gpu", "cpu_percent", "network.sent"]);
    const curves = new Map([["gpu.0.gpu", every(10, [80, 90])], ["gpu.1.gpu", every(10, [60, 70])], ["cpu_percent", every(10, [5, 6])]]); // biome-ignore format: a table
    expect(summaryAt(charts, curves, 12).map(({ chart, value, devices }) => [chart.id, value, devices])).toEqual([
      ["gpu-gpu", 80, 2],
      ["cpu", 6, 1],
    ]);
  });

  it("charts of GPUs in one unit have one range", () => {
    const charts = systemCharts(["gpu.0.temp", "gpu.process.0.temp", "gpu.0.powerWatts"]);
    const curves = new Map([["gpu.0.temp", every(1, [70])], ["gpu.process.0.temp", every(1, [50])], ["gpu.0.powerWatts", every(1, [400])]]); // biome-ignore format: a table
    expect([...sharedHigh(charts, curves)]).toEqual([["gpu °C", 70], ["gpu W", 400]]); // biome-ignore format: a table
  });
});
