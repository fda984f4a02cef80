/** Words in a scene: written flat over it, as crisp as the page's own. */
import { type Camera, type Matrix4, Vector3 } from "three";
import { inkOf } from "@/theme/colours";
import type { Point } from "./cloud";
import type { Label } from "./model";
import type { Mark } from "./ruler";

const FONT = '"Inter Variable", system-ui, sans-serif';
const MOST_LABELS = 400;

/** Where a point of the model is on the canvas, and how far; null behind the eye. */
function placeOf(
  at: Point,
  camera: Camera,
  model: Matrix4,
  width: number,
  height: number,
): [number, number, number] | null {
  const point = new Vector3(...at).applyMatrix4(model).project(camera);
  if (point.z > 1 || point.z < -1) return null;
  return [((point.x + 1) / 2) * width, ((1 - point.y) / 2) * height, point.z];
}

/** Numbers along the axes; one that would lie over another is left out. */
export function writeMarks(
  pen: CanvasRenderingContext2D,
  marks: readonly Mark[],
  camera: Camera,
  model: Matrix4,
  dots: number,
): void {
  const { width, height } = pen.canvas;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const taken: [number, number, number][] = [];
  for (const mark of [...marks].sort((a, b) => Number(b.name) - Number(a.name))) {
    const place = placeOf(mark.at, camera, model, width, height);
    if (!place || taken.some(([x, y]) => Math.abs(x - place[0]) < 24 * dots && Math.abs(y - place[1]) < 11 * dots))
      continue;
    taken.push(place);
    pen.font = `${mark.name ? 600 : 400} ${(mark.name ? 11 : 10) * dots}px ${FONT}`;
    pen.fillStyle = inkOf(mark.name ? "--text-2" : "--text-3");
    pen.fillText(mark.text, place[0], place[1]);
  }
}

/** Labels of boxes; of those that would lie over one another the nearest. */
export function writeLabels(
  pen: CanvasRenderingContext2D,
  labels: readonly Label[],
  camera: Camera,
  model: Matrix4,
  dots: number,
): void {
  const { width, height } = pen.canvas;
  pen.font = `500 ${10 * dots}px ${FONT}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const tall = 14 * dots;
  const placed = labels.flatMap((label) => {
    const place = placeOf(label.at, camera, model, width, height);
    return place ? [{ label, x: place[0], y: place[1] - 10 * dots, depth: place[2] }] : [];
  });
  placed.sort((a, b) => a.depth - b.depth);
  const taken: { x: number; y: number; wide: number }[] = [];
  for (const { label, x, y } of placed.slice(0, MOST_LABELS)) {
    const wide = pen.measureText(label.text).width + 8 * dots;
    if (taken.some((each) => Math.abs(each.x - x) < (each.wide + wide) / 2 && Math.abs(each.y - y) < tall)) continue;
    taken.push({ x, y, wide });
    pen.globalAlpha = 0.92;
    pen.fillStyle = inkOf("--card");
    pen.strokeStyle = label.colour || inkOf("--line-strong");
    pen.lineWidth = dots;
    pen.beginPath();
    pen.roundRect(x - wide / 2, y - tall / 2, wide, tall, 3 * dots);
    pen.fill();
    pen.stroke();
    pen.globalAlpha = 1;
    pen.fillStyle = inkOf("--text");
    pen.fillText(label.text, x, y + 0.5 * dots);
  }
}
