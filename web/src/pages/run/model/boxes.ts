/** A model drawn as boxes from top to bottom: modules that are folded are one box. Pure. */
import type { Layer, LayerGraph } from "./layers";

export interface Box {
  /** The path of the layer, or of the module that is folded. */
  path: string;
  layer: Layer | null;
  layers: number;
  count: number;
  x: number;
  y: number;
}

export interface Drawing {
  boxes: Box[];
  links: { from: Box; to: Box }[];
  width: number;
  height: number;
}

export const BOX = { width: 208, height: 44, gapX: 28, gapY: 28 };

/** Layers without edges between them are drawn in the order in which they are listed. */
export function drawingOf({ layers, edges }: LayerGraph, folded: ReadonlySet<string>): Drawing {
  const boxes: Box[] = [];
  const byPath = new Map<string, number>();
  const boxOf = layers.map((layer) => {
    const path = outermost(layer.name, folded) ?? layer.name;
    const known = byPath.get(path);
    if (known !== undefined) {
      const box = boxes[known] as Box;
      box.layers += 1;
      box.count += layer.count ?? 0;
      box.layer = null;
      return known;
    }
    byPath.set(path, boxes.length);
    boxes.push({ path, layer: path === layer.name ? layer : null, layers: 1, count: layer.count ?? 0, x: 0, y: 0 });
    return boxes.length - 1;
  });
  const links = new Map<string, [number, number]>();
  const link = (from: number, to: number) => {
    if (from !== to) links.set(`${from} ${to}`, [from, to]);
  };
  if (edges.length > 0) for (const [from, to] of edges) link(boxOf[from] as number, boxOf[to] as number);
  else for (let place = 1; place < layers.length; place++) link(boxOf[place - 1] as number, boxOf[place] as number);

  const rank = ranksOf(boxes.length, [...links.values()]);
  const inRank = new Map<number, number>();
  for (const [place, box] of boxes.entries()) {
    const row = rank[place] as number;
    const column = inRank.get(row) ?? 0;
    inRank.set(row, column + 1);
    box.x = column;
    box.y = row * (BOX.height + BOX.gapY);
  }
  const widest = Math.max(1, ...inRank.values());
  const width = widest * (BOX.width + BOX.gapX) - BOX.gapX;
  for (const [place, box] of boxes.entries()) {
    const n = inRank.get(rank[place] as number) ?? 1;
    box.x = (width - (n * (BOX.width + BOX.gapX) - BOX.gapX)) / 2 + box.x * (BOX.width + BOX.gapX);
  }
  return {
    boxes,
    links: [...links.values()].map(([from, to]) => ({ from: boxes[from] as Box, to: boxes[to] as Box })),
    width,
    height: Math.max(BOX.height, ...boxes.map((box) => box.y + BOX.height)),
  };
}

/** The outermost folded module that a layer is in; null where all are open. */
function outermost(name: string, folded: ReadonlySet<string>): string | null {
  const parts = name.split(/[./]/);
  for (let depth = 1; depth < parts.length; depth++) {
    const path = parts.slice(0, depth).join(".");
    if (folded.has(path)) return path;
  }
  return null;
}

/** How far down each box is: below all that lead to it. What leads back up, as folding may make it, is not followed. */
function ranksOf(n: number, links: readonly [number, number][]): number[] {
  const rank = new Array<number>(n).fill(0);
  const into = new Map<number, number[]>();
  for (const [from, to] of links) into.set(to, [...(into.get(to) ?? []), from]);
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
