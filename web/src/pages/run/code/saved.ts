/** Which files of a run are its code. Pure. */

/** True of a file the run keeps as its source: the program under `code/`, what `save_code` kept, a saved session. */
export function isSaved(path: string): boolean {
  return path.startsWith("code/");
}

/** The path of a source file within its repository. */
export function inRepository(path: string): string {
  return path.replace(/^code\//, "");
}
