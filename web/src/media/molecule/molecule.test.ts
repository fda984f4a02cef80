import { describe, expect, it } from "vitest";
import { kindOf } from "../value";
import { type Atom, atomName, bondsOf, formatOf, formulaOf, isChain, placed, pointsOf, residuesOf } from "./atoms";
import { axesOf } from "./axes";
import { coloursFor, coloursOf } from "./colours";
import { ballsOf, halves, MOLECULE_STYLES, rodsOf } from "./drawing";

const atom = (elem: string, at: readonly [number, number, number], bonds: number[] = [], more: Partial<Atom> = {}) =>
  ({ elem, x: at[0], y: at[1], z: at[2], bonds, ...more }) as Atom;

const WATER = [atom("O", [0, 0, 0.12], [1, 2]), atom("H", [0, 0.76, -0.47], [0]), atom("H", [0, -0.76, -0.47], [0])];
const CHAIN = [1, 2, 3, 4].map((resi) =>
  atom("C", [resi, 0, 0], [], { atom: "CA", resn: "ALA", resi, chain: "A", hetflag: false }),
);
const RADII = { O: 1.52, H: 1.2, C: 1.7 };

describe("what is told of a molecule", () => {
  it("is known by the end of its file's name", () => {
    const names = ["a.pdb", "b/c.MCIF", "d.sd", "e.mol2", "f.pdbqt", "g.tar.gz", "h"];
    expect(names.map(formatOf)).toEqual(["pdb", "cif", "sdf", "mol2", "pdb", null, null]);
    expect(kindOf("molecule-file")).toBe("molecule");
  });

  it("is its formula, carbon and hydrogen first", () => {
    expect(formulaOf(WATER)).toBe("H₂O");
    const caffeine = "C".repeat(8) + "H".repeat(10) + "N".repeat(4) + "O".repeat(2);
    expect(formulaOf([...caffeine].map((elem) => atom(elem, [0, 0, 0])))).toBe("C₈H₁₀N₄O₂");
  });

  it("is how many residues and chains there are, and the name of each atom", () => {
    expect(residuesOf([...CHAIN, atom("O", [9, 9, 9], [], { resn: "HOH", resi: 5, hetflag: true })])).toEqual({
      residues: 4,
      chains: 1,
    });
    expect([atomName(CHAIN[0]!), atomName(WATER[0]!)]).toEqual(["CA · ALA 1 · A", "O"]);
    expect([isChain(CHAIN), isChain(WATER)]).toEqual([true, false]);
  });
});

describe("bonds", () => {
  it("are there once each, by the higher of two orders, even where only one atom tells of it", () => {
    const ends = [
      atom("C", [0, 0, 0], [1], { bondOrder: [2] }),
      atom("O", [1.2, 0, 0], [0, 2], { bondOrder: [1, 1] }),
      atom("H", [2, 0, 0]),
    ];
    expect(bondsOf(ends)).toEqual([
      { from: 0, to: 1, order: 2 },
      { from: 1, to: 2, order: 1 },
    ]);
  });

  it("stay between those atoms that stand somewhere", () => {
    const [lost, ...rest] = [
      atom("C", [Number.NaN, 0, 0], [1]),
      atom("O", [1, 0, 0], [0, 2]),
      atom("H", [2, 0, 0], [1]),
    ];
    expect(placed([lost!, ...rest]).map(({ elem, bonds }) => [elem, bonds])).toEqual([
      ["O", [1]],
      ["H", [0]],
    ]);
    expect(placed(WATER)).toEqual(WATER);
  });

  it("of two are two strands beside each other, within the plane of what is bound there", () => {
    const [c, o, h] = [atom("C", [0, 0, 0], [1, 2]), atom("O", [1.2, 0, 0], [0]), atom("H", [-0.5, 0.9, 0], [0])];
    const strands = halves([c, o, h], [{ from: 0, to: 1, order: 2 }], 0.16);
    expect(strands).toHaveLength(4);
    expect(strands.every(({ from, to }) => from[2] === 0 && to[2] === 0)).toBe(true);
    expect(new Set(strands.map(({ from }) => Math.sign(from[1])))).toEqual(new Set([1, -1]));
    // each half has the colour of its own end
    expect(strands.map(({ atom }) => atom).sort()).toEqual([0, 0, 1, 1]);
  });
});

describe("a drawing", () => {
  it("has all of a molecule in every style: atoms without a bond are balls where there is no other mark of them", () => {
    const salt = [atom("Na", [0, 0, 0]), atom("Cl", [2.8, 0, 0])];
    for (const style of MOLECULE_STYLES.filter((each) => each !== "cartoon")) {
      expect(ballsOf(salt, style, RADII), style).toHaveLength(2);
      const drawn = rodsOf(WATER, bondsOf(WATER), style).length + ballsOf(WATER, style, RADII).length;
      // lines are no rods, and have no balls
      expect(drawn > 0, style).toBe(style !== "lines");
    }
  });

  it("of a ribbon has what is no part of the chain as balls and rods", () => {
    const ligand = WATER.map((each) => ({ ...each, hetflag: true, bonds: each.bonds.map((at) => at + 4) }));
    const both = [...CHAIN, ...ligand];
    expect(ballsOf(both, "cartoon", RADII).map(({ atom }) => atom)).toEqual([4, 5, 6]);
    expect(rodsOf(both, bondsOf(both), "cartoon")).toHaveLength(4);
  });
});

describe("colours", () => {
  const palette = { elements: { O: 0xf00000, H: 0xffffff }, residues: { ALA: 0xc8c8c8 }, chains: [[1, 2, 3]] as const };

  it("are offered where they differ", () => {
    expect(coloursFor(WATER)).toEqual(["element"]);
    expect(coloursFor(CHAIN)).toEqual(["element", "spectrum", "structure", "residue"]);
    expect(coloursFor([...CHAIN, { ...CHAIN[0]!, chain: "B" }])).toContain("chain");
    expect(coloursFor([atom("O", [0, 0, 0], [], { properties: { partialCharge: -0.4 } })])).toEqual([
      "element",
      "charge",
    ]);
  });

  it("go from blue at the first residue to red at the last", () => {
    const [first, , , last] = coloursOf(CHAIN, "spectrum", palette) as [number, number, number][];
    expect(first![2]).toBeGreaterThan(first![0] + 100);
    expect(last![0]).toBeGreaterThan(last![2] + 100);
  });

  it("tell elements and charges apart", () => {
    expect(coloursOf(WATER, "element", palette)).toEqual([
      [240, 0, 0],
      [255, 255, 255],
      [255, 255, 255],
    ]);
    const ends = [-1, 0, 1].map((partialCharge) => atom("O", [0, 0, 0], [], { properties: { partialCharge } }));
    const [minus, none, plus] = coloursOf(ends, "charge", palette) as [number, number, number][];
    expect([minus![0] > minus![2], none![0] === none![2], plus![2] > plus![0]]).toEqual([true, true, true]);
  });
});

describe("the axes of a molecule", () => {
  const turnedOf = (points: Float32Array) => {
    const axes = axesOf(points);
    return axes.map((axis) => {
      const along: number[] = [];
      for (let at = 0; at < points.length; at += 3)
        along.push(axis[0] * points[at]! + axis[1] * points[at + 1]! + axis[2] * points[at + 2]!);
      return Math.max(...along) - Math.min(...along);
    });
  };

  it("lie the widest way first, whichever way it stands in the file", () => {
    const sizes = turnedOf(pointsOf(WATER));
    expect(sizes[0]).toBeCloseTo(1.52, 3);
    expect(sizes[1]).toBeCloseTo(0.59, 3);
    expect(sizes[2]).toBeCloseTo(0, 3);
  });

  it("are at right angles and turn without mirroring, even of one atom or of a line of them", () => {
    for (const points of [
      [0, 0, 0],
      [0, 0, -1, 0, 0, 0, 0, 0, 1],
      [1, 2, 3, 3, 1, 2, 0, 5, 1, 2, 2, 9],
    ]) {
      const [x, y, z] = axesOf(Float32Array.from(points));
      const volume =
        x[0] * (y[1] * z[2] - y[2] * z[1]) - x[1] * (y[0] * z[2] - y[2] * z[0]) + x[2] * (y[0] * z[1] - y[1] * z[0]);
      expect(volume).toBeCloseTo(1, 6);
      expect(x[0] * y[0] + x[1] * y[1] + x[2] * y[2]).toBeCloseTo(0, 6);
    }
  });
});
