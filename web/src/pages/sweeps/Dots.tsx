/** A dot for each run, lit together with its line and its row; those not chosen stand back. Drag to choose. */
import { type PointerEvent, useMemo, useRef, useState } from "react";
import { useSize } from "@/panels/media/useSize";
import { number } from "@/ui/numbers";
import { type Dot, type DotAxis, nearestDot, scaleOf } from "./dots";
import "@/charts/charts.css";

export interface DotsProps {
  label: string;
  dots: readonly Dot[];
  x: DotAxis;
  y: DotAxis;
  /** A line through the chart, such as the best so far. */
  line?: readonly (readonly [number, number])[];
  chosen: ReadonlySet<string>;
  hovered: string | null;
  onHover: (id: string | null) => void;
  onOpen: (id: string) => void;
  /** Which values a rectangle that was drawn holds; null lets go. */
  onChoose?: (spans: { x: [number, number]; y: [number, number] } | null) => void;
}

const LEFT = 52;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 36;
const REACH = 18;
const LEAST_DRAG = 5;
const SHADES = 7;

interface Frame {
  from: readonly [number, number];
  to: readonly [number, number];
}

export function Dots(props: DotsProps) {
  const { label, dots, x, y, line = [], chosen, hovered, onHover, onOpen, onChoose } = props;
  const [host, width, height] = useSize();
  const [frame, setFrame] = useState<Frame | null>(null);
  const down = useRef<readonly [number, number] | null>(null);
  const dragged = useRef(false);
  const [across, up] = [Math.max(1, width - LEFT - RIGHT), Math.max(1, height - TOP - BOTTOM)];
  const scales = useMemo(
    () => ({
      x: scaleOf(x, [...dots.map((dot) => dot.x), ...line.map((point) => point[0])], Math.floor(across / 70)),
      y: scaleOf(y, [...dots.map((dot) => dot.y), ...line.map((point) => point[1])], Math.floor(up / 44)),
    }),
    [dots, line, x, y, across, up],
  );
  const px = (value: number) => LEFT + scales.x.place(value) * across;
  const py = (value: number) => TOP + (1 - scales.y.place(value)) * up;
  const placed = dots
    .map((dot) => ({ ...dot, px: px(dot.x), py: py(dot.y) }))
    .filter((dot) => Number.isFinite(dot.px) && Number.isFinite(dot.py));
  const order = placed.toSorted(
    (a, b) => Number(chosen.has(a.id)) - Number(chosen.has(b.id)) || (a.rank ?? -1) - (b.rank ?? -1),
  );
  const pointed = placed.find((dot) => dot.id === hovered);
  const at = (event: PointerEvent<SVGSVGElement>): [number, number] => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const move = (event: PointerEvent<SVGSVGElement>) => {
    const here = at(event);
    const from = down.current;
    if (from && onChoose && Math.hypot(here[0] - from[0], here[1] - from[1]) > LEAST_DRAG) setFrame({ from, to: here });
    else if (!frame) onHover(nearestDot(placed, here, REACH));
  };
  const release = () => {
    down.current = null;
    dragged.current = frame !== null;
    if (!frame) return;
    setFrame(null);
    const [[left, right], [top, bottom]] = [0, 1].map((i) =>
      [frame.from[i] ?? 0, frame.to[i] ?? 0].sort((a, b) => a - b),
    ) as [[number, number], [number, number]];
    const inside = placed.filter((dot) => dot.px >= left && dot.px <= right && dot.py >= top && dot.py <= bottom);
    onChoose?.(
      inside.length === 0 ? null : { x: spanOf(inside.map((dot) => dot.x)), y: spanOf(inside.map((dot) => dot.y)) },
    );
  };
  return (
    <div className="fg-plot sw-dots" ref={host}>
      {width > 0 && (
        <svg
          className="fg-svg num"
          width={width}
          height={height}
          role="img"
          aria-label={label}
          onPointerDown={(event) => {
            if (!onChoose) return;
            down.current = at(event);
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={move}
          onPointerUp={release}
          onPointerLeave={() => onHover(null)}
          onClick={() => hovered && !dragged.current && pointed && onOpen(hovered)}
        >
          {scales.y.ticks.map(({ value, text }) => (
            <g key={value}>
              <line x1={LEFT} x2={width - RIGHT} y1={py(value)} y2={py(value)} stroke="var(--grid)" />
              <text x={LEFT - 6} y={py(value) + 3.5} textAnchor="end">
                {text.length > 8 ? `${text.slice(0, 7)}…` : text}
              </text>
            </g>
          ))}
          {scales.x.ticks.map(({ value, text }) => (
            <text key={value} x={px(value)} y={height - BOTTOM + 15} textAnchor="middle">
              {text.length > 12 ? `${text.slice(0, 11)}…` : text}
            </text>
          ))}
          <line x1={LEFT} x2={width - RIGHT} y1={height - BOTTOM} y2={height - BOTTOM} stroke="var(--axis)" />
          <text className="title" x={LEFT + across / 2} y={height - 6} textAnchor="middle">
            {x.title}
          </text>
          <text className="title" transform={`translate(10 ${TOP + up / 2}) rotate(-90)`} textAnchor="middle">
            {y.title}
          </text>
          {line.length > 0 && (
            <path
              d={line.map(([a, b], i) => `${i ? "L" : "M"}${px(a).toFixed(1)} ${py(b).toFixed(1)}`).join("")}
              fill="none"
              stroke="var(--accent)"
              strokeWidth="1.8"
              strokeLinejoin="round"
            />
          )}
          {order.map((dot) => (
            <circle
              key={dot.id}
              cx={dot.px}
              cy={dot.py}
              r={dot.id === hovered ? 5 : 3.5}
              className={`${chosen.has(dot.id) ? "" : "out"}${dot.id === hovered ? " hi" : ""}`}
              fill={dot.rank === null ? "var(--text-3)" : `var(--s${Math.round(dot.rank * (SHADES - 1)) + 3})`}
            />
          ))}
          {frame && (
            <rect
              className="sw-frame"
              x={Math.min(frame.from[0], frame.to[0])}
              y={Math.min(frame.from[1], frame.to[1])}
              width={Math.abs(frame.to[0] - frame.from[0])}
              height={Math.abs(frame.to[1] - frame.from[1])}
            />
          )}
        </svg>
      )}
      {pointed && !frame && (
        <div
          className={pointed.px > width / 2 ? "fg-tip left num" : "fg-tip num"}
          style={{ left: pointed.px, top: Math.max(28, Math.min(height - 40, pointed.py)) }}
        >
          <b className="cut">{pointed.name}</b>
          <span>
            <em>{x.title}</em> {x.names ? x.names[pointed.x] : number(pointed.x, 5)}
          </span>
          <span>
            <em>{y.title}</em> {number(pointed.y, 5)}
          </span>
        </div>
      )}
    </div>
  );
}

function spanOf(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
