/** The atoms and bonds of a molecule, and what is told of them. Pure. */

const FORMATS: Record<string, string> = {
  pdb: "pdb",
  ent: "pdb",
  pdbqt: "pdb",
  pqr: "pqr",
  mmcif: "cif",
  mcif: "cif",
  cif: "cif",
  sdf: "sdf",
  sd: "sdf",
  mol: "sdf",
  gro: "gro",
  mol2: "mol2",
  mmtf: "mmtf",
  xyz: "xyz",
};

/** The ends of the names of files that are drawn. */
export const MOLECULE_ENDS = Object.keys(FORMATS);

/** The format by the name of the file; null where it is none that can be drawn. */
export function formatOf(path: string): string | null {
  return FORMATS[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? null;
}

export interface Atom {
  x: number;
  y: number;
  z: number;
  elem: string;
  /** Its name within its residue. */
  atom?: string;
  resn?: string;
  resi?: number;
  chain?: string;
  hetflag?: boolean;
  /** `h` in a helix, `s` in a sheet. */
  ss?: string;
  /** The places of those it is bound to. */
  bonds: number[];
  bondOrder?: number[];
  properties?: Record<string, unknown>;
}

export interface Bond {
  from: number;
  to: number;
  /** 1, 2 or 3. */
  order: number;
}

/** The atoms that stand somewhere, bound to one another alone. */
export function placed(given: readonly Atom[]): Atom[] {
  const places = new Map<number, number>();
  for (const [at, { x, y, z }] of given.entries())
    if (Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z)) places.set(at, places.size);
  if (places.size === given.length) return [...given];
  return [...places.keys()].map((at) => {
    const atom = given[at]!;
    const kept = atom.bonds.flatMap((other, place) => (places.has(other) ? [place] : []));
    return {
      ...atom,
      bonds: kept.map((place) => places.get(atom.bonds[place]!)!),
      bondOrder: kept.map((place) => atom.bondOrder?.[place] ?? 1),
    };
  });
}

/** Each bond once. Some files tell it of one of its atoms alone. */
export function bondsOf(atoms: readonly Atom[]): Bond[] {
  const found = new Map<number, Bond>();
  for (const [at, { bonds, bondOrder }] of atoms.entries())
    for (const [place, other] of bonds.entries()) {
      if (other === at || !atoms[other]) continue;
      const [from, to] = at < other ? [at, other] : [other, at];
      const told = bondOrder?.[place] ?? 1;
      const order = told === 2 || told === 3 ? told : 1;
      const key = from * atoms.length + to;
      found.set(key, { from, to, order: Math.max(order, found.get(key)?.order ?? 1) });
    }
  return [...found.values()];
}

const BACKBONE = new Set(["CA", "P"]);

/** Whether there is a chain of residues, which a ribbon can be drawn of. */
export function isChain(atoms: readonly Atom[]): boolean {
  return atoms.filter(({ atom, resn, hetflag }) => BACKBONE.has(atom ?? "") && resn && !hetflag).length > 2;
}

/** How many residues there are in how many chains; zeros where the file tells of none. */
export function residuesOf(atoms: readonly Atom[]): { residues: number; chains: number } {
  const residues = new Set<string>();
  const chains = new Set<string>();
  for (const { chain, resi, resn, hetflag } of atoms) {
    if (!resn || hetflag) continue;
    residues.add(`${chain} ${resi}`);
    chains.add(chain ?? "");
  }
  return { residues: residues.size, chains: chains.size };
}

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";

/** How many atoms of which element: carbon first, hydrogen next, the others by name; https://en.wikipedia.org/wiki/Chemical_formula#Hill_system. */
export function formulaOf(atoms: readonly Atom[]): string {
  const many = new Map<string, number>();
  for (const { elem } of atoms) many.set(elem, (many.get(elem) ?? 0) + 1);
  const place = (elem: string) => (!many.has("C") ? 2 : elem === "C" ? 0 : elem === "H" ? 1 : 2);
  return [...many]
    .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
    .map(([elem, n]) => elem + (n > 1 ? String(n).replace(/\d/g, (digit) => SUBSCRIPTS[Number(digit)]!) : ""))
    .join("");
}

/** What an atom is called under the mouse: `CA · ALA 5 · A`. */
export function atomName({ atom, elem, resn, resi, chain }: Atom): string {
  const residue = resn ? `${resn} ${resi ?? ""}`.trim() : "";
  return [atom || elem, residue, residue && chain?.trim() ? chain : ""].filter(Boolean).join(" · ");
}

/** The places of the atoms, x, y, z one after another. */
export function pointsOf(atoms: readonly Atom[]): Float32Array {
  return Float32Array.from(atoms.flatMap(({ x, y, z }) => [x, y, z]));
}
