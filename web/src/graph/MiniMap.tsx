/** All of a graph, small, with a frame around what is seen; a press moves there. */
import { memo, type PointerEvent, useMemo } from "react";
import { useText } from "@/ui/text";
import { type Drawing, pathOf } from "./drawing";
import { centred, MARGIN, type Pose, type Size, seen } from "./pan-zoom";

export interface MiniMapProps {
  drawing: Drawing;
  pose: Pose;
  place: Size;
  hits: ReadonlySet<string>;
  chosen: string | null;
  onPose: (pose: Pose) => void;
}

const MOST = { width: 132, height: 104 };
/** A chain of a thousand layers is a thread; it is drawn wider than it is, to be seen. */
const LEAST = 28;

/** The size of the map of a drawing. */
export function mapSize({ width, height }: Size): Size {
  const share = Math.min(MOST.width / width, MOST.height / height);
  return { width: Math.max(LEAST, width * share), height: Math.max(LEAST, height * share) };
}

export function MiniMap({ drawing, pose, place, hits, chosen, onPose }: MiniMapProps) {
  const t = useText().graphs;
  const { width, height } = drawing;
  const view = seen(pose, place);
  const all =
    view.x <= MARGIN &&
    view.y <= MARGIN &&
    view.x + view.width >= width - MARGIN &&
    view.y + view.height >= height - MARGIN;
  if (place.width === 0 || all) return null;
  const size = mapSize(drawing);
  const move = (event: PointerEvent<SVGSVGElement>) => {
    if (event.buttons === 0) return;
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    const at = {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
      width: 0,
      height: 0,
    };
    onPose(centred(at, place, pose.zoom));
  };
  return (
    <svg
      className="graph-map"
      {...size}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t.map}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={move}
    >
      <Boxes drawing={drawing} hits={hits} chosen={chosen} />
      <rect className="graph-map-view" {...view} />
    </svg>
  );
}

const Boxes = memo(function Boxes({ drawing, hits, chosen }: Pick<MiniMapProps, "drawing" | "hits" | "chosen">) {
  const whole = useMemo(() => pathOf(drawing.boxes), [drawing]);
  return (
    <>
      <path className="graph-map-frame" d={pathOf(drawing.frames)} />
      <path className="graph-map-box" d={whole} />
      <path className="graph-map-hit" d={pathOf(drawing.boxes.filter(({ id }) => hits.has(id)))} />
      <path className="graph-map-on" d={pathOf(drawing.boxes.filter(({ id }) => id === chosen))} />
    </>
  );
});
