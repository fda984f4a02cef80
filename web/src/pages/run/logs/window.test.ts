import { describe, expect, it } from "vitest";
import { inSight, isScaled, MOST_PX, placeOf, scrollTo, trackBy, trackPx } from "./window";

const frame = (rows: number) => ({ rows, rowPx: 20, viewPx: 600 });

describe("the lines in sight", () => {
  it("are those a plain list would show, while it is short enough to be one", () => {
    for (const top of [0, 7, 4321, 20 * 5000 - 600]) {
      const sight = inSight(frame(5000), top, 0);
      expect(sight.first).toBe(Math.floor(top / 20 + 1e-9));
      expect(sight.end).toBeGreaterThanOrEqual(Math.min(5000, Math.ceil((top + 600) / 20 - 1e-9)));
      // the anchor stands where a plain list has it
      expect(sight.anchor * 20 - top).toBeCloseTo(sight.at, 6);
    }
  });

  it("begin with the first and end with the last, however many there are", () => {
    for (const rows of [1, 10, 5000, 1_000_000, 40_000_000]) {
      const one = frame(rows);
      expect(inSight(one, 0, 0).first).toBe(0);
      const end = inSight(one, trackPx(one) - one.viewPx, 0);
      expect(end.end).toBe(rows);
      expect(trackPx(one)).toBeLessThanOrEqual(MOST_PX);
      expect(end.end - end.first).toBeLessThanOrEqual(32);
    }
    expect([isScaled(frame(1000)), isScaled(frame(1_000_000))]).toEqual([false, true]);
  });

  it("have a wanted one in the middle", () => {
    for (const rows of [5000, 1_000_000, 40_000_000])
      for (const row of [300, Math.floor(rows / 2), rows - 400]) {
        const { first, end } = inSight(frame(rows), scrollTo(frame(rows), row), 0);
        expect(Math.abs((first + end) / 2 - row)).toBeLessThan(2);
      }
    expect(scrollTo(frame(10), 5)).toBe(0);
  });

  it("move by as many pixels as the wheel says", () => {
    const one = frame(1_000_000);
    const before = inSight(one, 1_000_000, 0).first;
    expect(inSight(one, 1_000_000 + trackBy(one, 400), 0).first - before).toBe(20);
  });

  it("are found among those a filter leaves", () => {
    expect([0, 3, 4, 9, 10].map((line) => placeOf([3, 5, 9], line))).toEqual([0, 0, 1, 2, 3]);
  });
});
