import { describe, expect, it } from "vitest";
import { boxesOf, classToken, maskInk, PLAIN_OVERLAY, paintMask, readOverlay, shownBoxes } from "./overlay";

const file = {
  box_data: [
    { position: { minX: 0, maxX: 0.5, minY: 0, maxY: 0.5 }, class_id: 1, scores: { conf: 0.9, iou: "0.2" } },
    { position: { middle: [50, 50], width: 20, height: 20 }, domain: "pixel", class_id: 2, scores: { conf: 0.3 } },
    { position: { minX: 0, maxX: 1, minY: 0, maxY: 1 }, class_id: 2 },
  ],
  class_labels: { 1: "cat", 2: "dog" },
};
const boxes = boxesOf(file, 100, 100);

describe("boxes", () => {
  it("are shares of the picture with their scores as numbers", () => {
    expect(boxes.map((box) => box.scores)).toEqual([{ conf: 0.9, iou: 0.2 }, { conf: 0.3 }, {}]);
    expect(boxes[1]).toMatchObject({ x: 0.4, y: 0.4, width: 0.2, height: 0.2, label: "dog" });
  });

  it("below a score are hidden, those without that score stay", () => {
    const left = shownBoxes(boxes, "pred", { ...PLAIN_OVERLAY, scores: { conf: 0.5 } });
    expect(left.map((box) => box.caption)).toEqual([boxes[0]?.caption, boxes[2]?.caption]);
  });

  it("of a class or a layer that is off are hidden, in that layer alone", () => {
    const shown = (off: string[], layer: string) => shownBoxes(boxes, layer, { ...PLAIN_OVERLAY, off }).length;
    expect(shown(["boxes:pred#2"], "pred")).toBe(1);
    expect(shown(["boxes:pred#2"], "truth")).toBe(3);
    expect(shown(["boxes:pred"], "pred")).toBe(0);
  });
});

describe("a mask", () => {
  const paint = (look: Partial<typeof PLAIN_OVERLAY>) => {
    const pixels = new Uint32Array(3);
    const ink = maskInk("seg", { ...PLAIN_OVERLAY, ...look }, (id) => [id * 10, 20, 30]);
    paintMask(Uint8Array.from([0, 1, 2]), ink, pixels);
    return [...new Uint8Array(pixels.buffer)];
  };

  it("leaves the ground clear and gives each class its colour and the opacity", () => {
    expect(paint({ opacity: 1 })).toEqual([0, 0, 0, 0, 10, 20, 30, 255, 20, 20, 30, 255]);
    expect(paint({ opacity: 0.5 })[7]).toBe(128);
  });

  it("shows nothing of what is off", () => {
    expect(paint({ opacity: 1, off: ["masks:seg#1"] })).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 20, 20, 30, 255]);
    expect(paint({ off: ["masks:seg"] }).every((byte) => byte === 0)).toBe(true);
  });
});

it("neighbouring classes have colours of their own, and the palette begins again after its last", () => {
  expect([classToken(1), classToken(20), classToken(21), classToken(0)]).toEqual(["--r1", "--r20", "--r1", "--r20"]);
});

it("a kept look is mended where it is odd", () => {
  expect(readOverlay(null)).toEqual(PLAIN_OVERLAY);
  expect(readOverlay({ opacity: 7, off: [1, "masks:a"], scores: { p: 0.2, q: "x" }, labels: false })).toEqual({
    opacity: 1,
    line: 1.5,
    labels: false,
    off: ["masks:a"],
    scores: { p: 0.2 },
  });
});
