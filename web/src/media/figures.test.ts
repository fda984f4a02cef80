import { expect, it } from "vitest";
import { formatOf, MOLECULE_STYLES, styleOf } from "./molecule";
import { figureOf } from "./plotly-figure";
import { kindOf } from "./value";

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

it("a molecule is known by the end of its name", () => {
  expect(["a.pdb", "b/c.MCIF", "d.sd", "e.mol2", "f.tar.gz", "g"].map(formatOf)).toEqual([
    "pdb",
    "cif",
    "sdf",
    "mol2",
    null,
    null,
  ]);
  expect(kindOf("molecule-file")).toBe("molecule");
  for (const style of MOLECULE_STYLES) expect(Object.keys(styleOf(style)).length).toBeGreaterThan(0);
});
