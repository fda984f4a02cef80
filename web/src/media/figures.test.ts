import { expect, it } from "vitest";
import { bokehNeeds, bokehOf } from "./bokeh";
import { atomName, coloursFor, formatOf, isChain, MOLECULE_STYLES, stylesOf } from "./molecule";
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
});

it("a molecule is drawn whole in every style: atoms without a bond are balls where there is no other mark of them", () => {
  for (const style of MOLECULE_STYLES) expect(stylesOf(style, "element").length).toBeGreaterThan(0);
  for (const style of ["sticks", "lines", "surface"] as const)
    expect(stylesOf(style, "element").at(-1)).toMatchObject({ selection: { bonds: 0 }, style: { sphere: {} } });
});

it("a chain can be coloured by residue and structure, a small molecule by element alone", () => {
  const chain = [1, 2, 3, 4].map((resi) => ({ atom: "CA", elem: "C", resn: "ALA", resi, chain: "A" }));
  expect([isChain(chain), isChain([{ elem: "O" }])]).toEqual([true, false]);
  expect(coloursFor([{ elem: "O" }])).toEqual(["element"]);
  expect(coloursFor(chain)).toEqual(["element", "spectrum", "structure", "residue"]);
  expect(coloursFor([{ elem: "O", properties: { partialCharge: -0.4 } }])).toEqual(["element", "charge"]);
  expect([atomName(chain[0]!), atomName({ elem: "O" })]).toEqual(["CA · ALA 1 · A", "O"]);
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
