/** The ribbon of a chain and the surface around a molecule: shapes that 3Dmol makes. */
import { BufferAttribute, BufferGeometry, Color, SRGBColorSpace } from "three";
import type { Rgb } from "../scene/cloud";
import { type Atom, pointsOf } from "./atoms";
import type { Library } from "./read";

/** A part of a geometry of 3Dmol, as much of it as is filled. */
interface Part {
  vertices: number;
  vertexArray: Float32Array;
  colorArray: Float32Array;
  faceidx: number;
  faceArray: Uint16Array;
}

const SMOOTH = 10;

export function ribbonOf({ drawCartoon }: Library, atoms: readonly Atom[], colours: readonly Rgb[]): BufferGeometry[] {
  const parts: Part[] = [];
  const styled = atoms.map((atom, at) => {
    const [red, green, blue] = colours[at]!;
    return { ...atom, style: { cartoon: { color: (red << 16) | (green << 8) | blue, arrows: true } } };
  });
  const group = {
    add: (mesh: { geometry: { geometryGroups: Part[] } }) => parts.push(...mesh.geometry.geometryGroups),
  };
  drawCartoon(
    group,
    styled.filter(({ hetflag, resn }) => !hetflag && resn),
    [0, 1],
    SMOOTH,
  );
  return parts
    .filter(({ faceidx }) => faceidx > 0)
    .map(({ vertices, vertexArray, colorArray, faceidx, faceArray }) =>
      shapeOf(vertexArray.slice(0, vertices * 3), lit(colorArray.slice(0, vertices * 3)), faceArray.slice(0, faceidx)),
    );
}

/** Where the atoms with their radii end. It takes about a second for four thousand atoms. */
export function surfaceOf(library: Library, atoms: readonly Atom[], colours: readonly Rgb[]): BufferGeometry {
  const points = pointsOf(atoms);
  const ends = [Math.min, Math.max].map((end) => [0, 1, 2].map((axis) => ofAxis(points, axis, end)));
  const [low, high] = ends as [number[], number[]];
  const volume = low.reduce((all, least, axis) => all * (high[axis]! - least), 1);
  const maker = new library.ProteinSurface();
  const every = atoms.map((_, at) => at);
  // it counts atoms by their serial numbers, which files give out as they like
  const counted = atoms.map(({ x, y, z, elem }, serial) => ({ x, y, z, elem, serial }));
  maker.initparm(ends, false, volume);
  maker.fillvoxels(counted, every);
  maker.buildboundary();
  maker.marchingcube(library.SurfaceType.VDW);
  const { vertices, faces } = maker.getFacesAndVertices(every) as {
    vertices: { x: number; y: number; z: number; atomid: number }[];
    faces: number[];
  };
  const paint = vertices.flatMap(({ atomid }) => (colours[atomid] ?? [200, 200, 200]).map((part) => part / 255));
  return shapeOf(
    Float32Array.from(vertices.flatMap(({ x, y, z }) => [x, y, z])),
    lit(Float32Array.from(paint)),
    Uint32Array.from(faces),
  );
}

function ofAxis(points: Float32Array, axis: number, end: (a: number, b: number) => number): number {
  let found = points[axis]!;
  for (let at = axis; at < points.length; at += 3) found = end(found, points[at]!);
  return found;
}

function shapeOf(points: Float32Array, colours: Float32Array, faces: Uint16Array | Uint32Array): BufferGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(points, 3));
  geometry.setAttribute("color", new BufferAttribute(colours, 3));
  geometry.setIndex(new BufferAttribute(faces, 1));
  geometry.computeVertexNormals();
  return geometry;
}

/** Colours of a screen as the amounts of light that three.js reckons with. */
function lit(colours: Float32Array): Float32Array {
  const colour = new Color();
  for (let at = 0; at < colours.length; at += 3)
    colour.setRGB(colours[at]!, colours[at + 1]!, colours[at + 2]!, SRGBColorSpace).toArray(colours, at);
  return colours;
}
