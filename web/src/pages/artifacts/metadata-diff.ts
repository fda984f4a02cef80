/** What differs between two trees of values, by dotted path. Pure. */

export interface Difference {
  path: string;
  /** `undefined` where only the other has it. */
  before: unknown;
  after: unknown;
}

export function differences(before: unknown, after: unknown, prefix = ""): Difference[] {
  if (isTree(before) && isTree(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(before[key], after[key], prefix ? `${prefix}.${key}` : key));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path: prefix, before, after }];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
