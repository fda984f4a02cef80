/** The layers of a model as its graph file lists them, and as the modules they are in. Pure. */

export interface Parameter {
  /** Its name within the layer, such as `weight`. */
  name: string;
  sizes: number[];
  count: number;
  /** The kind of its numbers, where that was told: `float32`. */
  dtype: string;
}

export interface Layer {
  id: string;
  /** The path of the layer: `blocks.0.attn.qkv`. */
  name: string;
  /** Its class: `Linear`. */
  type: string;
  /** All that the class says of itself: `Linear(in_features=384, …)`. */
  about: string;
  shape: string;
  parameters: Parameter[];
  /** How many numbers are learnt in it; null where it does not say. */
  count: number | null;
}

export interface LayerGraph {
  layers: Layer[];
  /** Places of layers, from and to. */
  edges: [number, number][];
}

type Facts = Record<string, unknown>;

/** What a graph file holds; null where it is none. */
export function graphOf(json: unknown): LayerGraph | null {
  const nodes = isFacts(json) && Array.isArray(json.nodes) ? json.nodes.filter(isFacts) : [];
  if (nodes.length === 0) return null;
  const layers = nodes.map(layerOf);
  const places = new Map(layers.map((layer, place) => [layer.id, place]));
  const said = isFacts(json) && Array.isArray(json.edges) ? json.edges : [];
  const edges = said.flatMap((edge): [number, number][] => {
    if (!Array.isArray(edge)) return [];
    const [from, to] = [places.get(String(edge[0])), places.get(String(edge[1]))];
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  return { layers, edges };
}

function layerOf(node: Facts, place: number): Layer {
  const about = String(node.class_name ?? "");
  const parameters = Array.isArray(node.parameters) ? node.parameters.flatMap(parameterOf) : [];
  const given = node.num_parameters;
  const counted = Array.isArray(given)
    ? given.reduce<number>((sum, each) => sum + (Number(each) || 0), 0)
    : typeof given === "number"
      ? given
      : null;
  return {
    id: String(node.id ?? node.name ?? place),
    name: String(node.name ?? `layer ${place + 1}`),
    type: about.split("(")[0]?.trim() || "—",
    about,
    shape: shapeOf(node.output_shape),
    parameters,
    count: counted ?? (parameters.length > 0 ? parameters.reduce((sum, each) => sum + each.count, 0) : null),
  };
}

function parameterOf(value: unknown): Parameter[] {
  if (!Array.isArray(value) || typeof value[0] !== "string" || !Array.isArray(value[1])) return [];
  const sizes = value[1].map(Number);
  return [
    { name: value[0], sizes, count: sizes.reduce((product, size) => product * size, 1), dtype: String(value[2] ?? "") },
  ];
}

/** `[256, 384, 16, 16]` as `256 × 384 × 16 × 16`; several outputs with commas between. */
export function shapeOf(shape: unknown): string {
  if (!Array.isArray(shape) || shape.length === 0) return "";
  if (shape.every((size) => typeof size === "number" || size === null))
    return shape.map((size) => (size === null ? "?" : String(size))).join(" × ");
  return shape.map(shapeOf).filter(Boolean).join(", ");
}

export interface Ends {
  /** The layers whose outputs go in, each once. */
  from: Layer[];
  /** The layers that take what comes out. */
  to: Layer[];
}

/** What goes into a layer, or into all that lies in a module, and what takes what comes out of it. */
export function endsOf({ layers, edges }: LayerGraph, path: string): Ends {
  const inside = new Set<number>();
  for (const [place, { name }] of layers.entries()) {
    const own = pathOf(name);
    if (own === path || own.startsWith(`${path}.`)) inside.add(place);
  }
  const [from, to] = [new Set<number>(), new Set<number>()];
  for (const [a, b] of edges) {
    if (inside.has(a) === inside.has(b)) continue;
    if (inside.has(b)) from.add(a);
    else to.add(b);
  }
  const told = (places: Set<number>) => [...places].sort((a, b) => a - b).flatMap((place) => layers[place] ?? []);
  return { from: told(from), to: told(to) };
}

/** The path of a layer, whatever its library puts between the names of modules. */
export function pathOf(name: string): string {
  return name.replaceAll("/", ".");
}

export interface Module {
  path: string;
  /** The last part of the path. */
  name: string;
  layer: Layer | null;
  children: Module[];
  count: number;
  /** How many layers are in it. */
  layers: number;
}

/** The layers in the modules that their names tell of, in their order. */
export function modulesOf(layers: readonly Layer[]): Module[] {
  const roots: Module[] = [];
  const known = new Map<string, Module>();
  for (const layer of layers) {
    const parts = layer.name.split(/[./]/);
    let siblings = roots;
    let path = "";
    for (const [depth, part] of parts.entries()) {
      path = path ? `${path}.${part}` : part;
      let here = known.get(path);
      if (!here) {
        here = { path, name: part, layer: null, children: [], count: 0, layers: 0 };
        known.set(path, here);
        siblings.push(here);
      }
      here.count += layer.count ?? 0;
      here.layers += 1;
      if (depth === parts.length - 1) here.layer = layer;
      siblings = here.children;
    }
  }
  return roots;
}

export interface ModuleRow {
  module: Module;
  depth: number;
  /** Undefined for a layer that has nothing in it. */
  open?: boolean;
}

/** The rows to show: with a query those whose path or type holds it, all modules open. */
export function moduleRows(modules: readonly Module[], closed: ReadonlySet<string>, query: string): ModuleRow[] {
  const wanted = query.trim().toLowerCase();
  const rows: ModuleRow[] = [];
  const walk = (module: Module, depth: number): boolean => {
    const own = !wanted || `${module.path} ${module.layer?.about ?? ""}`.toLowerCase().includes(wanted);
    const place = rows.length;
    const branch = module.children.length > 0;
    const open = wanted !== "" || !closed.has(module.path);
    rows.push(branch ? { module, depth, open } : { module, depth });
    let inner = false;
    if (branch && open) for (const child of module.children) inner = walk(child, depth + 1) || inner;
    if (!own && !inner) rows.length = place;
    return own || inner;
  };
  for (const module of modules) walk(module, 0);
  return rows;
}

/** The paths of all modules that can be folded; those deeper than `depth` alone where it is given. */
export function foldable(modules: readonly Module[], depth = 0): string[] {
  return modules.flatMap((module) =>
    module.children.length === 0 ? [] : [...(depth <= 0 ? [module.path] : []), ...foldable(module.children, depth - 1)],
  );
}

function isFacts(value: unknown): value is Facts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
