import { describe, expect, it } from "vitest";
import { elapsed, goalOf } from "./go-to";

const began = new Date(2026, 10, 19, 22, 0, 0).getTime() / 1000;
const at = (...parts: [number, number, number, number, number, number]) => new Date(...parts).getTime() / 1000;

describe("where somebody wants to go", () => {
  it("is a line or a step", () => {
    expect(goalOf(" 11,198 ", began)).toEqual({ kind: "line", line: 11197 });
    expect(goalOf("line 1", began)).toEqual({ kind: "line", line: 0 });
    expect(goalOf("step 248_000", began)).toEqual({ kind: "step", step: 248_000 });
    expect(goalOf("s500", began)).toEqual({ kind: "step", step: 500 });
  });

  it("is a time: of the day after where it was past when the run began", () => {
    expect(goalOf("23:41", began)).toEqual({ kind: "time", time: at(2026, 10, 19, 23, 41, 0) });
    expect(goalOf("08:05:09", began)).toEqual({ kind: "time", time: at(2026, 10, 20, 8, 5, 9) });
    expect(goalOf("2026-11-21 08:05", began)).toEqual({ kind: "time", time: at(2026, 10, 21, 8, 5, 0) });
    expect(goalOf("+1h20m", began)).toEqual({ kind: "time", time: began + 4800 });
    expect(goalOf("+2d 3s", began)).toEqual({ kind: "time", time: began + 172_803 });
  });

  it("is nowhere for anything else", () => {
    for (const text of ["", "0", "x", "25:00", "12:61", "+", "step", "1.5"]) expect(goalOf(text, began)).toBeNull();
  });
});

it("a span is told as a clock", () => {
  expect([0, 7.9, 3661, 360_000].map(elapsed)).toEqual(["0:00:00", "0:00:07", "1:01:01", "100:00:00"]);
});
