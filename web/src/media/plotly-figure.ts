/** What is a Plotly figure in a file. Pure. */

export interface PlotlyFigure {
  data: readonly unknown[];
  layout: Readonly<Record<string, unknown>>;
  /** The pictures of a figure that moves. */
  frames: readonly unknown[];
}

/** The traces, the layout and the frames; null where it is no figure. The template is left out: the page's colours stand for it. */
export function figureOf(file: unknown): PlotlyFigure | null {
  if (typeof file !== "object" || file === null) return null;
  const { data, layout, frames } = file as { data?: unknown; layout?: unknown; frames?: unknown };
  if (!Array.isArray(data)) return null;
  const given = typeof layout === "object" && layout !== null ? (layout as Record<string, unknown>) : {};
  const { template: _template, ...rest } = given;
  return { data, layout: rest, frames: Array.isArray(frames) ? frames : [] };
}

const SOLID = /^(surface|mesh3d|scatter3d|cone|streamtube|isosurface|volume)$/;
const FLAT = /^(scattergl|scatterpolargl|splom|parcoords)$/;

/** The kinds of its traces that are drawn with WebGL. */
export function webglKinds({ data }: PlotlyFigure): string[] {
  return kindsOf(data).filter((kind) => SOLID.test(kind) || FLAT.test(kind));
}

/** Whether it has something that one turns. */
export function isSolid({ data }: PlotlyFigure): boolean {
  return kindsOf(data).some((kind) => SOLID.test(kind));
}

function kindsOf(data: readonly unknown[]): string[] {
  const kinds = data.map((trace) =>
    typeof trace === "object" && trace !== null ? String((trace as { type?: unknown }).type ?? "scatter") : "",
  );
  return [...new Set(kinds)];
}
