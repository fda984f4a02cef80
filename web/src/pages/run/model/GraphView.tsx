/** The model as boxes and arrows: dragged, zoomed with the wheel, modules folded with a click. */
import { useMemo } from "react";
import { Button, IconButton } from "@/ui";
import { si } from "@/ui/numbers";
import { usePanZoom } from "@/ui/pan-zoom";
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

const LEAST = 0.5;
const MARGIN = 24;

export function GraphView({ graph, folded, onFold, chosen, onChoose }: GraphViewProps) {
  const t = useText().model;
  const drawing = useMemo(() => drawingOf(graph, folded), [graph, folded]);
  const { width } = drawing;
  // as wide as it can be read; a model is longer than a page is high
  const { host, pose, handlers, zoomBy, reset } = usePanZoom((place) => {
    const zoom = Math.max(LEAST, Math.min(1, (place.width - 2 * MARGIN) / width));
    return { x: (place.width - width * zoom) / 2, y: MARGIN, zoom };
  }, String(width));
  return (
    <div className="model-graph" ref={host} {...handlers}>
      <svg width="100%" height="100%" role="group" aria-label={t.views.graph}>
        <defs>
          <marker id="model-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8Z" fill="var(--text-3)" />
          </marker>
        </defs>
        <g transform={`translate(${pose.x} ${pose.y}) scale(${pose.zoom})`}>
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
        <Button onClick={reset}>{t.reset}</Button>
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
