import { expect, test } from "vitest";
import { axisFormat, duration, durationTicks, linearTicks, logFormat, logTicks, short } from "./ticks";

const labels = (low: number, high: number, count: number) => {
  const ticks = linearTicks(low, high, count);
  return ticks.map(axisFormat(ticks));
};

test("ticks are round numbers within the range", () => {
  expect(linearTicks(0, 1, 4)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(linearTicks(-0.013, 0.29, 4)).toEqual([0, 0.1, 0.2]);
  expect(linearTicks(3, 3, 4)).toEqual([3]);
});

test("labels of one axis have one unit and as many digits as tell them apart", () => {
  expect(labels(0, 400_000, 4)).toEqual(["0", "100k", "200k", "300k", "400k"]);
  expect(labels(0.0119, 0.0141, 4)).toEqual(["0.012", "0.0125", "0.013", "0.0135", "0.014"]);
  expect(labels(0, 2.2e-4, 4)).toEqual(["0", "5.0e−5", "1.0e−4", "1.5e−4", "2.0e−4"]);
  expect(labels(-1.2, 0.1, 4).slice(0, 2)).toEqual(["−1.2", "−1"]);
  expect(labels(12_000_000, 14_000_000, 4)).toEqual(["12M", "12.5M", "13M", "13.5M", "14M"]);
});

test("no two neighbouring labels are the same", () => {
  for (const [low, high] of [
    [0, 1e-7],
    [1e6, 1e6 + 5],
    [-3e9, 4e9],
    [0.99, 1.01],
    [1e-5, 2.3e-4],
  ] as const) {
    const all = labels(low, high, 5);
    expect(new Set(all).size).toBe(all.length);
  }
});

test("a logarithmic axis has powers of ten, and minor ticks between", () => {
  const wide = logTicks(1e-3, 1e3, 4);
  expect(wide.major.every((v) => Math.abs(Math.log10(v) % 1) < 1e-9)).toBe(true);
  const some = logTicks(0.03, 30, 4);
  expect(some.major).toContain(1);
  expect(some.minor).toContain(0.04);
  expect(logTicks(-1, 10, 4).major).toEqual([]);
});

test("a narrow logarithmic axis still has two ticks or more", () => {
  expect(logTicks(2.1, 4.9, 4).major.length).toBeGreaterThanOrEqual(2);
});

test("durations have two units at most", () => {
  expect([0, 0.42, 5.5, 42, 200, 50_760, 360_000].map(duration)).toEqual([
    "0s",
    "0.42s",
    "5.5s",
    "42s",
    "3m 20s",
    "14h 06m",
    "4d 04h",
  ]);
});

test("ticks of durations are round in their units", () => {
  expect(durationTicks(0, 7200, 4)).toEqual([0, 1800, 3600, 5400, 7200]);
});

test("numbers read short and say what they are", () => {
  expect(
    [0, 0.11894, -2.5, 12840, 3.42e-5, Number.NaN, Number.POSITIVE_INFINITY, 3_400_000].map((v) => short(v)),
  ).toEqual(["0", "0.1189", "−2.5", "12840", "3.42e−5", "NaN", "∞", "3.4M"]);
  expect([1, 0.1, 1e-5, 2e5].map(logFormat)).toEqual(["1", "0.1", "1e−5", "200k"]);
});
