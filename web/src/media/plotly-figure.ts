/** What is a Plotly figure in a file. Pure. */

export interface PlotlyFigure {
  data: readonly unknown[];
  layout: Readonly<Record<string, unknown>>;
}

/** The traces and the layout; null where it is no figure. The template is left out: the page's colours stand for it. */
export function figureOf(file: unknown): PlotlyFigure | null {
  if (typeof file !== "object" || file === null) return null;
  const { data, layout } = file as { data?: unknown; layout?: unknown };
  if (!Array.isArray(data)) return null;
  const given = typeof layout === "object" && layout !== null ? (layout as Record<string, unknown>) : {};
  const { template: _template, ...rest } = given;
  return { data, layout: rest };
}
