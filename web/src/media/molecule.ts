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

export const MOLECULE_STYLES = ["cartoon", "sticks", "balls", "spheres", "lines"] as const;
export type MoleculeStyle = (typeof MOLECULE_STYLES)[number];

/** In the words of 3Dmol. What is no chain stays seen in a cartoon, as sticks. */
export function styleOf(style: MoleculeStyle): Record<string, unknown> {
  switch (style) {
    case "cartoon":
      return { cartoon: { color: "spectrum" }, stick: { radius: 0.12, hidden: false, opacity: 0.55 } };
    case "sticks":
      return { stick: { radius: 0.18 } };
    case "balls":
      return { stick: { radius: 0.12 }, sphere: { scale: 0.28 } };
    case "spheres":
      return { sphere: {} };
    case "lines":
      return { line: {} };
  }
}
