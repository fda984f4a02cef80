import { describe, expect, it } from "vitest";
import { boundsOf, cloudOf, edgesOf } from "./cloud";
import { categoriesOf, colouringsOf, coloursOf, type Inks, shownPoints } from "./colours";
import { sceneKind } from "./load";
import { firstLook, flipped, labelsOf, switchable } from "./looks";
import { rulerOf } from "./ruler";

const INKS: Inks = {
  categories: [
    [1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
  ],
  shades: [
    [0, 0, 0],
    [200, 100, 0],
  ],
  plain: [9, 9, 9],
};

const CUBE = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => [(n >> 2) & 1, (n >> 1) & 1, n & 1]);

describe("a cloud", () => {
  it("keeps the digits of places far from zero", () => {
    const cloud = cloudOf([
      [4_000_000.25, 0, 0],
      [4_000_000.75, 2, 0],
    ]);
    expect(cloud?.origin).toEqual([4_000_001, 1, 0]);
    expect([...(cloud?.points ?? [])]).toEqual([-0.75, -1, 0, -0.25, 1, 0]);
  });

  it("leaves out rows that are no points, and says how many", () => {
    const cloud = cloudOf([[0, 0, 0], [1, "NaN", 0], [2], "x", [1, 1, 1]]);
    expect([cloud?.points.length, cloud?.skipped]).toEqual([6, 3]);
    for (const odd of [null, 3, "x", {}, [], { points: [] }]) expect(cloudOf(odd)).toBeNull();
  });

  it("has colours from 0 to 255, also where they were told from 0 to 1", () => {
    expect([...(cloudOf([[0, 0, 0, 255, 0, 20]])?.rgb ?? [])]).toEqual([255, 0, 20]);
    expect([...(cloudOf([[0, 0, 0, 1, 0, 0.5]])?.rgb ?? [])]).toEqual([255, 0, 128]);
  });

  it("is within a box that holds its boxes and arrows too", () => {
    const cloud = cloudOf({
      points: [[0, 0, 0]],
      boxes: [{ corners: CUBE, label: "car", color: [255, 0, 0] }, { corners: [[1, 2, 3]] }],
      vectors: [{ start: [0, 0, 0], end: [0, 5, 0] }],
    });
    expect(cloud?.boxes).toHaveLength(1);
    expect(cloud && boundsOf(cloud)).toEqual({ low: [0, 0, 0], high: [1, 5, 1] });
    const alone = cloudOf([[3, 3, 3]]);
    expect(alone && boundsOf(alone)).toEqual({ low: [-0.5, -0.5, -0.5], high: [0.5, 0.5, 0.5] });
  });

  it("may be boxes alone", () => {
    expect(cloudOf({ boxes: [{ corners: CUBE }] })?.boxes[0]?.label).toBe("");
  });
});

it("a box has its twelve edges whatever the order of its corners", () => {
  const length = (corners: number[][], [a, b]: readonly [number, number]) =>
    Math.hypot(...[0, 1, 2].map((axis) => corners[a]![axis]! - corners[b]![axis]!));
  const orders = [CUBE, [0, 2, 1, 4, 6, 3, 5, 7].map((n) => CUBE[n]!), [6, 2, 0, 4, 7, 3, 1, 5].map((n) => CUBE[n]!)];
  for (const corners of orders) {
    const edges = edgesOf(Float32Array.from(corners.flat()));
    expect(new Set(edges.map((edge) => [...edge].sort().join())).size).toBe(12);
    for (const edge of edges) expect(length(corners, edge)).toBe(1);
  }
});

describe("the colour of a point", () => {
  const cloud = cloudOf([
    [0, 0, 0, 0],
    [0, 0, 1, 1],
    [0, 0, 2, 4],
  ])!;

  it("is that of its category, of its height, or of its fourth number", () => {
    expect(colouringsOf(cloud)).toEqual(["category", "strength", "height", "plain"]);
    expect([...coloursOf(cloud, "category", 2, INKS)]).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2]);
    expect([...coloursOf(cloud, "height", 2, INKS)].filter((_, at) => at % 3 === 0)).toEqual([0, 100, 200]);
    expect([...coloursOf(cloud, "height", 0, INKS)].every((part) => part === 0)).toBe(true);
    expect([...coloursOf(cloud, "strength", 2, INKS)].filter((_, at) => at % 3 === 0)).toEqual([0, 50, 200]);
    expect([...coloursOf(cloud, "plain", 2, INKS)].every((part) => part === 9)).toBe(true);
  });

  it("is of a strength alone where fourth numbers are no whole ones", () => {
    const lidar = cloudOf([[0, 0, 0, 0.25]])!;
    expect(categoriesOf(lidar)).toBeNull();
    expect(colouringsOf(lidar)[0]).toBe("strength");
  });

  it("hides categories one by one", () => {
    expect(shownPoints(cloud, new Set())).toBeNull();
    expect([...(shownPoints(cloud, new Set([1])) ?? [])]).toEqual([0, 2]);
    expect(switchable(cloud)).toHaveLength(3);
    expect([...flipped(flipped(new Set([1]), 1), 4)]).toEqual([4]);
  });
});

it("the ruler tells places as they were logged, on round numbers", () => {
  const ruler = rulerOf({ low: [-1, -1, 0], high: [1, 1, 0] }, [100, 0, 7], "z");
  const names = ruler.marks.filter((mark) => mark.name).map((mark) => mark.text);
  expect(names).toEqual(["x", "y"]);
  expect(ruler.marks.filter((mark) => !mark.name).map((mark) => mark.text)).toContain("100");
  const ground = [...ruler.lines].filter((_, at) => at % 3 === 2);
  expect(new Set(ground)).toEqual(new Set([0]));
});

it("labels are counted, the most frequent first; a first look fits how much there is", () => {
  const box = (label: string) => ({ corners: CUBE, label });
  const cloud = cloudOf({ points: [], boxes: [box("car"), box("van"), box("car")] })!;
  expect(labelsOf(cloud)).toEqual([
    { label: "car", boxes: 2 },
    { label: "van", boxes: 1 },
  ]);
  const told = { points: 300_000, triangles: 0, boxes: 0, arrows: 0 };
  expect(firstLook({ up: "z", told }, cloud)).toMatchObject({ up: "z", size: 1.5, colouring: "height" });
});

it("a 3D file is known by the end of its name", () => {
  expect(["a.pts.json", "b.GLB", "c.obj", "d.json", "e.babylon"].map(sceneKind)).toEqual([
    "pts.json",
    "glb",
    "obj",
    "",
    "",
  ]);
});
