/** What is installed where: `requirements.txt` files side by side. Pure. */
import { aligned, type Row } from "./rows";

/** Versions by package, as `pip freeze` writes them; names are compared as the index does, without case, `_` as `-`. */
export function packagesOf(text: string): Map<string, string> {
  const out = new Map<string, string>();
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    if (!line || line.startsWith("-")) continue;
    const found = /^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*(?:===?|@)\s*(.+)$/.exec(line);
    const name = found?.[1] ?? line;
    out.set(name.toLowerCase().replace(/[-_.]+/g, "-"), found?.[2]?.trim() ?? "");
  }
  return out;
}

export function packageRows(texts: readonly (string | null)[]): Row[] {
  return aligned(texts.map((text) => (text === null ? new Map() : packagesOf(text))));
}
