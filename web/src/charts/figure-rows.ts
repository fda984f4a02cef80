/** What a figure draws, as rows with a head. Pure. */
import type { Figure } from "./figure";

export type FigureCell = string | number | null;

export function figureRows(figure: Figure): { head: string[]; rows: FigureCell[][] } {
  switch (figure.kind) {
    case "xy":
      return {
        head: ["series", figure.xTitle || "x", figure.yTitle || "y"],
        rows: figure.series.flatMap(({ name, x, y }) => x.map((value, at) => [name, value, y[at] ?? null])),
      };
    case "bars":
      return {
        head: ["label", ...figure.series.map(({ name }) => name)],
        rows: figure.bars.map(({ label, values }) => [label, ...values]),
      };
    case "matrix":
      return {
        head: [figure.rowTitle, ...figure.columns],
        rows: figure.rows.map((name, at) => [name, ...(figure.cells[at] ?? [])]),
      };
    case "histogram":
      return {
        head: ["series", "from", "to", "count"],
        rows: figure.layers.flatMap(({ name, edges, counts }) =>
          counts.map((count, at) => [name, edges[at] ?? null, edges[at + 1] ?? null, count]),
        ),
      };
  }
}
