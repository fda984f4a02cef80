import type { Run } from "@/api/types";

export interface LinePlaces {
  run: Run;
  token: string;
  /** On each axis, from 0 to 1; null where the run has no value. */
  places: readonly (number | null)[];
}

/** Strokes a soft line through the places of a run, with a gap where it has none. */
export function strokeLine(
  pen: CanvasRenderingContext2D,
  places: readonly (number | null)[],
  x: (axis: number) => number,
  y: (at: number) => number,
): void {
  pen.beginPath();
  let before: [number, number] | null = null;
  for (const [axis, at] of places.entries()) {
    if (at === null) {
      before = null;
      continue;
    }
    const here: [number, number] = [x(axis), y(at)];
    if (before) {
      const bend = (here[0] - before[0]) * 0.4;
      pen.bezierCurveTo(before[0] + bend, before[1], here[0] - bend, here[1], here[0], here[1]);
    } else pen.moveTo(here[0], here[1]);
    before = here;
  }
  pen.stroke();
}
