import { expect, it } from "vitest";
import { bokehNeeds, bokehOf } from "./bokeh";
import { figureOf, isSolid, webglKinds } from "./plotly-figure";

it("a Plotly file is its traces and its layout, without the colours of its template", () => {
  const layout = { title: { text: "T" }, template: { layout: {} } };
  expect(figureOf({ data: [{ type: "sankey" }], layout })).toEqual({
    data: [{ type: "sankey" }],
    layout: { title: { text: "T" } },
    frames: [],
  });
  expect(figureOf({ data: [], frames: [{ name: "1" }] })).toEqual({ data: [], layout: {}, frames: [{ name: "1" }] });
  for (const odd of [null, 3, "x", {}, { data: 7 }]) expect(figureOf(odd)).toBeNull();
});

it("a Plotly figure says which of its traces WebGL draws, and whether one turns it", () => {
  const told = (...types: (string | undefined)[]) => {
    const figure = figureOf({ data: types.map((type) => ({ type })) })!;
    return [webglKinds(figure), isSolid(figure)];
  };
  expect(told("scatter", undefined, "heatmap")).toEqual([[], false]);
  expect(told("scattergl", "bar")).toEqual([["scattergl"], false]);
  expect(told("surface", "surface", "scatter3d")).toEqual([["surface", "scatter3d"], true]);
});

it("a Bokeh document of version 3 is drawn, by the parts of Bokeh that its models are in", () => {
  const figure = { type: "object", name: "Figure", id: "1", attributes: {} };
  expect(bokehOf({ version: "3.9.2", roots: [figure] })?.document).not.toBeNull();
  expect(bokehOf({ version: "2.4.3", roots: { references: [], root_ids: [] } })).toEqual({
    version: "2.4.3",
    document: null,
  });
  for (const odd of [null, 3, {}, []]) expect(bokehOf(odd)).toBeNull();
  expect(bokehNeeds({ roots: [figure] })).toEqual(["core"]);
  expect(bokehNeeds({ roots: [{ type: "object", name: "DataTable", attributes: {} }] })).toContain("tables");
  const sliding = { type: "object", name: "Column", attributes: { children: [{ type: "object", name: "Slider" }] } };
  expect(bokehNeeds({ roots: [sliding] })).toEqual(["core", "widgets"]);
});
