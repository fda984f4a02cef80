/** Boxes over an image that stand in its cell, rather than in a file beside it. Pure. */

type Value = Record<string, unknown>;

/** The lists of boxes of an image, by their names. */
export function boxFiles(value: unknown): Record<string, unknown[]> {
  const boxes = (value as Value | null)?.boxes;
  if (typeof boxes !== "object" || boxes === null) return {};
  return Object.fromEntries(
    Object.entries(boxes).filter((each): each is [string, unknown[]] => Array.isArray(each[1])),
  );
}

/** Where the names of its classes are; null where nothing says. */
export function classesPath(value: unknown): string | null {
  const path = ((value as Value | null)?.classes as Value | null | undefined)?.path;
  return typeof path === "string" ? path : null;
}

/** The names of classes by their numbers, from the file that has them. */
export function classesOf(file: unknown): Record<string, string> {
  const list = (file as Value | null | undefined)?.class_set;
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(
    list.flatMap((one: Value | null) => (one && "id" in one ? [[String(one.id), String(one.name ?? one.id)]] : [])),
  );
}
