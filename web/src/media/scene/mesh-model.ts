/** A shape made of triangles, as three.js draws it. */
import {
  Box3,
  type BufferGeometry,
  type Color,
  DoubleSide,
  EdgesGeometry,
  LineBasicMaterial,
  LineSegments,
  type Material,
  Mesh,
  MeshNormalMaterial,
  MeshStandardMaterial,
  type Object3D,
  SRGBColorSpace,
  type Texture,
  Vector3,
} from "three";
import { type Bounds, type Point, roomy } from "./cloud";
import type { Inks } from "./colours";
import type { Label, Look, Model, Plain } from "./model";
import type { Up } from "./ruler";

const MOST_FOR_EDGES = 400_000;
const MOST_PLAIN = 60_000;
const EDGE_DEGREES = 20;

export class MeshModel implements Model {
  readonly bounds: Bounds;
  readonly origin: Point = [0, 0, 0];
  readonly told;
  private readonly meshes: { mesh: Mesh; own: Material | Material[] }[] = [];
  private readonly clay = new MeshStandardMaterial({ side: DoubleSide, roughness: 0.8 });
  private readonly normals = new MeshNormalMaterial({ side: DoubleSide });
  private readonly pen = new LineBasicMaterial({ transparent: true, opacity: 0.75 });
  private readonly edges: LineSegments[] = [];
  private lined = false;

  constructor(
    readonly object: Object3D,
    readonly up: Up,
  ) {
    object.updateMatrixWorld(true);
    let triangles = 0;
    let points = 0;
    object.traverse((each) => {
      if (!(each instanceof Mesh)) return;
      const geometry = each.geometry as BufferGeometry;
      if (!hasNormals(geometry)) geometry.computeVertexNormals();
      points += geometry.getAttribute("position").count;
      triangles += (geometry.getIndex()?.count ?? geometry.getAttribute("position").count) / 3;
      this.meshes.push({ mesh: each, own: each.material });
    });
    this.told = { points, triangles, boxes: 0, arrows: 0 };
    const { min, max } = new Box3().setFromObject(object, true);
    this.bounds = roomy([min.x, min.y, min.z], [max.x, max.y, max.z]);
  }

  show(look: Look, inks: Inks): void {
    const wires = look.surface === "wires";
    (this.clay.color as Color).setRGB(...share(inks.plain), SRGBColorSpace);
    this.clay.wireframe = wires;
    this.normals.wireframe = wires;
    for (const { mesh, own } of this.meshes) {
      mesh.material = look.paint === "own" ? own : look.paint === "clay" ? this.clay : this.normals;
      for (const material of [own].flat()) if ("wireframe" in material) material.wireframe = wires;
    }
    if (look.surface === "edges" && !this.lined) this.line();
    this.pen.color.setRGB(...share(inks.shades.at(-1)!), SRGBColorSpace);
    for (const edge of this.edges) edge.visible = look.surface === "edges";
  }

  private line(): void {
    this.lined = true;
    if (this.told.triangles > MOST_FOR_EDGES) return;
    for (const { mesh } of this.meshes) {
      const edge = new LineSegments(new EdgesGeometry(mesh.geometry, EDGE_DEGREES), this.pen);
      mesh.add(edge);
      this.edges.push(edge);
    }
  }

  thin(): void {}

  labels(): Label[] {
    return [];
  }

  plain(): Plain {
    const lines: number[] = [];
    const every = Math.max(1, Math.ceil(this.told.triangles / MOST_PLAIN));
    const corner = new Vector3();
    for (const { mesh } of this.meshes) {
      const position = mesh.geometry.getAttribute("position");
      const index = mesh.geometry.getIndex();
      const many = (index?.count ?? position.count) / 3;
      for (let triangle = 0; triangle < many; triangle += every) {
        const corners = [0, 1, 2].map((at) => {
          const place = triangle * 3 + at;
          corner.fromBufferAttribute(position, index ? index.getX(place) : place).applyMatrix4(mesh.matrixWorld);
          return corner.toArray();
        });
        for (const [a, b] of [
          [0, 1],
          [1, 2],
          [2, 0],
        ] as const)
          lines.push(...corners[a]!, ...corners[b]!);
      }
    }
    return { points: new Float32Array(), colours: null, sizes: null, lines: Float32Array.from(lines) };
  }

  dispose(): void {
    for (const edge of this.edges) edge.geometry.dispose();
    for (const { mesh, own } of this.meshes) {
      mesh.geometry.dispose();
      for (const material of [own].flat()) {
        for (const value of Object.values(material)) if (isTexture(value)) value.dispose();
        material.dispose();
      }
    }
    this.clay.dispose();
    this.normals.dispose();
    this.pen.dispose();
  }
}

/** Some programs write a zero where the direction of a face should be. */
function hasNormals(geometry: BufferGeometry): boolean {
  const normal = geometry.getAttribute("normal");
  if (!normal) return false;
  for (let at = 0; at < Math.min(normal.count, 300); at++)
    if (normal.getX(at) !== 0 || normal.getY(at) !== 0 || normal.getZ(at) !== 0) return true;
  return false;
}

function share([red, green, blue]: readonly [number, number, number]): [number, number, number] {
  return [red / 255, green / 255, blue / 255];
}

function isTexture(value: unknown): value is Texture {
  return typeof value === "object" && value !== null && (value as { isTexture?: boolean }).isTexture === true;
}

/** A geometry alone, as STL and PLY files have it, with the colours of its corners where it has some. */
export function meshOf(geometry: BufferGeometry): Mesh {
  const coloured = geometry.getAttribute("color") !== undefined;
  return new Mesh(
    geometry,
    new MeshStandardMaterial({ side: DoubleSide, roughness: 0.8, vertexColors: coloured, color: 0xcfd4da }),
  );
}
