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
