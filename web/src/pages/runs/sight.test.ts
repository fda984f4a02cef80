import { describe, expect, it } from "vitest";
import { type Measures, shownFrom, sightOf, slotsOf } from "./sight";

const measures: Measures = {
  count: 100_000,
  linePx: 32,
  headPx: 50,
  pinnedPx: 200,
  edges: Array.from({ length: 501 }, (_, place) => place * 100),
};
const size = { width: 1200, height: 850 };

describe("sight", () => {
  it("holds every line and column that a pixel of is shown, wherever the table is scrolled to", () => {
    for (let step = 0; step < 400; step += 1) {
      const [top, left] = [(step * 7919) % (measures.count * 32 - 800), (step * 1237) % 49_000];
      const { lines, columns } = sightOf(measures, { left, top, ...size });
      expect(lines[0] * 32).toBeLessThanOrEqual(top);
      expect((lines[1] + 1) * 32).toBeGreaterThanOrEqual(top + size.height - measures.headPx);
      expect(columns[0] * 100).toBeLessThanOrEqual(left);
      expect((columns[1] + 1) * 100).toBeGreaterThanOrEqual(left + size.width - measures.pinnedPx);
      expect(lines[1] - lines[0]).toBeLessThan(45);
      expect(columns[1] - columns[0]).toBeLessThan(20);
    }
  });

  it("stays within what there is", () => {
    const end = sightOf(measures, { left: 49_000, top: 100_000 * 32 - 800, ...size });
    expect(end.lines[1]).toBe(99_999);
    expect(end.columns[1]).toBe(499);
    const none = sightOf({ ...measures, count: 0, edges: [0] }, { left: 0, top: 0, ...size });
    expect(none.lines).toEqual([0, -1]);
    expect(none.columns).toEqual([0, -1]);
  });

  it("is the same for a few pixels more, so that not every frame draws anew", () => {
    const some = new Set<string>();
    for (let top = 64_000; top < 64_640; top += 8)
      some.add(JSON.stringify(sightOf(measures, { left: 500, top, ...size }).lines));
    expect(some.size).toBeLessThan(25);
  });

  it("scrolls no further than it takes to show a line", () => {
    expect(shownFrom(320, 64, 96, 800)).toBe(64);
    expect(shownFrom(320, 1600, 1632, 800)).toBe(832);
    expect(shownFrom(320, 640, 672, 800)).toBe(320);
  });

  it("gives a line that comes the elements of one that left, and leaves all others where they are", () => {
    const first = slotsOf(new Map(), ["a", "b", "c"]);
    expect([...first]).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
    ]);
    const next = slotsOf(first, ["b", "c", "d"]);
    expect(next.get("d")).toBe(0);
    expect([next.get("b"), next.get("c")]).toEqual([1, 2]);
    const more = slotsOf(next, ["new", "b", "c", "d"]);
    expect(new Set(more.values())).toEqual(new Set([0, 1, 2, 3]));
    expect(more.get("new")).toBe(3);
  });
});
