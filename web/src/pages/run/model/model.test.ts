import { describe, expect, it } from "vitest";
import { drawingOf } from "./boxes";
import { decades, rmsOf, spread, troubleOf } from "./flow";
import { foldable, graphOf, moduleRows, modulesOf, shapeOf } from "./layers";

const torch = {
  format: "torch",
  nodes: [
    { id: 1, name: "embed", class_name: "Conv2d(3, 8)", output_shape: [4, 8, 16, 16], parameters: [["weight", [8, 3, 3, 3]], ["bias", [8]]], num_parameters: [216, 8] }, // biome-ignore format: a table
    { id: 2, name: "blocks.0.fc1", class_name: "Linear(8, 8)", output_shape: [4, 8], parameters: [["weight", [8, 8]]], num_parameters: [64] }, // biome-ignore format: a table
    { id: 3, name: "blocks.0.act", class_name: "GELU()", output_shape: [4, 8], parameters: [], num_parameters: [] },
    { id: 4, name: "blocks.1.fc1", class_name: "Linear(8, 8)", output_shape: [4, 8], parameters: [["weight", [8, 8]]] },
    { id: 5, name: "head", class_name: "Linear(8, 2)", output_shape: null, parameters: [["weight", [2, 8]]] },
  ],
  edges: [],
};

describe("the layers of a model", () => {
  const graph = graphOf(torch);
  const layers = graph?.layers ?? [];

  it("have types, shapes and parameters, counted or as many as their sizes say", () => {
    expect(layers.map((layer) => [layer.name, layer.type, layer.shape, layer.count])).toEqual([
      ["embed", "Conv2d", "4 × 8 × 16 × 16", 224],
      ["blocks.0.fc1", "Linear", "4 × 8", 64],
      ["blocks.0.act", "GELU", "4 × 8", 0],
      ["blocks.1.fc1", "Linear", "4 × 8", 64],
      ["head", "Linear", "", 16],
    ]);
    expect(
      shapeOf([
        [1, 2],
        [null, 3],
      ]),
    ).toBe("1 × 2, ? × 3");
    expect([graphOf({}), graphOf(null), graphOf({ nodes: [] })]).toEqual([null, null, null]);
  });

  it("stand in their modules, which count what is in them", () => {
    const modules = modulesOf(layers);
    expect(modules.map((module) => [module.path, module.layers, module.count])).toEqual([
      ["embed", 1, 224],
      ["blocks", 3, 128],
      ["head", 1, 16],
    ]);
    const names = (closed: string[], query = "") =>
      moduleRows(modules, new Set(closed), query).map((row) => row.module.path);
    expect(names(["blocks.0"])).toEqual(["embed", "blocks", "blocks.0", "blocks.1", "blocks.1.fc1", "head"]);
    expect(names(["blocks"], "gelu")).toEqual(["blocks", "blocks.0", "blocks.0.act"]);
    expect(names([], "nothing")).toEqual([]);
    expect(foldable(modules)).toEqual(["blocks", "blocks.0", "blocks.1"]);
    expect(foldable(modules, 1)).toEqual(["blocks.0", "blocks.1"]);
  });

  it("are drawn one below the other, folded modules as one box", () => {
    if (!graph) throw new Error("no graph");
    const whole = drawingOf(graph, new Set());
    expect(whole.boxes.map((box) => box.path)).toEqual(layers.map((layer) => layer.name));
    expect(new Set(whole.boxes.map((box) => box.y)).size).toBe(5);
    const small = drawingOf(graph, new Set(["blocks"]));
    expect(small.boxes.map((box) => [box.path, box.layers])).toEqual([["embed", 1], ["blocks", 3], ["head", 1]]); // biome-ignore format: a table
    expect(small.links.map(({ from, to }) => [from.path, to.path])).toEqual([["embed", "blocks"], ["blocks", "head"]]); // biome-ignore format: a table
  });

  it("that feed several stand above all of these, beside one another where they can", () => {
    const forked = graphOf({ nodes: ["a", "b", "c", "d"].map((id) => ({ id, name: id })), edges: [["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"], ["x", "a"]] }); // biome-ignore format: a table
    if (!forked) throw new Error("no graph");
    const { boxes } = drawingOf(forked, new Set());
    const y = Object.fromEntries(boxes.map((box) => [box.path, box.y]));
    expect(y.b).toBe(y.c);
    expect([(y.a ?? 0) < (y.b ?? 0), (y.b ?? 0) < (y.d ?? 0)]).toEqual([true, true]);
    const loop = graphOf({ nodes: [{ id: 1, name: "a" }, { id: 2, name: "b" }], edges: [[1, 2], [2, 1]] }); // biome-ignore format: a table
    expect(drawingOf(loop ?? { layers: [], edges: [] }, new Set()).boxes).toHaveLength(2);
  });
});

describe("how large gradients are", () => {
  it("comes from the middles of the bins", () => {
    expect(rmsOf({ edges: [-2, 0, 2], counts: [5, 5] })).toBe(1);
    expect(rmsOf({ edges: [0, 1], counts: [0] })).toBeNaN();
  });

  it("tells of layers that learn nothing beside the others, and of those that burst", () => {
    const row = (name: string, ...values: number[]) => ({ name, values });
    const rows = [row("a", 1, 1), row("b", 1, 0.9), row("c", 1, 1e-9), row("d", 1, 1, 1, 1e5)];
    expect(troubleOf(rows)).toEqual({ vanishing: ["c"], exploding: ["d"] });
    expect(troubleOf([])).toEqual({ vanishing: [], exploding: [] });
    expect(decades(rows)).toEqual([-4, 4]);
    expect(decades([row("a", 0, Number.NaN)])).toBeNull();
  });

  it("is looked at over all of the run", () => {
    expect(spread([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(
      spread(
        Array.from({ length: 101 }, (_, i) => i),
        5,
      ),
    ).toEqual([0, 25, 50, 75, 100]);
  });
});
