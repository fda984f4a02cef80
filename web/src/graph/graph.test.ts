import { describe, expect, it } from "vitest";
import { found } from "@/ui/finding";
import { neighbour, strokesOf } from "./drawing";
import { layered, ranksOf } from "./layered";
import { endsOf, foldable, graphOf, moduleRows, modulesOf, shapeOf } from "./layers";
import { mapSize } from "./MiniMap";
import { drawingOf, firstFolds, foldsOf, partsOf, toneOf, wayTo } from "./model";
import { centred, fitted, seen, zoomedAt } from "./pan-zoom";

const words = { alike: (n: number) => `${n} alike`, layers: (n: number) => `${n} layers` };

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

  it("know what goes into them and what takes what comes out, of a whole module what crosses its edge", () => {
    const tied = graphOf({ ...torch, edges: [[1, 2], [2, 3], [1, 3], [3, 4], [4, 5], [3, 5]] }); // biome-ignore format: a table
    const names = (path: string) => {
      const { from, to } = endsOf(tied ?? { layers: [], edges: [] }, path);
      return [from.map(({ name }) => name), to.map(({ name }) => name)];
    };
    expect(names("blocks.0.act")).toEqual([["embed", "blocks.0.fc1"], ["blocks.1.fc1", "head"]]); // biome-ignore format: a table
    expect(names("blocks.0")).toEqual([["embed"], ["blocks.1.fc1", "head"]]);
    expect(names("blocks")).toEqual([["embed"], ["head"]]);
    expect(names("nothing")).toEqual([[], []]);
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
});

describe("a model that is drawn", () => {
  const read = (json: unknown) => {
    const graph = graphOf(json);
    if (!graph) throw new Error("no graph");
    return { graph, parts: partsOf(modulesOf(graph.layers)) };
  };
  const draw = (json: unknown, folded: Iterable<string> = []) => {
    const { graph, parts } = read(json);
    return drawingOf(graph, parts, new Set(folded), words);
  };
  const named = (...names: string[]) => ({ nodes: names.map((id) => ({ id, name: id, class_name: "Linear(1, 1)" })), edges: [] as string[][] }); // biome-ignore format: a table

  it("has its layers one below the other, and frames around open modules", () => {
    const whole = draw(torch);
    expect(whole.boxes.map((box) => box.id)).toEqual(["embed", "blocks.0.fc1", "blocks.0.act", "blocks.1.fc1", "head"]);
    expect(whole.frames.map((frame) => frame.id)).toEqual(["blocks", "blocks.0", "blocks.1"]);
    const ys = whole.boxes.map((box) => box.y);
    expect([...ys].sort((a, b) => a - b)).toEqual(ys);
    for (const frame of whole.frames) {
      const inside = whole.boxes.filter((box) => box.id.startsWith(`${frame.id}.`));
      expect(inside.length).toBeGreaterThan(0);
      for (const box of inside) {
        expect(box.x).toBeGreaterThan(frame.x);
        expect(box.x + box.width).toBeLessThan(frame.x + frame.width);
        expect(box.y).toBeGreaterThan(frame.y);
        expect(box.y + box.height).toBeLessThan(frame.y + frame.height);
      }
    }
  });

  it("has a folded module as one box, tied as what is in it was", () => {
    const small = draw(torch, ["blocks"]);
    expect(small.boxes.map((box) => [box.id, box.many])).toEqual([["embed", 1], ["blocks", 3], ["head", 1]]); // biome-ignore format: a table
    expect(small.links.map(({ from, to }) => [from, to])).toEqual([["embed", "blocks"], ["blocks", "head"]]); // biome-ignore format: a table
    expect(small.holds.get("blocks.0.act")).toBe("blocks");
  });

  it("has layers beside one another where they feed the same", () => {
    const forked = draw({ ...named("a", "b", "c", "d"), edges: [["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"], ["x", "a"]] }); // biome-ignore format: a table
    const y = Object.fromEntries(forked.boxes.map((box) => [box.id, box.y]));
    expect(y.b).toBe(y.c);
    expect([(y.a ?? 0) < (y.b ?? 0), (y.b ?? 0) < (y.d ?? 0)]).toEqual([true, true]);
    expect(draw({ ...named("a", "b"), edges: [["a", "b"], ["b", "a"]] }).boxes).toHaveLength(2); // biome-ignore format: a table
  });

  it("puts blocks in a row that are made alike together, and folds them at first", () => {
    const names = [0, 1, 2, 3].flatMap((n) => [`blocks.${n}.norm`, `blocks.${n}.fc`]);
    const { parts } = read(named("embed", ...names, "blocks.4.fc", "head"));
    const blocks = parts[1]?.children ?? [];
    expect(blocks.map((part) => [part.path, part.alike, part.layers])).toEqual([["blocks.0…3", 4, 8], ["blocks.4", 0, 1]]); // biome-ignore format: a table
    expect([...firstFolds(parts)]).toEqual(["blocks.0…3"]);
    expect(wayTo(parts, "blocks.2.fc").map((part) => part.path)).toEqual(["blocks", "blocks.0…3", "blocks.2", "blocks.2.fc"]); // biome-ignore format: a table
    expect(foldsOf(parts)).toHaveLength(7);
    const drawn = draw(named("embed", ...names, "head"), ["blocks.0…3"]);
    expect(drawn.boxes.map((box) => box.about)).toEqual(["Linear", "4 alike · 8 layers", "Linear"]);
  });

  it("keeps a layer that has layers in it apart from these", () => {
    const drawn = draw(named("attn", "attn.out", "head"));
    expect(drawn.boxes.map((box) => box.id)).toEqual(["attn.", "attn.out", "head"]);
    expect(drawn.holds.get("attn")).toBe("attn.");
  });

  it("of a thousand layers is laid out at once", () => {
    const names = Array.from({ length: 1000 }, (_, n) => `stage.${n % 7}.layer.${n}`);
    const begin = performance.now();
    const { boxes } = draw({ ...named(...names), edges: names.slice(1).map((name, n) => [names[n] ?? "", name]) });
    expect(boxes).toHaveLength(1000);
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  it("colours kinds of layers, whatever their library calls them", () => {
    expect([toneOf("Conv2d"), toneOf("Conv1D"), toneOf("LayerNorm"), toneOf("Rotary")]).toEqual([1, 1, 3, null]);
  });
});

describe("a graph", () => {
  const box = (id: string, x: number, y: number) => ({ id, x, y, width: 100, height: 40, name: id, about: "", title: id, many: 1, opens: false, tone: null }); // biome-ignore format: a table
  const link = (from: string, to: string) => ({ from, to, near: false });

  it("ranks what follows below, whatever the order it is told in", () => {
    expect(ranksOf(4, [[2, 1], [1, 0], [2, 0], [0, 3]])).toEqual([2, 1, 0, 3]); // biome-ignore format: a table
    const { at } = layered(
      [{ id: "a", width: 10, height: 10 }, { id: "g", width: 0, height: 0, inside: [{ id: "b", width: 10, height: 10 }] }],
      [["b", "a"]],
    ); // biome-ignore format: a table
    expect((at.get("g")?.y ?? 0) < (at.get("a")?.y ?? 0)).toBe(true);
  });

  it("leads a link past the boxes that stand between", () => {
    const boxes = [box("a", 0, 0), box("b", 0, 70), box("c", 0, 140)];
    const drawing = { boxes, frames: [], width: 100, height: 180, flow: "down" as const, holds: new Map() };
    expect(strokesOf({ ...drawing, links: [link("a", "b")] }, false).lines).toBe("M50 40V64");
    expect(strokesOf({ ...drawing, links: [link("a", "c")] }, false).lines).toMatch(/^M100 20C122 /);
    expect(strokesOf({ ...drawing, links: [link("a", "c")] }, true).lines).toBe("");
  });

  it("is walked through by arrows, to the nearest in that direction", () => {
    const boxes = [box("a", 0, 0), box("b", 0, 70), box("c", 200, 70), box("d", 0, 400)];
    const from = boxes[0]!;
    expect(neighbour(boxes, from, 0, 1)?.id).toBe("b");
    expect(neighbour(boxes, from, 1, 0)?.id).toBe("c");
    expect(neighbour(boxes, from, 0, -1)).toBeNull();
  });

  it("is searched by all words one types", () => {
    const findings = [{ id: "a", text: "blocks.0.attn Linear(64, 192)" }, { id: "b", text: "blocks.0.norm LayerNorm" }]; // biome-ignore format: a table
    expect([found(findings, "BLOCKS linear"), found(findings, "norm"), found(findings, " ")]).toEqual([["a"], ["b"], []]); // biome-ignore format: a table
  });

  it("is fitted, zoomed at the pointer, centred, and small in its map", () => {
    expect(fitted({ width: 100, height: 1000 }, { width: 400, height: 300 }, 0.5)).toEqual({
      zoom: 0.5,
      x: 175,
      y: 24,
    });
    expect(zoomedAt({ x: 0, y: 0, zoom: 1 }, 2, { x: 10, y: 10 })).toEqual({ x: -10, y: -10, zoom: 2 });
    const place = { width: 200, height: 100 };
    const pose = centred({ x: 90, y: 40, width: 20, height: 20 }, place, 0.5);
    expect(seen(pose, place)).toEqual({ x: -100, y: -50, width: 400, height: 200 });
    expect(mapSize({ width: 200, height: 70_000 })).toEqual({ width: 28, height: 104 });
  });
});
