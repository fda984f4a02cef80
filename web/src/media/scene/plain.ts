/** A scene without WebGL: dots and lines, put where they are seen one by one. */
import { type Camera, Matrix4 } from "three";
import { inkOf } from "@/theme/colours";
import type { Plain } from "./model";

/** More than these would make turning slow; every so many are left out. */
const MOST_POINTS = 60_000;

export function paintPlain(
  pen: CanvasRenderingContext2D,
  { points, colours, lines }: Plain,
  camera: Camera,
  model: Matrix4,
  size: number,
): void {
  const { width, height } = pen.canvas;
  camera.updateMatrixWorld();
  const seen = new Matrix4()
    .multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse)
    .multiply(model).elements;
  const project = (values: Float32Array, at: number): [number, number] | null => {
    const [x, y, z] = [values[at]!, values[at + 1]!, values[at + 2]!];
    const w = seen[3]! * x + seen[7]! * y + seen[11]! * z + seen[15]!;
    if (w <= 0) return null;
    return [
      (((seen[0]! * x + seen[4]! * y + seen[8]! * z + seen[12]!) / w + 1) / 2) * width,
      ((1 - (seen[1]! * x + seen[5]! * y + seen[9]! * z + seen[13]!) / w) / 2) * height,
    ];
  };
  const every = Math.max(1, Math.ceil(points.length / 3 / MOST_POINTS));
  pen.fillStyle = inkOf("--r1");
  for (let at = 0; at < points.length; at += 3 * every) {
    const place = project(points, at);
    if (!place) continue;
    if (colours) pen.fillStyle = `rgb(${colours[at]},${colours[at + 1]},${colours[at + 2]})`;
    pen.fillRect(place[0] - size / 2, place[1] - size / 2, size, size);
  }
  pen.strokeStyle = inkOf("--r2");
  pen.lineWidth = 1;
  pen.beginPath();
  for (let at = 0; at < lines.length; at += 6) {
    const [from, to] = [project(lines, at), project(lines, at + 3)];
    if (!from || !to) continue;
    pen.moveTo(...from);
    pen.lineTo(...to);
  }
  pen.stroke();
}
