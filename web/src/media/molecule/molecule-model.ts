/** A molecule as three.js draws it. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  CylinderGeometry,
  DoubleSide,
  Group,
  InstancedMesh,
  LineBasicMaterial,
  LineSegments,
  type Material,
  Matrix4,
  Mesh,
  MeshStandardMaterial,
  Quaternion,
  SphereGeometry,
  SRGBColorSpace,
  Vector3,
} from "three";
import { type Bounds, type Point, type Rgb, roomy } from "../scene/cloud";
import type { Inks } from "../scene/colours";
import type { Plain, Seen, Shown } from "../scene/model";
import { type Atom, type Bond, bondsOf, pointsOf } from "./atoms";
import { axesOf } from "./axes";
import { coloursOf, type MoleculeColour } from "./colours";
import { ballsOf, halves, type MoleculeStyle, rodsOf } from "./drawing";
import type { Library } from "./read";
import { ribbonOf, surfaceOf } from "./skin";

export interface MoleculeLook extends Seen {
  style: MoleculeStyle;
  colour: MoleculeColour;
  /** Which of the molecules of the file. */
  frame: number;
}

/** Around the middles of the atoms at the edge. */
const ROOM = 0.6;
const ROOM_FOR_WHOLE = 1.9;
const UP = new Vector3(0, 1, 0);
/** Rounder where there are few. */
const ROUND = [
  { most: 1500, ball: [32, 20], rod: 18 },
  { most: 12_000, ball: [16, 12], rod: 9 },
  { most: Number.POSITIVE_INFINITY, ball: [10, 7], rod: 6 },
] as const;

export class MoleculeModel implements Shown<MoleculeLook> {
  readonly object = new Group();
  readonly origin: Point = [0, 0, 0];
  readonly from: Point = [0.22, 0.2, 1];
  readonly points: Float32Array;
  private readonly drawn = new Group();
  private readonly material = new MeshStandardMaterial({ roughness: 0.55 });
  private readonly skin = new MeshStandardMaterial({ roughness: 0.6, vertexColors: true, side: DoubleSide });
  private readonly glass = new MeshStandardMaterial({
    roughness: 0.6,
    vertexColors: true,
    transparent: true,
    opacity: 0.82,
  });
  private readonly pen = new LineBasicMaterial({ vertexColors: true });
  private bonds: Bond[] = [];
  private colours: Rgb[] = [];
  private atoms: readonly Atom[] = [];
  private style: MoleculeStyle = "balls";
  private shown = "";

  constructor(
    readonly frames: readonly Atom[][],
    private readonly library: Library,
  ) {
    const all = pointsOf(frames.flat());
    const turned = new Matrix4().makeBasis(
      ...(axesOf(pointsOf(frames[0]!)).map((axis) => new Vector3(...axis)) as [Vector3, Vector3, Vector3]),
    );
    this.drawn.applyMatrix4(turned.transpose());
    this.drawn.updateMatrix();
    this.object.add(this.drawn);
    this.points = turnedBy(this.drawn.matrix, all);
  }

  /** Atoms drawn in their full size take more room. */
  get bounds(): Bounds {
    return boundsOf(this.points, isWhole(this.style) ? ROOM_FOR_WHOLE : ROOM);
  }

  /** The places of the atoms of one of the molecules, as they stand in the object. */
  placesOf(frame: number): Float32Array {
    let start = 0;
    for (let at = 0; at < frame; at++) start += this.frames[at]!.length * 3;
    return this.points.subarray(start, start + this.frames[frame]!.length * 3);
  }

  show(look: MoleculeLook, inks: Inks): void {
    const key = `${look.style} ${look.colour} ${look.frame} ${inks.plain}`;
    if (key === this.shown) return;
    this.shown = key;
    this.style = look.style;
    this.atoms = this.frames[look.frame] ?? this.frames[0]!;
    this.bonds = bondsOf(this.atoms);
    // a ribbon in one grey tells nothing
    const colour = look.style === "cartoon" && look.colour === "element" ? "spectrum" : look.colour;
    const { elementColors, residues, GLModel } = this.library;
    const palette = {
      elements: elementColors.defaultColors as Record<string, number>,
      residues: residues.amino as Record<string, number>,
      chains: inks.categories,
    };
    this.colours = coloursOf(this.atoms, colour, palette);
    const own = coloursOf(this.atoms, look.style === "cartoon" ? "element" : colour, palette);
    this.clear();
    const skin = this.skinOf(look.style, own);
    for (const shape of skin) this.drawn.add(new Mesh(shape, look.style === "surface" ? this.glass : this.skin));
    // a chain that no ribbon can be drawn of is seen by its bonds
    const style = look.style === "cartoon" && skin.length === 0 ? "sticks" : look.style;
    const round = ROUND.find(({ most }) => this.atoms.length <= most)!;
    this.addBalls(ballsOf(this.atoms, style, GLModel.vdwRadii), own, round.ball);
    this.addRods(rodsOf(this.atoms, this.bonds, style), own, round.rod);
    if (style === "lines") this.addLines(own);
  }

  private skinOf(style: MoleculeStyle, own: readonly Rgb[]): BufferGeometry[] {
    try {
      if (style === "surface") return [surfaceOf(this.library, this.atoms, own)];
      return style === "cartoon" ? ribbonOf(this.library, this.atoms, this.colours) : [];
    } catch {
      // files are odd in more ways than these makers know
      return [];
    }
  }

  private addBalls(
    balls: ReturnType<typeof ballsOf>,
    colours: readonly Rgb[],
    [wide, tall]: readonly [number, number],
  ): void {
    const mesh = this.many(new SphereGeometry(1, wide, tall), balls.length);
    for (const [place, { atom, radius }] of balls.entries()) {
      const { x, y, z } = this.atoms[atom]!;
      mesh.setMatrixAt(place, new Matrix4().makeScale(radius, radius, radius).setPosition(x, y, z));
      mesh.setColorAt(place, colourOf(colours[atom]!));
    }
  }

  private addRods(rods: ReturnType<typeof rodsOf>, colours: readonly Rgb[], sides: number): void {
    const mesh = this.many(new CylinderGeometry(1, 1, 1, sides, 1, true), rods.length);
    for (const [place, { atom, from, to, radius }] of rods.entries()) {
      const [start, end] = [new Vector3(...from), new Vector3(...to)];
      const along = end.clone().sub(start);
      const turn = new Quaternion().setFromUnitVectors(UP, along.clone().normalize());
      const size = new Vector3(radius, along.length(), radius);
      mesh.setMatrixAt(place, new Matrix4().compose(start.add(end).multiplyScalar(0.5), turn, size));
      mesh.setColorAt(place, colourOf(colours[atom]!));
    }
  }

  private many(geometry: BufferGeometry, count: number): InstancedMesh {
    const mesh = new InstancedMesh(geometry, this.material, count);
    mesh.frustumCulled = false;
    this.drawn.add(mesh);
    return mesh;
  }

  private addLines(colours: readonly Rgb[]): void {
    const rods = halves(this.atoms, this.bonds, 0.1);
    const geometry = new BufferGeometry();
    const paint = rods.flatMap(({ atom }) => {
      const part = colourOf(colours[atom]!).toArray();
      return [...part, ...part];
    });
    geometry.setAttribute(
      "position",
      new BufferAttribute(Float32Array.from(rods.flatMap(({ from, to }) => [...from, ...to])), 3),
    );
    geometry.setAttribute("color", new BufferAttribute(Float32Array.from(paint), 3));
    this.drawn.add(new LineSegments(geometry, this.pen));
  }

  private clear(): void {
    for (const each of this.drawn.children) {
      (each as Mesh).geometry.dispose();
      if (each instanceof InstancedMesh) each.dispose();
    }
    this.drawn.clear();
  }

  thin(): void {}

  labels(): [] {
    return [];
  }

  plain(): Plain {
    const frame = Math.max(0, this.frames.indexOf(this.atoms as Atom[]));
    const points = this.placesOf(frame);
    return {
      points,
      colours: Uint8Array.from(this.colours.flat()),
      sizes: Float32Array.from(this.atoms, ({ elem }) => (elem === "H" ? 0.5 : 0.8)),
      lines: Float32Array.from(
        this.bonds.flatMap(({ from, to }) => [
          ...points.subarray(from * 3, from * 3 + 3),
          ...points.subarray(to * 3, to * 3 + 3),
        ]),
      ),
    };
  }

  dispose(): void {
    this.clear();
    this.shown = "";
    const materials: Material[] = [this.material, this.skin, this.glass, this.pen];
    for (const material of materials) material.dispose();
  }
}

function colourOf([red, green, blue]: Rgb): Color {
  return new Color().setRGB(red / 255, green / 255, blue / 255, SRGBColorSpace);
}

function turnedBy(matrix: Matrix4, points: Float32Array): Float32Array {
  const out = new Float32Array(points.length);
  const point = new Vector3();
  for (let at = 0; at < points.length; at += 3) point.fromArray(points, at).applyMatrix4(matrix).toArray(out, at);
  return out;
}

/** Whether atoms are drawn as far as they reach. */
export function isWhole(style: MoleculeStyle): boolean {
  return style === "spheres" || style === "surface";
}

function boundsOf(points: Float32Array, room: number): Bounds {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < points.length; at++) {
    low[at % 3] = Math.min(low[at % 3]!, points[at]! - room);
    high[at % 3] = Math.max(high[at % 3]!, points[at]! + room);
  }
  return roomy(low as unknown as Point, high as unknown as Point);
}
