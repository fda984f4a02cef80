import { type PointerEvent, useRef, useState } from "react";
import { useText } from "@/ui/text";
import { type Axis, type Brush, moved } from "./parallel";

export interface AxisBrushProps {
  axis: Axis;
  x: number;
  /** Where a place on the axis, from 0 to 1, stands on the screen. */
  y: (at: number) => number;
  brush: Brush | null;
  onBrush: (brush: Brush | null) => void;
  /** A drag over less of the axis lets the brush go. */
  least: number;
}

/** The ticks of a parallel axis, and the stretch of it that is chosen: drawn along it, let go by a click. */
export function AxisBrush({ axis, x, y, brush, onBrush, least }: AxisBrushProps) {
  const t = useText().kinds;
  const from = useRef<number | null>(null);
  const [drawn, setDrawn] = useState<Brush | null>(null);
  const shown = drawn ?? brush;
  const [top, bottom] = [y(1), y(0)];
  const at = (event: PointerEvent<SVGRectElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(1, 1 - (event.clientY - box.top) / Math.max(1, box.height)));
  };
  const span = (a: number, b: number): Brush => [Math.min(a, b), Math.max(a, b)];
  return (
    <>
      {axis.ticks.map((tick) => (
        <text key={tick.text} className="tick" x={x + 5} y={y(tick.at) + 3.5}>
          {tick.text.length > 14 ? `${tick.text.slice(0, 13)}…` : tick.text}
        </text>
      ))}
      {shown && (
        <rect
          className="brush"
          x={x - 6}
          width={12}
          y={y(shown[1])}
          height={Math.max(1, y(shown[0]) - y(shown[1]))}
          rx={3}
        />
      )}
      <rect
        className="grip"
        role="slider"
        tabIndex={0}
        aria-label={t.brushOf(axis.label)}
        aria-orientation="vertical"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((brush?.[0] ?? 0) * 100)}
        aria-valuetext={brush ? `${Math.round(brush[0] * 100)} – ${Math.round(brush[1] * 100)} %` : t.brushAll}
        onKeyDown={(event) => {
          const next = moved(brush, event.key, event.shiftKey);
          if (next === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          onBrush(next);
        }}
        x={x - 10}
        width={20}
        y={top}
        height={Math.max(1, bottom - top)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = at(event);
        }}
        onPointerMove={(event) => {
          if (from.current !== null) setDrawn(span(from.current, at(event)));
        }}
        onPointerUp={(event) => {
          if (from.current === null) return;
          const next = span(from.current, at(event));
          from.current = null;
          setDrawn(null);
          onBrush(next[1] - next[0] < least ? null : next);
        }}
      />
    </>
  );
}
