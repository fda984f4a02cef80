import { describe, expect, it } from "vitest";
import { days, WEEKS } from "../overview/activity";
import { safeNext } from "../sign-in";
import { mainMetric, valueAt } from "./main-metric";
import { sparkPath } from "./Sparkline";

describe("the metric that stands for a run", () => {
  it("is a validation loss before anything else, and never ours", () => {
    expect(mainMetric({ _step: 3, acc: 1, "train/loss": 1, "val/loss": 1 })).toBe("val/loss");
    expect(mainMetric({ _step: 3, nothing: "text" })).toBeNull();
    expect(mainMetric({ val: { acc: 0.5 } })).toBe("val.acc");
  });

  it("is found under its dotted name, also when names have dots of their own", () => {
    expect(valueAt({ a: { "b.c": { d: 1 } } }, "a.b.c.d")).toBe(1);
    expect(valueAt({ "a.b": 2 }, "a.b")).toBe(2);
    expect(valueAt({}, "a.b")).toBeUndefined();
  });
});

it("a sparkline leaves gaps where there is no number", () => {
  const curve = (mean: number[]) => ({
    length: mean.length,
    xMin: Float64Array.from(mean, (_, place) => place),
    xMax: Float64Array.from(mean, (_, place) => place),
    mean: Float64Array.from(mean),
  });
  expect(sparkPath(curve([0, Number.NaN, 1, 2]), 30, 10).match(/M/g)).toHaveLength(2);
  expect(sparkPath(curve([Number.NaN]), 30, 10)).toBe("");
  expect(sparkPath(curve([5]), 30, 10)).toBe("M0 5L30 5");
});

it("the calendar of a project ends today and holds each run on its day", () => {
  const now = new Date(2026, 10, 20, 15).getTime() / 1000;
  const calendar = days([now, now - 60, now - 86_400 * 3, now - 86_400 * 1000], now);
  expect(calendar.at(-1)?.runs).toBe(2);
  expect(calendar.reduce((sum, day) => sum + day.runs, 0)).toBe(3);
  expect(calendar.length).toBeGreaterThan(7 * (WEEKS - 1));
  expect(new Date((calendar[0]?.time ?? 0) * 1000).getDay()).toBe(1);
});

it("signing in leads back only to this page", () => {
  expect(safeNext("/a/b?x=1")).toBe("/a/b?x=1");
  for (const bad of ["//evil.example", "https://evil.example", "/sign-in?link=x", null])
    expect(safeNext(bad)).toBe("/home");
});
