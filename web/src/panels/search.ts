/** Searching by regular expression, as one types: a half-typed one is no error of the page. */

/** Why a text is no regular expression, in the engine's words; null where it is one. */
export function regexProblem(text: string): string | null {
  try {
    new RegExp(text, "i");
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return said.replace(/^Invalid regular expression: /, "").replace(/^\/.*\/[a-z]*: /, "");
  }
}

/** What matches a text: by regular expression, or as plain text while it is none. Case does not matter. */
export function matcher(text: string): (name: string) => boolean {
  if (text === "") return () => true;
  try {
    const regex = new RegExp(text, "i");
    return (name) => regex.test(name);
  } catch {
    const plain = text.toLowerCase();
    return (name) => name.toLowerCase().includes(plain);
  }
}
