/** A scene without WebGL: dots and lines, put where they are seen one by one. */
import type { Camera, Matrix4 } from "three";
import { inkOf } from "@/theme/colours";
import type { Plain } from "./model";
import { projector } from "./projector";

/** More than these would make turning slow; every so many are left out. */
const MOST_POINTS = 60_000;
const MANY_LINES = 2000;

export function paintPlain(
  pen: CanvasRenderingContext2D,
  { points, colours, sizes, lines }: Plain,
  camera: Camera,
  model: Matrix4,
  size: number,
): void {
  const project = projector(camera, model, pen.canvas.width, pen.canvas.height);
  const stroke = () => {
    pen.strokeStyle = inkOf(sizes ? "--text-3" : "--r2");
    pen.lineWidth = sizes ? size : 1;
    // many lines of one ink would be a blot
    if (!sizes && lines.length > MANY_LINES * 6) pen.globalAlpha = 0.2;
    pen.beginPath();
    for (let at = 0; at < lines.length; at += 6) {
      const [from, to] = [project(lines, at), project(lines, at + 3)];
      if (!from || !to) continue;
      pen.moveTo(from[0], from[1]);
      pen.lineTo(to[0], to[1]);
    }
    pen.stroke();
    pen.globalAlpha = 1;
  };
  // bonds end within their atoms, edges lie over their points
  if (sizes) stroke();
  const every = Math.max(1, Math.ceil(points.length / 3 / MOST_POINTS));
  pen.fillStyle = inkOf("--r1");
  for (let at = 0; at < points.length; at += 3 * every) {
    const place = project(points, at);
    if (!place) continue;
    if (colours) pen.fillStyle = `rgb(${colours[at]},${colours[at + 1]},${colours[at + 2]})`;
    if (sizes) disc(pen, place[0], place[1], Math.max(1, (sizes[at / 3]! * place[2]) / 2));
    else pen.fillRect(place[0] - size / 2, place[1] - size / 2, size, size);
  }
  if (!sizes) stroke();
}

function disc(pen: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
  pen.strokeStyle = inkOf("--line-strong");
  pen.lineWidth = 1;
  pen.stroke();
}
