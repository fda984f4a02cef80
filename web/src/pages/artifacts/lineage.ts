/** Where the runs and versions of a lineage stand: in columns from causes to effects. Pure. */
import type { Lineage, LineageNode, RunState } from "@/api/types";
import type { Drawing } from "@/graph/drawing";
import { count } from "@/ui/numbers";
import { isOurs } from "./types";

/** `net:v3`, or the name of the run. */
export function nameOf({ id, run, artifact }: LineageNode): string {
  return run ? run.name : artifact ? `${artifact.collection}:${artifact.version}` : id;
}

/** Without the tables and the code that clients keep by themselves, unless one of them was asked about. */
export function ofPeople({ nodes, edges, ...rest }: Lineage): Lineage {
  const kept = nodes.filter(({ id, artifact }) => id === rest.root || !artifact || !isOurs(artifact.type));
  const ids = new Set(kept.map((node) => node.id));
  return { ...rest, nodes: kept, edges: edges.filter(({ source, target }) => ids.has(source) && ids.has(target)) };
}

export interface Placed {
  id: string;
  /** The node; of a fold, the first of those it stands for. */
  node: LineageNode;
  /** The others it stands for as well. */
  folded: readonly LineageNode[];
  column: number;
  row: number;
}

export interface Link {
  from: string;
  to: string;
  /** On the way that leads through the version one looks at. */
  near: boolean;
}

export interface Layout {
  nodes: Placed[];
  links: Link[];
  columns: number;
  rows: number;
}

const FOLD_FROM = 4;

/** `open` are the folds that are to be shown one by one. */
export function layoutOf({ root, nodes, edges }: Lineage, open: ReadonlySet<string>): Layout {
  const stands = folds({ root, nodes, edges }, open);
  const representative = (id: string) => stands.get(id)?.[0] ?? id;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kept = nodes.filter((node) => representative(node.id) === node.id);
  const links = new Map<string, { from: string; to: string }>();
  for (const { source, target } of edges) {
    const [from, to] = [representative(source), representative(target)];
    if (byId.has(from) && byId.has(to) && from !== to) links.set(`${from} ${to}`, { from, to });
  }
  const all = [...links.values()];
  const column = columnsOf(
    kept.map((node) => node.id),
    all,
    root,
  );
  const placed = inRows(kept, all, column, root);
  const near = through(all, root);
  return {
    nodes: placed.map((each) => ({
      ...each,
      folded: (stands.get(each.id) ?? []).slice(1).flatMap((id) => byId.get(id) ?? []),
    })),
    links: all.map((link) => ({ ...link, near: near.has(`${link.from} ${link.to}`) })),
    columns: Math.max(0, ...placed.map((each) => each.column)) + 1,
    rows: Math.max(0, ...placed.map((each) => each.row)) + 1,
  };
}

/**
 * Many that stand alike stand as one: versions of a collection, or runs, that have the same kinds of neighbours, near and
 * far. So a hundred runs of one dataset, each of which made a version of its own, are two folds. Found by refining
 * colours (B. Weisfeiler and A. Leman, 1968) from the root. By id, all of its fold.
 */
function folds({ root, nodes, edges }: Pick<Lineage, "root" | "nodes" | "edges">, open: ReadonlySet<string>) {
  const before = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  for (const { source, target } of edges) {
    after.set(source, [...(after.get(source) ?? []), target]);
    before.set(target, [...(before.get(target) ?? []), source]);
  }
  let colours = new Map(
    nodes.map((node) => [node.id, node.id === root ? "root" : node.artifact ? `a ${node.artifact.collection}` : "r"]),
  );
  for (let classes = 0; classes < new Set(colours.values()).size; ) {
    classes = new Set(colours.values()).size;
    const told = (ids: readonly string[] = []) => [...new Set(ids.map((id) => colours.get(id)))].sort().join(",");
    const words = nodes.map(({ id }) => `${colours.get(id)} ${told(before.get(id))} > ${told(after.get(id))}`);
    const places = new Map([...new Set(words)].map((word, place) => [word, String(place)]));
    colours = new Map(nodes.map((node, at) => [node.id, places.get(words[at]!)!]));
  }
  const groups = new Map<string, string[]>();
  for (const { id } of nodes) {
    if (id === root) continue;
    const colour = colours.get(id)!;
    groups.set(colour, [...(groups.get(colour) ?? []), id]);
  }
  const stands = new Map<string, string[]>();
  for (const ids of groups.values())
    if (ids.length >= FOLD_FROM && !open.has(ids[0] ?? "")) for (const id of ids) stands.set(id, ids);
  return stands;
}

/** A column for each: one more than the farthest of what it comes from; what goes round in a circle stays. */
function columnsOf(ids: string[], links: readonly { from: string; to: string }[], root: string): Map<string, number> {
  const column = new Map(ids.map((id) => [id, 0]));
  for (let round = 0; round < ids.length; round++) {
    let moved = false;
    for (const { from, to } of links) {
      const least = (column.get(from) ?? 0) + 1;
      if (least > (column.get(to) ?? 0) && to !== from && least <= ids.length) {
        column.set(to, least);
        moved = true;
      }
    }
    if (!moved) break;
  }
  // what nothing leads to stands next to what it leads to, not far on the left
  for (const id of ids) {
    if (id === root || links.some((link) => link.to === id)) continue;
    const next = links.filter((link) => link.from === id).map((link) => column.get(link.to) ?? 1);
    if (next.length > 0) column.set(id, Math.min(...next) - 1);
  }
  const least = Math.min(...column.values());
  for (const [id, value] of column) column.set(id, value - least);
  return column;
}

/** A row for each within its column: near the middle of what it is tied to, the root's line straight. */
function inRows(
  nodes: readonly LineageNode[],
  links: readonly { from: string; to: string }[],
  column: Map<string, number>,
  root: string,
): Omit<Placed, "folded">[] {
  const columns = new Map<number, LineageNode[]>();
  for (const node of nodes) {
    const at = column.get(node.id) ?? 0;
    columns.set(at, [...(columns.get(at) ?? []), node]);
  }
  const row = new Map<string, number>();
  const order = [...columns.keys()].sort((a, b) => a - b);
  const most = Math.max(...[...columns.values()].map((each) => each.length), 1);
  for (const at of order) {
    const inColumn = columns.get(at) ?? [];
    const wish = (id: string) => {
      const tied = links.filter((link) => link.to === id).map((link) => row.get(link.from) ?? 0);
      return tied.length > 0 ? tied.reduce((a, b) => a + b, 0) / tied.length : most / 2;
    };
    const wishes = new Map(inColumn.map((node) => [node.id, wish(node.id) + (node.id === root ? -0.01 : 0)]));
    inColumn.sort((a, b) => (wishes.get(a.id) ?? 0) - (wishes.get(b.id) ?? 0));
    const first = (most - inColumn.length) / 2;
    for (const [place, node] of inColumn.entries()) row.set(node.id, first + place);
  }
  return nodes.map((node) => ({ id: node.id, node, column: column.get(node.id) ?? 0, row: row.get(node.id) ?? 0 }));
}

/** The links on a way to or from `root`. */
function through(links: readonly { from: string; to: string }[], root: string): Set<string> {
  const found = new Set<string>();
  const walk = (id: string, side: "from" | "to") => {
    for (const link of links) {
      const name = `${link.from} ${link.to}`;
      if (link[side] !== id || found.has(name)) continue;
      found.add(name);
      walk(side === "from" ? link.to : link.from, side);
    }
  };
  walk(root, "from");
  const forward = new Set(found);
  walk(root, "to");
  for (const name of forward) found.add(name);
  return found;
}

const BOX = { width: 172, height: 48 };
const COLUMN = 218;
const ROW = 76;
const STATES: readonly string[] = ["pending", "running", "finished", "failed", "crashed", "killed", "preempting"];

/** As it is drawn: from left to right. */
export function drawingOf(
  { nodes, links, columns, rows }: Layout,
  words: { run: string; states: Readonly<Record<string, string>> },
): Drawing {
  const holds = new Map(
    nodes.flatMap(({ id, folded }) => [id, ...folded.map((each) => each.id)].map((one) => [one, id])),
  );
  return {
    boxes: nodes.map(({ id, node, folded, column, row }) => {
      const about = node.run
        ? [words.run, words.states[node.state] ?? node.state].filter(Boolean).join(" · ")
        : [node.artifact?.type, ...node.aliases].filter(Boolean).join(" · ");
      const many = folded.length + 1;
      return {
        ...BOX,
        id,
        x: column * COLUMN,
        y: row * ROW,
        name: nameOf(node),
        about: many > 1 ? `+${count(many - 1)} · ${about}` : about,
        title: nameOf(node),
        many,
        opens: many > 1,
        tone: null,
        round: node.run !== null,
        icon: many > 1 ? "group" : node.run ? "chart" : "box",
        state: many === 1 && STATES.includes(node.state) ? (node.state as RunState) : null,
      };
    }),
    frames: [],
    links,
    width: columns * COLUMN - (COLUMN - BOX.width),
    height: rows * ROW - (ROW - BOX.height),
    flow: "across",
    holds,
  };
}
