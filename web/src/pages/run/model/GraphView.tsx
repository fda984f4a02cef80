/** The model as boxes and arrows: dragged, zoomed with the wheel, modules folded with a click. */
import { useEffect, useMemo, useRef, useState } from "react";
import { Button, IconButton } from "@/ui";
import { si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { BOX, type Box, drawingOf } from "./boxes";
import type { LayerGraph } from "./layers";

export interface GraphViewProps {
  graph: LayerGraph;
  folded: ReadonlySet<string>;
  onFold: (path: string) => void;
  chosen: string | null;
  onChoose: (path: string) => void;
}

interface Place {
  x: number;
  y: number;
  zoom: number;
}

const LEAST = 0.1;
const MOST = 2;
const MARGIN = 24;
const DRAG = 4;

export function GraphView({ graph, folded, onFold, chosen, onChoose }: GraphViewProps) {
  const t = useText().model;
  const drawing = useMemo(() => drawingOf(graph, folded), [graph, folded]);
  const host = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const { width } = drawing;
  const fitted = (): Place => {
    const element = host.current;
    const wide = element?.clientWidth ?? 600;
    const zoom = Math.max(0.5, Math.min(1, (wide - 2 * MARGIN) / width));
    return { x: (wide - width * zoom) / 2, y: MARGIN, zoom };
  };
  const shown = place ?? { x: MARGIN, y: MARGIN, zoom: 1 };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first look, and again when the size of it all changes.
  useEffect(() => setPlace(fitted()), [width]);
  const zoomBy = (factor: number, at?: { x: number; y: number }) =>
    setPlace((old) => {
      const from = old ?? shown;
      const zoom = Math.max(LEAST, Math.min(MOST, from.zoom * factor));
      const pin = at ?? { x: (host.current?.clientWidth ?? 0) / 2, y: (host.current?.clientHeight ?? 0) / 2 };
      const share = zoom / from.zoom;
      return { zoom, x: pin.x - (pin.x - from.x) * share, y: pin.y - (pin.y - from.y) * share };
    });
  const zooming = useRef(zoomBy);
  zooming.current = zoomBy;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      if (event.ctrlKey)
        zooming.current(2 ** (-event.deltaY / 200), { x: event.clientX - box.left, y: event.clientY - box.top });
      else setPlace((old) => old && { ...old, x: old.x - event.deltaX, y: old.y - event.deltaY });
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);
  return (
    <div className="model-graph" ref={host}>
      <svg
        width="100%"
        height="100%"
        role="group"
        aria-label={t.views.graph}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY, moved: false };
        }}
        onPointerMove={(event) => {
          const from = drag.current;
          if (!from) return;
          if (!from.moved && Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG) return;
          from.moved = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
          [from.x, from.y] = [event.clientX, event.clientY];
          setPlace((old) => old && { ...old, x: old.x + dx, y: old.y + dy });
        }}
        onPointerUp={() => {
          drag.current = null;
        }}
      >
        <defs>
          <marker id="model-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8Z" fill="var(--text-3)" />
          </marker>
        </defs>
        <g transform={`translate(${shown.x} ${shown.y}) scale(${shown.zoom})`}>
          {drawing.links.map(({ from, to }) => (
            <path
              key={`${from.path} ${to.path}`}
              className="model-link"
              d={curve(from, to)}
              markerEnd="url(#model-arrow)"
            />
          ))}
          {drawing.boxes.map((box) => (
            <BoxView key={box.path} box={box} chosen={box.path === chosen} onFold={onFold} onChoose={onChoose} />
          ))}
        </g>
      </svg>
      <div className="model-zoom">
        <IconButton icon="plus" bordered label={t.zoomIn} onClick={() => zoomBy(1.25)} />
        <IconButton icon="minus" bordered label={t.zoomOut} onClick={() => zoomBy(0.8)} />
        <Button onClick={() => setPlace(fitted())}>{t.reset}</Button>
      </div>
      {graph.edges.length === 0 && <p className="model-order">{t.inOrder}</p>}
    </div>
  );
}

interface BoxViewProps {
  box: Box;
  chosen: boolean;
  onFold: (path: string) => void;
  onChoose: (path: string) => void;
}

function BoxView({ box, chosen, onFold, onChoose }: BoxViewProps) {
  const t = useText().model;
  const act = () => (box.layer ? onChoose(box.path) : onFold(box.path));
  const name = box.path.length > 28 ? `…${box.path.slice(-27)}` : box.path;
  const about = box.layer
    ? [box.layer.type, box.layer.shape].filter(Boolean).join(" · ")
    : `${t.inLayers(box.layers)} · ${si(box.count)}`;
  return (
    <g
      className={`model-box${box.layer ? "" : " module"}${chosen ? " on" : ""}`}
      transform={`translate(${box.x} ${box.y})`}
      role="button"
      tabIndex={0}
      aria-label={`${box.path}, ${about}`}
      onClick={act}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          act();
        }
      }}
    >
      <rect width={BOX.width} height={BOX.height} rx={6} />
      <text x={10} y={18} className="model-box-name">
        {name}
      </text>
      <text x={10} y={34} className="model-box-about">
        {about.length > 36 ? `${about.slice(0, 35)}…` : about}
      </text>
      <title>{box.layer?.about ?? box.path}</title>
    </g>
  );
}

function curve(from: Box, to: Box): string {
  const [x1, y1] = [from.x + BOX.width / 2, from.y + BOX.height];
  const [x2, y2] = [to.x + BOX.width / 2, to.y - 1];
  if (x1 === x2 && y2 - y1 <= BOX.gapY) return `M${x1} ${y1}V${y2}`;
  const bend = Math.max(BOX.gapY / 2, Math.abs(y2 - y1) / 2);
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}
