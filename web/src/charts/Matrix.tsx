/** Counts as a matrix of shades, with the numbers where there is room for them. */
import { number, si } from "@/ui/numbers";
import type { Drawn } from "./FigureView";
import type { MatrixFigure } from "./figure";

const SHADES = 9;

export function Matrix({ figure, width, height }: Pick<Drawn<MatrixFigure>, "figure" | "width" | "height">) {
  const { rows, columns, cells } = figure;
  const finite = cells.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(Number.MIN_VALUE, ...finite)];
  const longest = Math.max(...rows.map((row) => row.length), 1);
  const left = Math.min(width * 0.32, 30 + longest * 6.2);
  const across = (width - left - 8) / Math.max(1, columns.length);
  const down = (height - 40) / Math.max(1, rows.length);
  const room = across >= 26 && down >= 13;
  const letters = Math.max(2, Math.floor(across / 6.4));
  return (
    <svg
      className="fg-svg fg-matrix num"
      data-picture
      width={width}
      height={height}
      role="img"
      aria-label={figure.title}
    >
      <text
        className="title"
        transform={`translate(10 ${4 + (down * rows.length) / 2}) rotate(-90)`}
        textAnchor="middle"
      >
        {figure.rowTitle}
      </text>
      <text className="title" x={left + (across * columns.length) / 2} y={height - 5} textAnchor="middle">
        {figure.columnTitle}
      </text>
      {columns.map((name, column) => (
        <text key={name} x={left + across * (column + 0.5)} y={down * rows.length + 18} textAnchor="middle">
          <title>{name}</title>
          {name.length > letters ? `${name.slice(0, letters - 1)}…` : name}
        </text>
      ))}
      {rows.map((name, row) => (
        <g key={name}>
          <text x={left - 6} y={4 + down * (row + 0.5) + 3.5} textAnchor="end">
            {down >= 9 ? name : ""}
          </text>
          {columns.map((columnName, column) => {
            const value = cells[row]?.[column] ?? Number.NaN;
            const shade = Number.isFinite(value)
              ? Math.round(((value - low) / (high - low || 1)) * (SHADES - 1)) + 1
              : 0;
            return (
              <g key={columnName}>
                <rect
                  x={left + across * column}
                  y={4 + down * row}
                  width={Math.max(0.5, across - 1)}
                  height={Math.max(0.5, down - 1)}
                  rx={room ? 2 : 0}
                  fill={shade > 0 ? `var(--s${shade})` : "var(--sunken)"}
                >
                  <title>
                    {name} → {columnName}: {Number.isFinite(value) ? number(value, 5) : "—"}
                  </title>
                </rect>
                {room && Number.isFinite(value) && (
                  <text
                    className={shade > SHADES / 2 ? "on-dark" : "on-light"}
                    x={left + across * (column + 0.5)}
                    y={4 + down * (row + 0.5) + 3.5}
                    textAnchor="middle"
                    pointerEvents="none"
                  >
                    {Number.isInteger(value) ? si(value) : number(value, 3)}
                  </text>
                )}
              </g>
            );
          })}
        </g>
      ))}
    </svg>
  );
}
