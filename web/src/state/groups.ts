/** Runs in groups by what they have in common: pure. */
import type { Run } from "@/api/types";

/** The runs that have the same value of a field; nested where the list is grouped by several. */
export interface RunGroup {
  /** The same group has the same id in every list: fields and values, in order. */
  id: string;
  /** What its runs share, outermost field first. */
  path: readonly { field: string; value: unknown }[];
  /** The last value of the path, as people read it. */
  name: string;
  /** All of its runs, those of inner groups too, in the order of the list. */
  runs: readonly Run[];
  /** The groups within; empty at the innermost level, which is the one that charts draw as one line. */
  inner: readonly RunGroup[];
  /** The colour of its line and of its square: a token of `theme/tokens.css`. */
  token: string;
}

/** The groups that charts draw: the innermost ones. */
export function innermost(groups: readonly RunGroup[]): RunGroup[] {
  return groups.flatMap((group) => (group.inner.length > 0 ? innermost(group.inner) : [group]));
}
