/** Parallel coordinates one can choose from: drag along an axis, click it to let go. */
import { useMemo } from "react";
import { useSize } from "@/panels/media/useSize";
import { AxisBrush } from "./AxisBrush";
import { type Axis, axisOf, type Brushes, type Dimension, isChosen, runPath } from "./parallel";
import "./charts.css";

export interface ParallelLine {
  id: string;
  name: string;
  /** By the id of the dimension. */
  values: Readonly<Record<string, unknown>>;
  /** How good it is, from 0 to 1; null where it is not known. */
  rank: number | null;
}

export interface ParallelProps {
  dimensions: readonly Dimension[];
  lines: readonly ParallelLine[];
  brushes: Brushes;
  onBrush: (brushes: Brushes) => void;
  hovered: string | null;
  onHover: (id: string | null) => void;
  onOpen: (id: string) => void;
  label: string;
}

const TOP = 36;
const BOTTOM = 18;
const SIDE = 58;
const LEAST_DRAG = 0.015;
const SHADES = 7;

export function Parallel(props: ParallelProps) {
  const { dimensions, lines, brushes, onBrush, hovered, onHover, onOpen, label } = props;
  const [host, width, height] = useSize();
  const axes = useMemo(
    () =>
      dimensions.map((dimension) =>
        axisOf(
          dimension,
          lines.map((line) => line.values[dimension.id]),
        ),
      ),
    [dimensions, lines],
  );
  const x = (axis: number) =>
    axes.length < 2 ? width / 2 : SIDE + (axis / (axes.length - 1)) * Math.max(0, width - 2 * SIDE);
  const y = (at: number) => TOP + (1 - at) * Math.max(0, height - TOP - BOTTOM);
  const chosen = new Set(
    lines.filter((line) => isChosen(axes, brushes, (id) => line.values[id])).map((line) => line.id),
  );
  const order = lines.toSorted((a, b) => (a.rank ?? -1) - (b.rank ?? -1));
  return (
    <div className="fg-plot" ref={host}>
      {width > 0 && (
        <svg className="fg-svg fg-parallel num" width={width} height={height} role="group" aria-label={label}>
          {order.map((line) => (
            <path
              key={line.id}
              d={runPath(
                axes.map((axis) => axis.place(line.values[axis.id])),
                x,
                y,
              )}
              className={`${chosen.has(line.id) ? "" : "out"}${hovered === line.id ? " hi" : hovered ? " lo" : ""}`}
              stroke={line.rank === null ? "var(--text-3)" : `var(--s${Math.round(line.rank * (SHADES - 1)) + 3})`}
              onPointerEnter={() => onHover(line.id)}
              onPointerLeave={() => onHover(null)}
              onClick={() => onOpen(line.id)}
            >
              <title>{line.name}</title>
            </path>
          ))}
          {axes.map((axis, place) => (
            <AxisMark
              key={axis.id}
              axis={axis}
              x={x(place)}
              y={y}
              room={axes.length < 2 ? width : (width - 2 * SIDE) / (axes.length - 1)}
              side={place === 0 ? "start" : place === axes.length - 1 ? "end" : "middle"}
              brush={brushes[axis.id]}
              onBrush={(brush) => {
                const { [axis.id]: _, ...rest } = brushes;
                onBrush(brush ? { ...rest, [axis.id]: brush } : rest);
              }}
            />
          ))}
        </svg>
      )}
    </div>
  );
}

interface AxisMarkProps {
  axis: Axis;
  x: number;
  y: (at: number) => number;
  room: number;
  side: "start" | "middle" | "end";
  brush: readonly [number, number] | undefined;
  onBrush: (brush: readonly [number, number] | null) => void;
}

function AxisMark({ axis, x, y, room, side, brush, onBrush }: AxisMarkProps) {
  const letters = Math.max(6, Math.floor(room / 6.4));
  const name = axis.label.length > letters ? `…${axis.label.slice(1 - letters)}` : axis.label;
  return (
    <g>
      <text className="name" x={x} y={14} textAnchor={room < 90 ? "middle" : side === "middle" ? "middle" : side}>
        <title>{axis.label}</title>
        {name}
      </text>
      <line x1={x} x2={x} y1={y(1)} y2={y(0)} stroke="var(--axis)" />
      <AxisBrush axis={axis} x={x} y={y} brush={brush ?? null} onBrush={onBrush} least={LEAST_DRAG} />
    </g>
  );
}
