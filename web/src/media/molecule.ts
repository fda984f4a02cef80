/** Which molecule files are known, and how they are drawn. Pure. */

const FORMATS: Record<string, string> = {
  pdb: "pdb",
  ent: "pdb",
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

/** The format by the name of the file; null where it is none that can be drawn. */
export function formatOf(path: string): string | null {
  return FORMATS[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? null;
}

export const MOLECULE_STYLES = ["cartoon", "sticks", "balls", "spheres", "lines", "surface"] as const;
export type MoleculeStyle = (typeof MOLECULE_STYLES)[number];

export const MOLECULE_COLOURS = ["element", "spectrum", "structure", "chain", "residue", "charge"] as const;
export type MoleculeColour = (typeof MOLECULE_COLOURS)[number];

/** What 3Dmol tells of an atom, as far as it is needed here. */
export interface Atom {
  atom?: string;
  elem?: string;
  resn?: string;
  resi?: number;
  chain?: string;
  hetflag?: boolean;
  bonds?: number[];
  b?: number;
  properties?: Record<string, unknown>;
}

/** Whether there is a chain of residues, which a cartoon can be drawn of. */
export function isChain(atoms: readonly Atom[]): boolean {
  return atoms.filter((atom) => atom.atom === "CA" && atom.resn && !atom.hetflag).length > 2;
}

/** The colours that can differ within these atoms. */
export function coloursFor(atoms: readonly Atom[]): MoleculeColour[] {
  const chained = isChain(atoms);
  const chains = new Set(atoms.map((atom) => atom.chain ?? "")).size;
  const charged = atoms.some((atom) => typeof atom.properties?.partialCharge === "number");
  return MOLECULE_COLOURS.filter(
    (colour) => colour === "element" || (colour === "charge" ? charged : colour === "chain" ? chains > 1 : chained),
  );
}

export interface Drawn {
  selection: Record<string, unknown>;
  style: Record<string, unknown>;
}

/**
 * What to draw of which atoms, in the words of 3Dmol. Atoms without a bond have no stick and no line: they are balls, so
 * that nothing of a molecule is lost from sight.
 */
export function stylesOf(style: MoleculeStyle, colour: MoleculeColour): Drawn[] {
  const own = paintOf(colour);
  const alone = { selection: { bonds: 0 }, style: { sphere: { scale: 0.3, ...own } } };
  switch (style) {
    case "cartoon":
      return [
        { selection: {}, style: { cartoon: colour === "element" ? { color: "spectrum" } : own } },
        { selection: { hetflag: true }, style: { stick: { radius: 0.15 }, sphere: { scale: 0.25 } } },
      ];
    case "sticks":
      return [{ selection: {}, style: { stick: { radius: 0.18, ...own } } }, alone];
    case "balls":
      return [{ selection: {}, style: { stick: { radius: 0.12, ...own }, sphere: { scale: 0.28, ...own } } }];
    case "spheres":
      return [{ selection: {}, style: { sphere: own } }];
    case "lines":
      return [{ selection: {}, style: { line: own } }, alone];
    case "surface":
      return [{ selection: {}, style: { stick: { radius: 0.1, ...own } } }, alone];
  }
}

/** In the words of 3Dmol. */
export function paintOf(colour: MoleculeColour): Record<string, unknown> {
  switch (colour) {
    case "element":
      return { colorscheme: "default" };
    case "spectrum":
      return { color: "spectrum" };
    case "structure":
      return { colorscheme: "ssPyMol" };
    case "chain":
      return { colorscheme: "chain" };
    case "residue":
      return { colorscheme: "amino" };
    case "charge":
      return { colorscheme: { prop: "partialCharge", gradient: "rwb", min: -0.6, max: 0.6 } };
  }
}

/** What an atom is called under the mouse: `CA · ALA 5 · A`. */
export function atomName({ atom, elem, resn, resi, chain }: Atom): string {
  const residue = resn ? `${resn} ${resi ?? ""}`.trim() : "";
  return [atom || elem || "", residue, residue && chain ? chain : ""].filter(Boolean).join(" · ");
}
