/** An axis one can take hold of: its name is dragged, its length brushed. */
import type { PointerEvent } from "react";
import { AxisBrush } from "@/charts/AxisBrush";
import type { Axis, Brush } from "@/charts/parallel";
import { useText } from "@/ui/text";

/** A shorter drag lets the brush go. */
const LEAST_DRAG = 0.01;

interface AxisProps {
  axis: Axis;
  x: number;
  y: (at: number) => number;
  room: number;
  brush: Brush | null;
  /** What the run under the pointer has here. */
  value: string;
  onBrush: (brush: Brush | null) => void;
  onDrag: (x: number) => void;
  onDrop: (x: number) => void;
  onStep: (by: number) => void;
  onInvert: () => void;
}

export function AxisView({ axis, x, y, room, brush, value, onBrush, onDrag, onDrop, onStep, onInvert }: AxisProps) {
  const t = useText();
  const letters = Math.max(5, Math.floor(Math.min(room, 150) / 6.6));
  const label = axis.label.length > letters ? `…${axis.label.slice(1 - letters)}` : axis.label;
  const inHost = (event: PointerEvent<SVGElement>) =>
    event.clientX - (event.currentTarget.ownerSVGElement?.getBoundingClientRect().left ?? 0);
  return (
    <g className="axis">
      <text
        className="label"
        x={x}
        y={14}
        textAnchor="middle"
        role="button"
        tabIndex={0}
        aria-label={`${axis.label}: ${t.kinds.moveAxis}`}
        onKeyDown={(event) => {
          const act = {
            ArrowLeft: () => onStep(-1),
            ArrowRight: () => onStep(1),
            Delete: () => onBrush(null),
            Enter: onInvert,
          }[event.key];
          if (!act) return;
          event.preventDefault();
          event.stopPropagation();
          act();
        }}
        onDoubleClick={onInvert}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onDrag(inHost(event))}
        onPointerUp={(event) => onDrop(inHost(event))}
      >
        <title>{axis.label}</title>
        {label}
      </text>
      {value && (
        <text className="here" x={x} y={27} textAnchor="middle">
          {value.slice(0, letters)}
        </text>
      )}
      <line x1={x} x2={x} y1={y(1)} y2={y(0)} />
      <AxisBrush axis={axis} x={x} y={y} brush={brush} onBrush={onBrush} least={LEAST_DRAG} />
    </g>
  );
}
