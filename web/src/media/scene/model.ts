/** What a scene shows, as objects of three.js that follow how one wants to see it. */
import type { Object3D } from "three";
import type { Bounds, Point } from "./cloud";
import type { Colouring, Inks } from "./colours";
import type { Up } from "./ruler";

export type Surface = "shaded" | "edges" | "wires";
export type Paint = "own" | "clay" | "normals";

/** How one wants to see anything in three dimensions. */
export interface Seen {
  up: Up;
  grid: boolean;
  /** Of a point, in pixels. */
  size: number;
}

/** How one wants to see a scene. */
export interface Look extends Seen {
  labels: boolean;
  /** The labels of boxes that are not shown. */
  hidden: ReadonlySet<string>;
  colouring: Colouring;
  hiddenCategories: ReadonlySet<number>;
  surface: Surface;
  paint: Paint;
}

/** Words that stand in the scene. */
export interface Label {
  at: Point;
  text: string;
  colour: string;
}

/** The same for a browser without WebGL: dots and lines. */
export interface Plain {
  points: Float32Array;
  colours: Uint8Array | null;
  /** How wide each dot is, in the measure of the model; null where all are as wide as one wants them. */
  sizes: Float32Array | null;
  /** Starts and ends, one after another. */
  lines: Float32Array;
}

/** What a view shows and turns. */
export interface Shown<L extends Seen> {
  object: Object3D;
  bounds: Bounds;
  origin: Point;
  /** Where it is seen from at first: to the right, up, and towards the eye. */
  from?: Point;
  show(look: L, inks: Inks, dots: number): void;
  /** Draws a share of the points alone, from 0 to 1, while it is turned. */
  thin(share: number): void;
  labels(look: L): Label[];
  plain(): Plain;
  dispose(): void;
}

/** A cloud or a shape. */
export interface Model extends Shown<Look> {
  /** The up axis that such things have by themselves. */
  up: Up;
  /** How much there is of what. */
  told: { points: number; triangles: number; boxes: number; arrows: number };
}
