import { describe, expect, it } from "vitest";
import { readAt, writeAt } from "./opened";
import { difference, FIT, frameOf, moved, natural, shareAt, zoomedAt } from "./stage";

const sizes = { width: 100, height: 50, wide: 400, high: 400 };

describe("the stage", () => {
  it("fits the whole image into its middle", () => {
    expect(frameOf(FIT, sizes)).toEqual({ scale: 4, left: 0, top: 100 });
  });

  it("keeps what is under the pointer there while it zooms", () => {
    const at = { x: 130, y: 180 };
    const before = shareAt(FIT, at, sizes)!;
    const after = shareAt(zoomedAt(FIT, 3, at, sizes), at, sizes)!;
    expect(after.x).toBeCloseTo(before.x, 9);
    expect(after.y).toBeCloseTo(before.y, 9);
  });

  it("moves with the pointer, and never so far that nothing is left in the middle", () => {
    expect(moved({ zoom: 2, x: 0.5, y: 0.5 }, 80, 0, sizes).x).toBeCloseTo(0.4, 9);
    expect(moved(FIT, 9999, -9999, sizes)).toEqual({ zoom: 1, x: 0, y: 1 });
  });

  it("shows a pixel as a pixel at its natural size, and nothing is under what lies outside", () => {
    expect(frameOf(natural(sizes), sizes).scale).toBe(1);
    expect(shareAt(FIT, { x: 200, y: 20 }, sizes)).toBeNull();
  });
});

it("the difference of two images is how far their channels are apart", () => {
  const found = difference(
    Uint8ClampedArray.from([10, 0, 0, 255, 9, 9, 9, 255]),
    Uint8ClampedArray.from([4, 0, 3, 255, 9, 9, 9, 255]),
  );
  expect([...found.pixels]).toEqual([6, 0, 3, 255, 0, 0, 0, 255]);
  expect([found.share, found.mean]).toEqual([0.5, 1.5]);
});

it("what is open is written into the address and read back, and nonsense is nothing", () => {
  const at = {
    panel: "val/a~b,c",
    step: 30,
    index: 2,
    slots: [
      { run: "r1", step: null },
      { run: "r2", step: 10 },
    ],
  };
  expect(readAt(writeAt(at))).toEqual(at);
  expect([readAt(undefined), readAt("x~y"), readAt("%E0~1~0~r")]).toEqual([null, null, null]);
});
