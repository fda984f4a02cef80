let found: boolean | undefined;

/** Whether the browser draws in three dimensions; asked once, as it gives out few contexts. */
export function hasWebgl(): boolean {
  if (found === undefined) {
    const context = document.createElement("canvas").getContext("webgl2");
    found = context !== null;
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return found;
}
