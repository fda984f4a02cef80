let found: boolean | undefined;

/** Whether the browser draws in three dimensions; asked once, and given back, as it gives out few contexts. */
export function hasWebgl(): boolean {
  if (found === undefined) {
    const context = document.createElement("canvas").getContext("webgl");
    found = context !== null;
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return found;
}
