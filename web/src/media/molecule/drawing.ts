/** The balls and rods that a molecule is drawn of, in each style. Pure. */
import type { Point } from "../scene/cloud";
import type { Atom, Bond } from "./atoms";

export const MOLECULE_STYLES = ["cartoon", "sticks", "balls", "spheres", "lines", "surface"] as const;
export type MoleculeStyle = (typeof MOLECULE_STYLES)[number];

export interface Ball {
  atom: number;
  radius: number;
}

/** Half of a bond, or of one of its two or three strands, in the colour of the atom it begins at. */
export interface Rod {
  atom: number;
  from: Point;
  to: Point;
  radius: number;
}

interface Measure {
  /** Of a rod; null where bonds are lines or nothing. */
  rod: number | null;
  /** Of an atom that is bound, by the radius of its element. */
  bound: (radius: number) => number;
}

/** Atoms without a bond have no rod and no line: they are balls of this share, so that nothing is lost from sight. */
const ALONE = 0.3;

const MEASURES: Record<MoleculeStyle, Measure> = {
  cartoon: { rod: 0.13, bound: (radius) => radius * 0.25 },
  sticks: { rod: 0.16, bound: () => 0.16 },
  balls: { rod: 0.11, bound: (radius) => radius * 0.26 },
  spheres: { rod: null, bound: (radius) => radius },
  lines: { rod: null, bound: () => 0 },
  surface: { rod: 0.1, bound: () => 0.1 },
};

/** In a ribbon, what is no part of the chain is drawn by itself. */
export function ballsOf(atoms: readonly Atom[], style: MoleculeStyle, radii: Readonly<Record<string, number>>): Ball[] {
  const { bound } = MEASURES[style];
  return atoms.flatMap((atom, at) => {
    if (style === "cartoon" && !atom.hetflag) return [];
    const own = radii[atom.elem] ?? 1.7;
    const radius = atom.bonds.length > 0 || style === "spheres" ? bound(own) : own * ALONE;
    return radius > 0 ? [{ atom: at, radius }] : [];
  });
}

export function rodsOf(atoms: readonly Atom[], bonds: readonly Bond[], style: MoleculeStyle): Rod[] {
  const { rod } = MEASURES[style];
  if (rod === null) return [];
  const shown =
    style === "cartoon" ? bonds.filter(({ from, to }) => atoms[from]!.hetflag && atoms[to]!.hetflag) : bonds;
  return halves(atoms, shown, rod);
}

/** Starts and ends of halves of bonds, for lines. */
export function halves(atoms: readonly Atom[], bonds: readonly Bond[], radius: number): Rod[] {
  return bonds.flatMap((bond) => {
    const [a, b] = [pointOf(atoms[bond.from]!), pointOf(atoms[bond.to]!)];
    return strandsOf(bond.order, radius).flatMap(({ aside, thick }) => {
      const off = aside === 0 ? ([0, 0, 0] as const) : scaled(besides(atoms, bond, a, b), aside);
      const [start, end] = [sum(a, off), sum(b, off)];
      const middle = scaled(sum(start, end), 0.5);
      return [
        { atom: bond.from, from: start, to: middle, radius: thick },
        { atom: bond.to, from: end, to: middle, radius: thick },
      ];
    });
  });
}

function strandsOf(order: number, radius: number): { aside: number; thick: number }[] {
  if (order === 1) return [{ aside: 0, thick: radius }];
  const apart = order === 2 ? [-0.62, 0.62] : [-0.82, 0, 0.82];
  return apart.map((share) => ({ aside: share * Math.max(radius, 0.12), thick: radius * (order === 2 ? 0.5 : 0.36) }));
}

/** Across a bond, within the plane of what is bound beside it. */
function besides(atoms: readonly Atom[], { from, to }: Bond, a: Point, b: Point): Point {
  const along = unit(minus(b, a));
  for (const [here, there, at] of [
    [from, to, a],
    [to, from, b],
  ] as const)
    for (const other of atoms[here]!.bonds) {
      if (other === there || !atoms[other]) continue;
      const across = without(minus(pointOf(atoms[other]), at), along);
      if (length(across) > 0.1) return unit(across);
    }
  return unit(without(Math.abs(along[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0], along));
}

const pointOf = ({ x, y, z }: Atom): Point => [x, y, z];
const sum = (a: Point, b: Point): Point => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const scaled = (a: Point, by: number): Point => [a[0] * by, a[1] * by, a[2] * by];
const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const length = (a: Point): number => Math.hypot(...a);
const unit = (a: Point): Point => scaled(a, 1 / (length(a) || 1));
const without = (a: Point, along: Point): Point => minus(a, scaled(along, dot(a, along)));
