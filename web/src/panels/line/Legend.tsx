import { useBoard } from "@/panels/board";
import type { Line } from "@/plot/curve";
import { dashOf } from "@/plot/paint";
import { useStore } from "@/state/store";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Drawing } from "./data";

const NAMES = 2;

export interface LegendProps {
  drawing: Drawing | null;
  /** All lines with their last values, instead of the first names. */
  full: boolean;
}

/** The line under the pointer first, then the first ones, then how many more. The sidebar is the full legend. */
export function Legend({ drawing, full }: LegendProps) {
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const lines = drawing?.lines ?? [];
  const hot = lines.filter((line) => line.owner === hovered);
  const order = hot.length > 0 ? [...hot, ...lines.filter((line) => line.owner !== hovered)] : lines;
  const item = (line: Line) => ({
    className: hot.length > 0 ? (line.owner === hovered ? "hi" : "lo") : undefined,
    onPointerEnter: () => board.hover.set(line.owner),
    onPointerLeave: () => board.hover.set(null),
  });
  if (full) return <Table lines={lines} item={item} />;
  const more = order.length - NAMES;
  return (
    <div className="pn-legend">
      {order.slice(0, NAMES).map((line) => (
        <span key={line.id} {...item(line)}>
          <Swatch line={line} />
          <span className="cut">{line.name}</span>
        </span>
      ))}
      {more > 0 && <span className="more num">+{more}</span>}
    </div>
  );
}

/** A bit of the line: its colour and its dash. */
export function Swatch({ line }: { line: Pick<Line, "colour" | "dash"> }) {
  return (
    <svg className="pn-swatch" width="14" height="8" aria-hidden="true">
      <path
        d="M0 4h14"
        stroke={`var(${line.colour})`}
        strokeWidth="2"
        strokeDasharray={dashOf(line.dash).join(" ") || undefined}
      />
    </svg>
  );
}

interface TableProps {
  lines: readonly Line[];
  item: (line: Line) => object;
}

function Table({ lines, item }: TableProps) {
  const t = useText().workspace.panels.legend;
  return (
    <div className="pn-legend-table num">
      <table>
        <thead>
          <tr>
            <th>{t.run}</th>
            <th>{t.last}</th>
            <th>{t.min}</th>
            <th>{t.max}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const { last, min, max } = extremes(line);
            return (
              <tr key={line.id} {...item(line)}>
                <td>
                  <Swatch line={line} />
                  <span className="cut">{line.name}</span>
                </td>
                <td>{number(last)}</td>
                <td>{number(min)}</td>
                <td>{number(max)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** What a line comes to: of buckets the least and greatest points in them. */
export function extremes(line: Line): { last: number; min: number; max: number; mean: number } {
  let [last, min, max, sum, count] = [Number.NaN, Number.NaN, Number.NaN, 0, 0];
  const band = line.runs === null;
  for (let i = 0; i < line.value.length; i++) {
    const value = line.value[i]!;
    if (!Number.isFinite(value)) continue;
    const low = (band ? line.low?.[i] : undefined) ?? value;
    const high = (band ? line.high?.[i] : undefined) ?? value;
    last = value;
    if (!(low >= min)) min = low;
    if (!(high <= max)) max = high;
    sum += value;
    count += 1;
  }
  return { last, min, max, mean: count > 0 ? sum / count : Number.NaN };
}
