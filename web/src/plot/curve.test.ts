import { expect, test } from "vitest";
import { type Buckets, hiddenByLog, onePointEach, pad, toLine, xSpan, ySpan } from "./curve";
import { NO_SMOOTHING } from "./smooth";

function buckets(part: Partial<Record<keyof Buckets, number[]>> & { mean: number[] }, raw = true): Buckets {
  const n = part.mean.length;
  const floats = (name: keyof Buckets, otherwise: (i: number) => number) =>
    Float64Array.from(part[name] ?? Array.from({ length: n }, (_, i) => otherwise(i)));
  const ints = (name: keyof Buckets, value: number) => Int32Array.from(part[name] ?? new Array(n).fill(value));
  return {
    raw,
    points: n,
    length: n,
    xMin: floats("xMin", (i) => i),
    xMax: floats("xMax", (i) => i),
    low: floats("low", (i) => part.mean[i]!),
    high: floats("high", (i) => part.mean[i]!),
    mean: Float64Array.from(part.mean),
    count: ints("count", 1),
    nan: ints("nan", 0),
    posInf: ints("posInf", 0),
    negInf: ints("negInf", 0),
  };
}

test("raw points are drawn as they are, without copying a number", () => {
  const b = buckets({ mean: [1, 2] });
  const line = toLine("r", "--r1", b, NO_SMOOTHING);
  expect(line.x).toBe(b.xMin);
  expect(line.y).toBe(b.mean);
  expect(line.low).toBeNull();
});

test("a bucket stands in the middle of its x and keeps its least and greatest", () => {
  const line = toLine(
    "r",
    "--r1",
    buckets({ mean: [1], xMin: [10], xMax: [20], low: [0], high: [9] }, false),
    NO_SMOOTHING,
  );
  expect([...line.x]).toEqual([15]);
  expect(line.high?.[0]).toBe(9);
});

test("a spike hidden in a bucket is within the range of y, at every zoom", () => {
  const line = toLine("r", "--r1", buckets({ mean: [1, 1, 1], high: [1, 50, 1] }, false), NO_SMOOTHING);
  expect(ySpan([line], false, null)).toEqual([1, 50]);
  expect(ySpan([line], false, [2, 2])).toEqual([1, 1]);
});

test("a bucket that reaches far out of its band is a spike, an even band has none", () => {
  const even = buckets({ mean: new Array(40).fill(1), high: new Array(40).fill(2) }, false);
  expect(toLine("r", "--r1", even, NO_SMOOTHING).spikes).toHaveLength(0);
  const high = new Array(40).fill(2);
  high[17] = 9;
  const one = buckets({ mean: new Array(40).fill(1), high }, false);
  expect([...toLine("r", "--r1", one, NO_SMOOTHING).spikes]).toEqual([17]);
});

test("NaN and the infinities are counted and placed, not drawn", () => {
  const b = buckets({ mean: [1, Number.NaN, 2], nan: [0, 2, 0], posInf: [0, 1, 0], count: [1, 0, 1] });
  expect(toLine("r", "--r1", b, NO_SMOOTHING).odd).toEqual({ nan: [1], posInf: [1], negInf: [], count: 3 });
});

test("a logarithmic axis says how many points it hides", () => {
  expect(hiddenByLog([{ buckets: buckets({ mean: [1, 0, -2] }) }], null)).toEqual({ count: 2, atLeast: false });
  const mixed = buckets({ mean: [1, 1], low: [-1, 1], high: [3, 1], count: [5, 1] }, false);
  expect(hiddenByLog([{ buckets: mixed }], null)).toEqual({ count: 1, atLeast: true });
  expect(ySpan([toLine("r", "--r1", mixed, NO_SMOOTHING)], true, null)).toEqual([1, 3]);
});

test("a range gets air, goes down to zero where zero is near, and is never empty", () => {
  expect(pad([0.05, 1], false)[0]).toBe(0);
  expect(pad([10, 11], false)[0]).toBeCloseTo(9.95);
  expect(pad([3, 3], false)).toEqual([2.7, 3.3]);
  expect(pad([0, 0], false)).toEqual([-1, 1]);
  expect(pad([2, 2], true)).toEqual([1, 4]);
});

test("one value a run is for bars", () => {
  const one = toLine("a", "--r1", buckets({ mean: [1] }), NO_SMOOTHING);
  const two = toLine("b", "--r2", buckets({ mean: [1, 2] }), NO_SMOOTHING);
  expect(onePointEach([one])).toBe(true);
  expect(onePointEach([one, two])).toBe(false);
  expect(xSpan([one, two])).toEqual([0, 1]);
  expect(xSpan([])).toBeNull();
});
