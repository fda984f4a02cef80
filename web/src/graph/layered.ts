/** Where the boxes of a graph stand: below all that lead to them, those of an open group together in its frame. Pure. */
import type { Rect } from "./drawing";

export interface Tree {
  id: string;
  width: number;
  height: number;
  /** What is in an open group; its own size is then that of its frame. */
  inside?: readonly Tree[];
}

export interface Laid {
  /** By id, boxes and frames alike. */
  at: ReadonlyMap<string, Rect>;
  width: number;
  height: number;
}

export const GAP = { x: 28, y: 28 };
export const FRAME = { side: 26, top: 34, bottom: 16 };

type Pair = readonly [string, string];

/** `links` are between boxes; groups stand to each other as what is in them does. */
export function layered(roots: readonly Tree[], links: readonly Pair[]): Laid {
  const within = levelsOf(roots, links);
  const at = new Map<string, Rect>();
  const { width, height, place } = levelOf(null, roots, within, at);
  place(0, 0);
  return { at, width, height };
}

interface Level {
  width: number;
  height: number;
  place: (x: number, y: number) => void;
}

/** One group: what is in it is laid out first, as its size is needed. */
function levelOf(
  id: string | null,
  trees: readonly Tree[],
  within: ReadonlyMap<string | null, Map<string, [number, number]>>,
  at: Map<string, Rect>,
): Level {
  const inner = trees.map((tree) => (tree.inside ? levelOf(tree.id, tree.inside, within, at) : null));
  const sizes = trees.map((tree, place) => {
    const level = inner[place];
    return level
      ? {
          width: Math.max(tree.width, level.width + 2 * FRAME.side),
          height: level.height + FRAME.top + FRAME.bottom,
        }
      : tree;
  });
  const links = [...(within.get(id)?.values() ?? [])];
  const rows = inRows(ranksOf(trees.length, links), links);
  const widths = rows.map((row) => row.reduce((sum, one) => sum + (sizes[one]?.width ?? 0) + GAP.x, -GAP.x));
  const heights = rows.map((row) => Math.max(...row.map((one) => sizes[one]?.height ?? 0)));
  const width = Math.max(0, ...widths);
  const height = heights.reduce((sum, each) => sum + each + GAP.y, -GAP.y);
  const place = (left: number, top: number) => {
    let y = top;
    for (const [number, row] of rows.entries()) {
      let x = left + (width - (widths[number] ?? 0)) / 2;
      for (const one of row) {
        const [tree, size, level] = [trees[one] as Tree, sizes[one] as Tree, inner[one]];
        at.set(tree.id, { x, y, width: size.width, height: size.height });
        level?.place(x + (size.width - level.width) / 2, y + FRAME.top);
        x += size.width + GAP.x;
      }
      y += (heights[number] ?? 0) + GAP.y;
    }
  };
  return { width, height: Math.max(0, height), place };
}

/** The links of each level: of the group that both ends are in, between its parts that they are in. */
function levelsOf(roots: readonly Tree[], links: readonly Pair[]): Map<string | null, Map<string, [number, number]>> {
  const ways = new Map<string, { group: string | null; place: number }[]>();
  const walk = (trees: readonly Tree[], group: string | null, way: { group: string | null; place: number }[]) => {
    for (const [place, tree] of trees.entries()) {
      const here = [...way, { group, place }];
      if (tree.inside) walk(tree.inside, tree.id, here);
      else ways.set(tree.id, here);
    }
  };
  walk(roots, null, []);
  const levels = new Map<string | null, Map<string, [number, number]>>();
  for (const [from, to] of links) {
    const [a, b] = [ways.get(from), ways.get(to)];
    if (!a || !b) continue;
    let depth = 0;
    while (a[depth] && b[depth] && a[depth]?.place === b[depth]?.place) depth += 1;
    const [one, other] = [a[depth], b[depth]];
    if (!one || !other) continue;
    const level = levels.get(one.group) ?? new Map<string, [number, number]>();
    level.set(`${one.place} ${other.place}`, [one.place, other.place]);
    levels.set(one.group, level);
  }
  return levels;
}

/** The parts of each row, near the middle of what leads to them. */
function inRows(rank: readonly number[], links: readonly [number, number][]): number[][] {
  const rows: number[][] = [];
  for (const [place, row] of rank.entries()) {
    rows[row] = rows[row] ?? [];
    rows[row].push(place);
  }
  const into = new Map<number, number[]>();
  for (const [from, to] of links) into.set(to, [...(into.get(to) ?? []), from]);
  const share = new Map<number, number>();
  const kept = rows.filter((row) => row !== undefined);
  for (const row of kept) {
    const wish = new Map(
      row.map((one, place) => {
        const tied = (into.get(one) ?? []).flatMap((from) => share.get(from) ?? []);
        return [one, tied.length > 0 ? tied.reduce((a, b) => a + b, 0) / tied.length : (place + 0.5) / row.length];
      }),
    );
    row.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || a - b);
    for (const [place, one] of row.entries()) share.set(one, (place + 0.5) / row.length);
  }
  return kept;
}

/** How far down each is: below all that lead to it. What leads back up is not followed. */
export function ranksOf(n: number, links: readonly [number, number][]): number[] {
  const rank = new Array<number>(n).fill(0);
  const into = new Map<number, number[]>();
  for (const [from, to] of links) {
    const known = into.get(to);
    if (known) known.push(from);
    else into.set(to, [from]);
  }
  const state = new Uint8Array(n);
  for (let root = 0; root < n; root++) {
    const stack = [root];
    while (stack.length > 0) {
      const at = stack.at(-1) as number;
      if (state[at] === 2) {
        stack.pop();
        continue;
      }
      state[at] = 1;
      const waiting = (into.get(at) ?? []).filter((from) => state[from] === 0);
      if (waiting.length > 0) {
        stack.push(...waiting);
        continue;
      }
      for (const from of into.get(at) ?? [])
        if (state[from] === 2) rank[at] = Math.max(rank[at] as number, (rank[from] as number) + 1);
      state[at] = 2;
      stack.pop();
    }
  }
  return rank;
}
