/** Points, boxes and arrows as three.js draws them. */
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  ConeGeometry,
  Group,
  InstancedMesh,
  Matrix4,
  MeshBasicMaterial,
  Points,
  PointsMaterial,
  Quaternion,
  SRGBColorSpace,
  Vector3,
} from "three";
import { LineMaterial } from "three/examples/jsm/lines/LineMaterial.js";
import { LineSegments2 } from "three/examples/jsm/lines/LineSegments2.js";
import { LineSegmentsGeometry } from "three/examples/jsm/lines/LineSegmentsGeometry.js";
import { type Bounds, type Box, boundsOf, type Cloud, edgesOf, MANY, type Rgb } from "./cloud";
import { coloursOf, type Inks, shownPoints } from "./colours";
import type { Label, Look, Model, Plain } from "./model";
import { AXES, type Up } from "./ruler";

const HEAD = 0.16;
const UNIT_Y = new Vector3(0, 1, 0);

export class CloudModel implements Model {
  readonly object = new Group();
  readonly bounds: Bounds;
  readonly origin;
  readonly up: Up = "z";
  readonly told;
  private readonly geometry = new BufferGeometry();
  private readonly material = roundDots();
  private readonly pen = new LineMaterial({ vertexColors: true, linewidth: 2 });
  private lines: LineSegments2 | null = null;
  private heads: InstancedMesh | null = null;
  private colours: Uint8Array | null = null;
  private coloured = "";

  constructor(readonly cloud: Cloud) {
    this.origin = cloud.origin;
    this.bounds = boundsOf(cloud);
    this.told = {
      points: cloud.points.length / 3,
      triangles: 0,
      boxes: cloud.boxes.length,
      arrows: cloud.arrows.length,
    };
    this.geometry.setAttribute("position", new BufferAttribute(cloud.points, 3));
    const points = new Points(this.geometry, this.material);
    points.frustumCulled = false;
    this.object.add(points);
  }

  show(look: Look, inks: Inks, dots: number): void {
    const colours = `${look.colouring} ${look.up} ${inks.plain} ${inks.shades[0]}`;
    if (colours !== this.coloured) {
      this.coloured = colours;
      this.colours = coloursOf(this.cloud, look.colouring, AXES[look.up][2], inks);
      this.geometry.setAttribute("color", new BufferAttribute(linear(this.colours), 3, true));
    }
    const shown = shownPoints(this.cloud, look.hiddenCategories);
    this.geometry.setIndex(shown && new BufferAttribute(shown, 1));
    this.material.size = look.size * dots;
    this.pen.linewidth = 1.75 * dots;
    this.lineUp(look, inks);
  }

  thin(share: number): void {
    const all = this.geometry.getIndex()?.count ?? this.told.points;
    this.geometry.setDrawRange(0, all <= MANY ? all : Math.max(MANY, Math.ceil(all * share)));
  }

  private lineUp(look: Look, inks: Inks): void {
    const places: number[] = [];
    const colours: number[] = [];
    const line = (from: ArrayLike<number>, to: ArrayLike<number>, colour: Rgb) => {
      places.push(from[0]!, from[1]!, from[2]!, to[0]!, to[1]!, to[2]!);
      const { r, g, b } = colourOf(colour);
      colours.push(r, g, b, r, g, b);
    };
    const corner = (box: Box, at: number) => box.corners.subarray(at * 3, at * 3 + 3);
    for (const box of this.shownBoxes(look))
      for (const [a, b] of edgesOf(box.corners))
        line(corner(box, a), corner(box, b), box.colour ?? inks.categories[1]!);
    const { arrows } = this.cloud;
    for (const arrow of arrows) line(arrow.start, arrow.end, arrow.colour ?? inks.categories[0]!);
    this.dropLines();
    if (places.length === 0) return;
    const geometry = new LineSegmentsGeometry();
    geometry.setPositions(places);
    geometry.setColors(colours);
    this.lines = new LineSegments2(geometry, this.pen);
    this.lines.frustumCulled = false;
    this.object.add(this.lines);
    if (arrows.length === 0) return;
    this.heads = new InstancedMesh(new ConeGeometry(0.32, 1, 14), new MeshBasicMaterial(), arrows.length);
    this.heads.frustumCulled = false;
    for (const [place, arrow] of arrows.entries()) {
      const along = new Vector3(...arrow.end).sub(new Vector3(...arrow.start));
      const size = along.length() * HEAD || 1e-6;
      const at = new Vector3(...arrow.end).addScaledVector(along, -HEAD / 2);
      const turn = new Quaternion().setFromUnitVectors(UNIT_Y, along.clone().normalize());
      this.heads.setMatrixAt(place, new Matrix4().compose(at, turn, new Vector3(size, size, size)));
      this.heads.setColorAt(place, colourOf(arrow.colour ?? inks.categories[0]!));
    }
    this.object.add(this.heads);
  }

  private shownBoxes({ hidden }: Look): Box[] {
    return this.cloud.boxes.filter((box) => !hidden.has(box.label));
  }

  labels(look: Look): Label[] {
    if (!look.labels) return [];
    const above = AXES[look.up][2];
    const labels: Label[] = [];
    for (const { corners, label, score, colour } of this.shownBoxes(look)) {
      const text = [label, score === null ? "" : score.toFixed(2)].filter(Boolean).join(" ");
      if (!text) continue;
      const at = [0, 0, 0];
      for (let corner = 0; corner < 24; corner++) at[corner % 3]! += corners[corner]! / 8;
      at[above] = Math.max(...[0, 1, 2, 3, 4, 5, 6, 7].map((corner) => corners[corner * 3 + above]!));
      labels.push({ at: [at[0]!, at[1]!, at[2]!], text, colour: colour ? `rgb(${colour.join()})` : "" });
    }
    for (const { label, end, colour } of this.cloud.arrows)
      if (label) labels.push({ at: end, text: label, colour: colour ? `rgb(${colour.join()})` : "" });
    return labels;
  }

  plain(): Plain {
    const position = this.lines?.geometry.getAttribute("instanceStart");
    const lines = position && "data" in position ? Float32Array.from(position.data.array) : new Float32Array();
    return { points: this.cloud.points, colours: this.colours, sizes: null, lines };
  }

  private dropLines(): void {
    this.object.remove(...[this.lines, this.heads].filter((each) => each !== null));
    this.lines?.geometry.dispose();
    this.heads?.geometry.dispose();
    (this.heads?.material as MeshBasicMaterial | undefined)?.dispose();
    this.heads?.dispose();
    [this.lines, this.heads] = [null, null];
  }

  dispose(): void {
    this.dropLines();
    this.geometry.dispose();
    this.material.dispose();
    this.pen.dispose();
  }
}

function colourOf([red, green, blue]: Rgb): Color {
  return new Color().setRGB(red / 255, green / 255, blue / 255, SRGBColorSpace);
}

/** Three.js mixes colours as amounts of light, which they are told to it in. */
function linear(bytes: Uint8Array): Uint16Array {
  const out = new Uint16Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) out[at] = LIGHT[bytes[at]!]!;
  return out;
}

const LIGHT = Uint16Array.from({ length: 256 }, (_, byte) => {
  const share = byte / 255;
  return Math.round(65535 * (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
});

/** Points are discs of one size, however far they are. */
function roundDots(): PointsMaterial {
  const material = new PointsMaterial({ vertexColors: true, sizeAttenuation: false, size: 2 });
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = shader.fragmentShader.replace(
      "#include <clipping_planes_fragment>",
      "#include <clipping_planes_fragment>\n  if (length(gl_PointCoord - 0.5) > 0.5) discard;",
    );
  };
  return material;
}
