import { describe, expect, it } from "vitest";
import type { Lineage, LineageNode } from "@/api/types";
import { aliasProblem, isTag } from "./Chips";
import { layoutOf, ofPeople } from "./lineage";

const run = (id: string): LineageNode => ({
  id,
  run: { entity: "e", project: "p", id, name: id },
  state: "finished",
  artifact: null,
  aliases: [],
});
const version = (id: string, collection = id): LineageNode => ({
  id,
  run: null,
  state: "",
  artifact: { entity: "e", project: "p", type: "model", collection, version: "v0" },
  aliases: [],
});
const graph = (root: string, nodes: LineageNode[], ...edges: string[]): Lineage => ({
  root,
  nodes,
  edges: edges.map((edge) => ({ source: edge.split(">")[0] ?? "", target: edge.split(">")[1] ?? "" })),
  cut: false,
});

describe("a lineage", () => {
  it("goes from causes on the left to effects on the right", () => {
    const layout = layoutOf(
      graph("net", [version("net"), run("train"), version("data"), run("eval")], "data>train", "train>net", "net>eval"),
      new Set(),
    );
    const column = Object.fromEntries(layout.nodes.map((node) => [node.id, node.column]));
    expect(column).toEqual({ data: 0, train: 1, net: 2, eval: 3 });
    expect(layout.links.every((link) => link.near)).toBe(true);
    expect([layout.columns, layout.rows]).toEqual([4, 1]);
  });

  it("puts what nothing leads to beside what it leads to", () => {
    const layout = layoutOf(
      graph(
        "out",
        [run("a"), version("b"), run("c"), version("out"), version("extra")],
        "a>b",
        "b>c",
        "c>out",
        "extra>c",
      ),
      new Set(),
    );
    expect(layout.nodes.find((node) => node.id === "extra")?.column).toBe(1);
  });

  it("folds many siblings into one, until they are opened", () => {
    const siblings = ["v1", "v2", "v3", "v4", "v5"].map((id) => version(id, "ckpt"));
    const edges = siblings.map((node) => `train>${node.id}`);
    const all = graph("net", [run("train"), version("net"), ...siblings], "train>net", ...edges);
    const folded = layoutOf(all, new Set());
    expect(folded.nodes).toHaveLength(3);
    expect(folded.nodes.find((node) => node.id === "v1")?.folded).toHaveLength(4);
    expect(layoutOf(all, new Set(["v1"])).nodes).toHaveLength(7);
  });

  it("folds runs that each made a version of their own, and those versions", () => {
    const ids = Array.from({ length: 99 }, (_, n) => String(n));
    const all = graph(
      "data",
      [
        version("data"),
        ...ids.flatMap((id) => [run(`r${id}`), version(`v${id}`, "net")]),
        run("odd"),
        version("other"),
      ],
      ...ids.flatMap((id) => [`data>r${id}`, `r${id}>v${id}`]),
      "data>odd",
      "odd>other",
    );
    const { nodes, links } = layoutOf(all, new Set());
    expect(nodes.map((node) => [node.id, node.folded.length])).toEqual([
      ["data", 0],
      ["r0", 98],
      ["v0", 98],
      ["odd", 0],
      ["other", 0],
    ]);
    expect(links).toHaveLength(4);
    expect(layoutOf(all, new Set(["v0"])).nodes).toHaveLength(4 + 99);
  });

  it("leaves out what clients keep by themselves, unless it was asked about", () => {
    const table = version("rows");
    table.artifact!.type = "run_table";
    const all = graph("net", [version("net"), run("train"), table], "train>net", "train>rows");
    expect(ofPeople(all).nodes.map((node) => node.id)).toEqual(["net", "train"]);
    expect(ofPeople(all).edges).toEqual([{ source: "train", target: "net" }]);
    expect(ofPeople({ ...all, root: "rows" }).nodes).toHaveLength(3);
  });

  it("ends, also where it goes round in a circle", () => {
    const layout = layoutOf(graph("a", [version("a"), run("b")], "a>b", "b>a"), new Set());
    expect(layout.nodes).toHaveLength(2);
  });
});

it("aliases and tags are told from what is none", () => {
  const words = { alias: "no alias", version: "a version" };
  expect([aliasProblem("best", words), aliasProblem("v3", words), aliasProblem("a/b", words)]).toEqual([
    null,
    "a version",
    "no alias",
  ]);
  expect([isTag("to keep"), isTag(" x"), isTag("a:b")]).toEqual([true, false, false]);
});
