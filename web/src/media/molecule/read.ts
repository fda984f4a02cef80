/** A file of a molecule as its atoms, by the readers of 3Dmol. */
import { type Atom, placed } from "./atoms";

export type Library = typeof import("3dmol");

/** The molecules, or the states of one, that a file holds, one after another; those without atoms are left out. */
export function framesOf(library: Library, bytes: ArrayBuffer, format: string): Atom[][] {
  const parsed = textsOf(bytes, format).flatMap((content) => [
    ...(library.GLModel.parseMolData(content, format, { keepH: true, multimodel: format !== "mol2" }) as Iterable<
      Atom[]
    >),
  ]);
  return parsed.map(placed).filter((atoms) => atoms.length > 0);
}

/** What is read at once. A MOL2 file of several is read piece by piece, as its reader stumbles where they meet. */
function textsOf(bytes: ArrayBuffer, format: string): (string | ArrayBuffer)[] {
  if (format === "mmtf") return [bytes];
  const text = new TextDecoder().decode(bytes);
  return format === "mol2" ? text.split(/^(?=@<TRIPOS>MOLECULE)/m) : [text];
}
