/** The lines of the table without a list of them, so that a hundred thousand cost nothing: found by their place. Pure. */
import type { GroupNode } from "./tree";

export type Segment =
  | { kind: "group"; start: number; depth: number; group: GroupNode; open: boolean }
  | { kind: "runs"; start: number; depth: number; group: GroupNode | null; count: number };

export type TableLine =
  | { kind: "group"; depth: number; group: GroupNode; open: boolean }
  /** The `place`-th run of its group, or of the whole list. */
  | { kind: "run"; depth: number; group: GroupNode | null; place: number };

export interface Lines {
  segments: readonly Segment[];
  count: number;
}

export const NO_LINES: Lines = { segments: [], count: 0 };

/** Lines of runs alone, or of groups, each followed by what is in it where it is open. */
export function linesOf(
  groups: readonly GroupNode[] | null,
  total: number,
  isOpen: (group: GroupNode) => boolean,
): Lines {
  const segments: Segment[] = [];
  let start = 0;
  const runs = (group: GroupNode | null, count: number, depth: number) => {
    if (count === 0) return;
    segments.push({ kind: "runs", start, depth, group, count });
    start += count;
  };
  const level = (own: readonly GroupNode[], depth: number) => {
    for (const group of own) {
      const open = isOpen(group);
      segments.push({ kind: "group", start, depth, group, open });
      start += 1;
      if (!open) continue;
      if (group.inner.length > 0) level(group.inner, depth + 1);
      else runs(group, group.runs, depth + 1);
    }
  };
  if (groups) level(groups, 0);
  else runs(null, total, 0);
  return { segments, count: start };
}

export function lineAt({ segments, count }: Lines, place: number): TableLine | null {
  if (place < 0 || place >= count) return null;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (segments[middle]!.start <= place) low = middle;
    else high = middle - 1;
  }
  const segment = segments[low]!;
  if (segment.kind === "group") return segment;
  return { kind: "run", depth: segment.depth, group: segment.group, place: place - segment.start };
}

/** A part of the runs of a group, or of the list, that is read at once. */
export interface Block {
  group: GroupNode | null;
  /** Which part, from 0. */
  number: number;
}

export const BLOCK = 100;

/** The parts that the lines from `first` to `last` are in. */
export function blocksIn({ segments }: Lines, first: number, last: number): Block[] {
  const blocks: Block[] = [];
  for (const segment of segments) {
    if (segment.kind !== "runs" || segment.start > last || segment.start + segment.count <= first) continue;
    const from = Math.max(0, first - segment.start);
    const to = Math.min(segment.count - 1, last - segment.start);
    for (let number = Math.floor(from / BLOCK); number <= Math.floor(to / BLOCK); number++)
      blocks.push({ group: segment.group, number });
  }
  return blocks;
}

export function blockName(group: GroupNode | null, number: number): string {
  return `${number} ${group?.id ?? ""}`;
}
