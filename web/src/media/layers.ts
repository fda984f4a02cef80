/** The layers a graph file lists. Pure. */

export interface Layer {
  name: string;
  type: string;
  shape: string;
  parameters: number | null;
}

type Value = Record<string, unknown>;

export function layersOf(file: unknown): Layer[] {
  const nodes = (file as Value | null)?.nodes;
  if (!Array.isArray(nodes)) return [];
  return nodes.map((raw, place) => {
    const node = raw as Value;
    return {
      name: String(node.name ?? node.id ?? place),
      type: String(node.class_name ?? ""),
      shape: shapeText(node.output_shape),
      parameters: parametersOf(node),
    };
  });
}

/** `[[8, 16]]` and `[null, 16]` as people write shapes: `8 × 16`, `? × 16`. */
function shapeText(shape: unknown): string {
  if (!Array.isArray(shape)) return "";
  if (Array.isArray(shape[0])) return shape.map(shapeText).join(", ");
  return shape.map((size) => (size === null ? "?" : String(size))).join(" × ");
}

/** The numbers a layer has: told outright, or the sizes of its tensors multiplied out. */
function parametersOf(node: Value): number | null {
  if (typeof node.num_parameters === "number") return node.num_parameters;
  const sizes = Array.isArray(node.num_parameters)
    ? node.num_parameters
    : Array.isArray(node.parameters)
      ? node.parameters.map((each) => (each as [string, number[]])[1])
      : null;
  if (!sizes) return null;
  const product = (size: unknown): number =>
    Array.isArray(size) ? size.reduce((all: number, each) => all * Number(each), 1) : Number(size);
  return sizes.reduce((sum: number, each) => sum + product(each), 0);
}
