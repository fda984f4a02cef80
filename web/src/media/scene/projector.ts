/** Where points of a model are seen on a canvas. */
import { type Camera, Matrix4 } from "three";

/** The place of a point among many: across, down, and how many pixels the measure of the model is there; null behind the eye. */
export type Projector = (values: Float32Array, at: number) => [number, number, number] | null;

export function projector(camera: Camera, model: Matrix4, width: number, height: number): Projector {
  camera.updateMatrixWorld();
  const seen = new Matrix4()
    .multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse)
    .multiply(model).elements;
  const measure = (camera.projectionMatrix.elements[5]! * model.getMaxScaleOnAxis() * height) / 2;
  return (values, at) => {
    const [x, y, z] = [values[at]!, values[at + 1]!, values[at + 2]!];
    const w = seen[3]! * x + seen[7]! * y + seen[11]! * z + seen[15]!;
    if (w <= 0) return null;
    return [
      (((seen[0]! * x + seen[4]! * y + seen[8]! * z + seen[12]!) / w + 1) / 2) * width,
      ((1 - (seen[1]! * x + seen[5]! * y + seen[9]! * z + seen[13]!) / w) / 2) * height,
      measure / w,
    ];
  };
}

/** The place among the points of the one that is seen there: within its reach in the measure of the model, the nearest to the eye. Null for none. */
export function pointUnder(
  project: Projector,
  points: Float32Array,
  x: number,
  y: number,
  reach: number,
): number | null {
  let [found, nearest] = [null as number | null, 0];
  for (let at = 0; at < points.length; at += 3) {
    const place = project(points, at);
    if (!place || place[2] <= nearest) continue;
    if (Math.hypot(place[0] - x, place[1] - y) <= Math.max(6, reach * place[2])) [found, nearest] = [at / 3, place[2]];
  }
  return found;
}
