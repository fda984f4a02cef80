import { describe, expect, it } from "vitest";
import { heatOf } from "./heat";
import { boxesOf } from "./overlay";
import { peaksOf } from "./peaks";
import { readJson } from "./source";
import { artifactPath, earlierParts, histogramOf, itemsOf, pathsOf } from "./value";

describe("a media value", () => {
  it("is one item, or one for each of a list with its caption", () => {
    const image = { _type: "image-file", path: "media/images/a.png", width: 8, height: 4, caption: "cat" };
    expect(itemsOf(image)).toMatchObject([{ kind: "image", path: "media/images/a.png", width: 8, caption: "cat" }]);
    const many = {
      _type: "images/separated",
      filenames: ["a.png", "b.png"],
      captions: ["one", null],
      width: 8,
      height: 8,
    };
    expect(itemsOf(many).map((item) => item.caption)).toEqual(["one", ""]);
    expect(itemsOf({ ...many, captions: false })).toHaveLength(2);
    const sounds = { _type: "audio", audio: [{ path: "a.wav" }, { path: "b.wav" }], captions: ["x", "y"] };
    expect(itemsOf(sounds)).toMatchObject([
      { kind: "audio", caption: "x" },
      { kind: "audio", caption: "y" },
    ]);
    expect(itemsOf({ _type: "object3D", filenames: ["x.obj"] })[0]?.path).toBe("media/object3D/x.obj");
    expect(itemsOf({ _type: "molecule", filenames: ["media/molecule/x.pdb"] })[0]).toMatchObject({
      kind: "molecule",
      path: "media/molecule/x.pdb",
    });
    expect(itemsOf(3)).toEqual([]);
    expect(pathsOf({ _type: "table-file", artifact_path: "wandb-artifact://aa/x" })).toEqual([]);
  });

  it("brings its boxes and masks by the name of the layer", () => {
    const [item] = itemsOf({
      _type: "images/separated",
      filenames: ["a.png"],
      all_boxes: [{ found: { path: "b.json" } }],
      all_masks: [null],
    });
    expect(item).toMatchObject({ boxes: { found: "b.json" }, masks: {} });
  });

  it("is a histogram with its edges, also where they are packed", () => {
    expect(histogramOf({ _type: "histogram", values: [1, 2], bins: [0, 1, 2] })).toEqual({
      counts: [1, 2],
      edges: [0, 1, 2],
    });
    expect(
      histogramOf({ _type: "histogram", values: [1, 2], packedBins: { min: 0, size: 0.5, count: 2 } })?.edges,
    ).toEqual([0, 0.5, 1]);
    expect(histogramOf({ _type: "histogram", values: [1], bins: [0] })).toBeNull();
  });

  it("says where in an artifact it lives", () => {
    const at = (path: string) => artifactPath({ _type: "table-file", artifact_path: path });
    expect(at("wandb-client-artifact://abc/t.table.json")).toEqual({
      by: "client",
      name: "abc",
      alias: "",
      entry: "t.table.json",
    });
    expect(at("wandb-client-artifact://seq:latest/a/b.json")).toMatchObject({ alias: "latest", entry: "a/b.json" });
    expect(at("wandb-artifact://41/x")).toMatchObject({ by: "id", name: "41" });
    expect(at("https://x/y")).toBeNull();
  });

  it("names the parts that were logged before it, the oldest first, as both clients call them", () => {
    const parts = (...paths: string[]) =>
      earlierParts({
        _type: "incremental-table-file",
        path: "media/table/t_2.table.json",
        artifact_path: "wandb-client-artifact://c/2-3.t.table.json",
        increment_num: 2,
        previous_increments_paths: paths,
      });
    expect(parts("wandb-client-artifact://a/0-1.t.table.json", "wandb-client-artifact://b/1-2.t.table.json")).toEqual([
      "0-1.t.table.json",
      "1-2.t.table.json",
    ]);
    expect(parts("wandb-client-artifact://a/None-1.x/t.table.json")).toEqual(["None-1.x/t.table.json"]);
    const many = parts(...Array.from({ length: 300 }, (_, i) => `wandb-client-artifact://a/${i}-1.t.table.json`));
    expect([many.length, many[0], many.at(-1)]).toEqual([199, "101-1.t.table.json", "299-1.t.table.json"]);
    expect(earlierParts({ _type: "table-file", path: "x" })).toEqual([]);
  });
});

it("histograms over steps share one scale, each step counting as one whole", () => {
  const map = heatOf(
    [
      { edges: [0, 1, 2], counts: [3, 1] },
      { edges: [0, 4], counts: [8] },
    ],
    4,
  );
  expect([map.low, map.high, map.most]).toEqual([0, 4, 0.75]);
  expect(map.columns.map((column) => [...column])).toEqual([
    [0.75, 0.25, 0, 0],
    [0.25, 0.25, 0.25, 0.25],
  ]);
  expect(heatOf([{ edges: [1, 1], counts: [2] }], 2).columns[0]?.reduce((a, b) => a + b)).toBeCloseTo(1);
});

it("bare NaN and Infinity of Python's JSON are read, inside of strings they are text", () => {
  expect(readJson('{"a": [NaN, -Infinity, 1], "b": "NaN, \\"Infinity"}')).toEqual({
    a: ["NaN", "-Infinity", 1],
    b: 'NaN, "Infinity',
  });
});

it("boxes are shares of the image, however they were told", () => {
  const file = {
    class_labels: { 1: "cat" },
    box_data: [
      { position: { minX: 0.1, maxX: 0.3, minY: 0, maxY: 0.5 }, class_id: 1, scores: { acc: 0.5 } },
      { position: { middle: [50, 50], width: 20, height: 10 }, domain: "pixel", class_id: 2, box_caption: "dog!" },
      { position: {} },
    ],
  };
  const [first, second, ...rest] = boxesOf(file, 100, 100);
  expect(first).toMatchObject({ x: 0.1, y: 0, height: 0.5, caption: "cat · acc 0.50" });
  expect(second).toMatchObject({ x: 0.4, y: 0.45, width: 0.2, height: 0.1, caption: "dog!" });
  expect(rest).toEqual([]);
});

it("a wave has as many bars as asked, the greatest of them whole", () => {
  expect(peaksOf(Float32Array.from([0, 0.25, -0.5, 0.1]), 2)).toEqual([0.5, 1]);
});
