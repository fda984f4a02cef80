import { describe, expect, it } from "vitest";
import { type Fit, fitted, pageSizeOf, UNTOLD } from "./page-size";

/** The frame of a page whose height depends on the room it has, after it has said its size so often. */
function settled(heightIn: (view: number) => number, fit: Fit = UNTOLD, times = 50): Fit {
  let shown = fit;
  for (let n = 0; n < times; n++) {
    const said = { height: heightIn(shown.height), width: 300, view: shown.height };
    if (JSON.stringify(said) !== JSON.stringify(shown.said)) shown = fitted(shown, said);
  }
  return shown;
}

describe("the frame of a logged page", () => {
  it("is as tall as the content, whether that is a line or more than a screen", () => {
    expect(settled(() => 84).height).toBe(84);
    expect(settled(() => 3000.4).height).toBe(3001);
  });

  it("follows content that grows and shrinks in the same room", () => {
    const first = settled(() => 100);
    const grown = settled(() => 700, first);
    expect(grown.height).toBe(700);
    expect(settled(() => 90, grown).height).toBe(90);
  });

  it("follows content that shrinks just after it has been given more room", () => {
    const grown = fitted(
      settled(() => 100),
      { height: 400, width: 300, view: 100 },
    );
    expect(settled(() => 160, grown).height).toBe(160);
  });

  it("follows content that changes with the width of the frame", () => {
    const wide = settled(() => 200);
    expect(fitted(wide, { height: 120, width: 500, view: 200 }).height).toBe(120);
  });

  it("follows pictures that load one after another, each right after the last was given room", () => {
    let shown = UNTOLD;
    for (let n = 1; n <= 6; n++) shown = fitted(shown, { height: 100 * n, width: 300, view: shown.height });
    expect(settled(() => 600, shown).height).toBe(600);
  });

  it("rests with content that fills whatever it is given, and with content that is always taller", () => {
    expect(settled((view) => view).height).toBe(400);
    const taller = settled((view) => view + 20);
    expect(taller.height).toBeLessThanOrEqual(480);
    expect(settled((view) => view + 20, taller).height).toBe(taller.height);
    expect(settled((view) => view * 1.5).height).toBeLessThan(8000);
  });

  it("does not shrink step by step with content that is half as tall as its room", () => {
    expect(settled((view) => view / 2).height).toBe(200);
  });

  it("rests where content is seen only while it does not fit", () => {
    expect(settled((view) => (view < 300 ? 300 : 50)).height).toBe(300);
  });

  it("is never taller than a page can be shown, nor gone", () => {
    expect(settled(() => 1e12).height).toBe(20_000);
    expect(settled(() => 0).height).toBe(32);
  });
});

describe("what a page says of its size", () => {
  it("is three numbers; anything else is not heard", () => {
    expect(pageSizeOf({ page: { height: 10, width: 20, view: 30 } })).toEqual({ height: 10, width: 20, view: 30 });
    for (const odd of [null, "page", 7, {}, { page: null }, { page: { height: "10", width: 20, view: 30 } }])
      expect(pageSizeOf(odd)).toBeNull();
    for (const height of [Number.NaN, Number.POSITIVE_INFINITY, -1])
      expect(pageSizeOf({ page: { height, width: 20, view: 30 } })).toBeNull();
  });
});
