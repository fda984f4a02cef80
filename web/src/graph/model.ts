/** A model as it is drawn: layers as boxes, open modules as frames, blocks that are alike as one. Pure. */
import { si } from "@/ui/numbers";
import type { Box, Drawing, Frame, Link } from "./drawing";
import { layered, type Tree } from "./layered";
import type { LayerGraph, Module } from "./layers";

const WIDTH = 208;
const HEIGHT = 44;
/** So many blocks in a row that are made alike stand as one. */
const ALIKE = 3;
/** Larger models show their outer modules first. */
const MANY = 120;

/** A module of the drawing; of blocks that are alike, all of them. */
export interface Part extends Module {
  children: Part[];
  /** How many blocks that are made alike it stands for; 0 where it is no such thing. */
  alike: number;
}

/** The modules, with blocks that follow each other and are made alike put together. */
export function partsOf(modules: readonly Module[]): Part[] {
  const made = new Map<Module, string>();
  const makeOf = (module: Module): string => {
    const known = made.get(module);
    if (known !== undefined) return known;
    const make = `${module.layer?.type ?? ""}(${module.children.map((child) => `${child.name}:${makeOf(child)}`).join()})`;
    made.set(module, make);
    return make;
  };
  const parts: Part[] = [];
  for (let place = 0; place < modules.length; ) {
    const first = modules[place] as Module;
    let end = place + 1;
    const repeats = first.children.length > 0 && /\d$/.test(first.name);
    while (repeats && end < modules.length && makeOf(modules[end] as Module) === makeOf(first)) end += 1;
    const block = modules
      .slice(place, end)
      .map((module) => ({ ...module, children: partsOf(module.children), alike: 0 }));
    if (block.length < ALIKE) parts.push(...block);
    else {
      const last = modules[end - 1] as Module;
      parts.push({
        path: `${first.path}…${last.name}`,
        name: `${first.name} … ${last.name}`,
        layer: null,
        children: block,
        count: block.reduce((sum, each) => sum + each.count, 0),
        layers: block.reduce((sum, each) => sum + each.layers, 0),
        alike: block.length,
      });
    }
    place = end;
  }
  return parts;
}

/** The way from the outermost part to the one of this path; empty where there is none. */
export function wayTo(parts: readonly Part[], path: string): Part[] {
  for (const part of parts) {
    if (part.path === path) return [part];
    const inner = wayTo(part.children, path);
    if (inner.length > 0) return [part, ...inner];
  }
  return [];
}

/** All that can be folded. */
export function foldsOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => (part.children.length > 0 ? [part.path, ...foldsOf(part.children)] : []));
}

/** What is folded at first: blocks that are alike, and in a large model all that is deeper than the first modules. */
export function firstFolds(parts: readonly Part[]): Set<string> {
  const alike = (each: readonly Part[]): string[] =>
    each.flatMap((part) => [...(part.alike > 0 ? [part.path] : []), ...alike(part.children)]);
  const folds = new Set(alike(parts));
  const shown = (each: readonly Part[]): number =>
    each.reduce((sum, part) => sum + (part.children.length > 0 && !folds.has(part.path) ? shown(part.children) : 1), 0);
  if (shown(parts) > MANY) for (const part of parts) for (const path of foldsOf(part.children)) folds.add(path);
  if (shown(parts) > MANY) for (const path of foldsOf(parts)) folds.add(path);
  return folds;
}

export interface Words {
  alike: (n: number) => string;
  layers: (n: number) => string;
}

/** Layers without edges between them are tied in the order in which they are listed. */
export function drawingOf(
  { layers, edges }: LayerGraph,
  parts: readonly Part[],
  folded: ReadonlySet<string>,
  words: Words,
): Drawing {
  const boxOf = new Map<string, string>();
  const holds = new Map<string, string>();
  const boxes: Box[] = [];
  const frames: Frame[] = [];
  const claim = (part: Part, box: string) => {
    if (part.layer) {
      boxOf.set(part.layer.id, box);
      holds.set(part.path, box);
    }
    for (const child of part.children) claim(child, box);
  };
  const boxFor = (part: Part, id: string): Tree => {
    const single = id !== part.path || part.children.length === 0;
    boxes.push(single ? layerBox(part, id) : groupBox(part, words));
    claim(single ? { ...part, children: [] } : part, id);
    return { id, width: WIDTH, height: HEIGHT };
  };
  const treeOf = (part: Part): Tree => {
    if (part.children.length === 0 || folded.has(part.path)) return boxFor(part, part.path);
    frames.push({ id: part.path, name: part.name, x: 0, y: 0, width: 0, height: 0 });
    // a module may be a layer too, beside what is in it
    const own = part.layer ? [boxFor(part, `${part.path}.`)] : [];
    return { id: part.path, width: WIDTH, height: HEIGHT, inside: [...own, ...part.children.map(treeOf)] };
  };
  const trees = parts.map(treeOf);
  const links = new Map<string, Link>();
  const link = (one: number, other: number) => {
    const [from, to] = [boxOf.get(layers[one]?.id ?? ""), boxOf.get(layers[other]?.id ?? "")];
    if (from && to && from !== to) links.set(`${from} ${to}`, { from, to, near: false });
  };
  if (edges.length > 0) for (const [from, to] of edges) link(from, to);
  else for (let place = 1; place < layers.length; place++) link(place - 1, place);
  const tied = [...links.values()];
  const { at, width, height } = layered(
    trees,
    tied.map(({ from, to }) => [from, to]),
  );
  return {
    boxes: boxes.map((box) => ({ ...box, ...at.get(box.id) })),
    frames: frames.map((frame) => ({ ...frame, ...at.get(frame.id) })),
    links: tied,
    width,
    height,
    flow: "down",
    holds,
  };
}

const BLANK = { x: 0, y: 0, width: WIDTH, height: HEIGHT };

function layerBox({ path, layer, count, children }: Part, id: string): Box {
  const name = path.split(".").slice(-2).join(".");
  const learnt = layer?.count ?? (children.length > 0 ? null : count);
  return {
    ...BLANK,
    id,
    name,
    about: [layer?.type ?? "", layer?.shape ?? "", learnt ? si(learnt) : ""].filter(Boolean).join(" · "),
    title: `${path}\n${layer?.about ?? ""}`.trim(),
    many: 1,
    opens: false,
    tone: toneOf(layer?.type ?? ""),
  };
}

function groupBox({ path, name, alike, layers, count }: Part, words: Words): Box {
  return {
    ...BLANK,
    id: path,
    name: alike > 0 ? `${name}` : path.split(".").slice(-2).join("."),
    about: [alike > 0 ? words.alike(alike) : "", words.layers(layers), count > 0 ? si(count) : ""]
      .filter(Boolean)
      .join(" · "),
    title: path,
    many: alike > 0 ? alike : layers,
    opens: true,
    tone: null,
  };
}

const KINDS: readonly RegExp[] = [
  /conv/i,
  /linear|dense|bilinear/i,
  /norm/i,
  /attention|^attn/i,
  /embed/i,
  /relu|gelu|silu|elu|tanh|sigmoid|softmax|activation|swish|mish/i,
  /pool|flatten|reshape|upsample|pad/i,
  /lstm|gru|rnn/i,
  /drop/i,
];

/** The colour of a kind of layer: convolutions one, norms another; null for what is none of the known. */
export function toneOf(type: string): number | null {
  const kind = KINDS.findIndex((each) => each.test(type));
  return kind < 0 ? null : kind + 1;
}
