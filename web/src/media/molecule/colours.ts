/** What colour each atom has, and what there is to choose from. Pure. */
import type { Rgb } from "../scene/cloud";
import { type Atom, isChain } from "./atoms";

export const MOLECULE_COLOURS = ["element", "spectrum", "structure", "chain", "residue", "charge"] as const;
export type MoleculeColour = (typeof MOLECULE_COLOURS)[number];

/** Colours that have their names from elsewhere, as numbers. */
export interface Palette {
  elements: Readonly<Record<string, number>>;
  residues: Readonly<Record<string, number>>;
  chains: readonly Rgb[];
}

const OTHER = 0xff1493;
const NO_RESIDUE = 0xbea06e;
const STRUCTURES: Record<string, Rgb> = { h: [214, 69, 80], s: [222, 168, 34] };
const COIL: Rgb = [60, 150, 110];
/** A charge that has the full colour. */
const CHARGED = 0.6;

/** The colours that can differ within these atoms. */
export function coloursFor(atoms: readonly Atom[]): MoleculeColour[] {
  const chained = isChain(atoms);
  const chains = new Set(atoms.map((atom) => atom.chain ?? "")).size;
  return MOLECULE_COLOURS.filter((colour) => {
    if (colour === "element") return true;
    if (colour === "charge") return atoms.some((atom) => chargeOf(atom) !== null);
    return colour === "chain" ? chains > 1 : chained;
  });
}

function chargeOf({ properties }: Atom): number | null {
  const charge = properties?.partialCharge;
  return typeof charge === "number" && Number.isFinite(charge) ? charge : null;
}

/** Red, green, blue of each atom. */
export function coloursOf(atoms: readonly Atom[], colour: MoleculeColour, palette: Palette): Rgb[] {
  switch (colour) {
    case "element":
      return atoms.map(({ elem }) => rgb(palette.elements[elem] ?? OTHER));
    case "spectrum":
      return spectrum(atoms);
    case "structure":
      return atoms.map(({ ss }) => STRUCTURES[ss ?? ""] ?? COIL);
    case "chain": {
      const chains = [...new Set(atoms.map(({ chain }) => chain ?? ""))];
      return atoms.map(({ chain }) => palette.chains[chains.indexOf(chain ?? "") % palette.chains.length]!);
    }
    case "residue":
      return atoms.map(({ resn }) => rgb(palette.residues[resn ?? ""] ?? NO_RESIDUE));
    case "charge":
      return atoms.map((atom) => charged(chargeOf(atom) ?? 0));
  }
}

/** From blue at the first residue of each chain to red at its last. */
function spectrum(atoms: readonly Atom[]): Rgb[] {
  const ends = new Map<string, [number, number]>();
  for (const { chain = "", resi = 0, hetflag } of atoms) {
    if (hetflag) continue;
    const [low, high] = ends.get(chain) ?? [resi, resi];
    ends.set(chain, [Math.min(low, resi), Math.max(high, resi)]);
  }
  return atoms.map(({ chain = "", resi = 0 }) => {
    const [low, high] = ends.get(chain) ?? [0, 1];
    return hue(240 * (1 - Math.min(1, Math.max(0, (resi - low) / (high - low || 1)))));
  });
}

function hue(degrees: number): Rgb {
  const part = (shift: number) => {
    const k = (shift + degrees / 30) % 12;
    return Math.round(255 * (0.52 - 0.36 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}

/** Red below zero, blue above. */
function charged(charge: number): Rgb {
  const share = Math.min(1, Math.abs(charge) / CHARGED);
  const [other, own] = [Math.round(240 - 190 * share), Math.round(240 - 30 * share)];
  return charge < 0 ? [own, other, other] : [other, other, own];
}

export function rgb(n: number): Rgb {
  return [n >> 16, (n >> 8) & 255, n & 255];
}
