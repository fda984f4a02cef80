/** A canvas on which a model is seen: turned, moved, drawn when something changed and at no other time. */
import {
  BufferAttribute,
  BufferGeometry,
  DirectionalLight,
  Group,
  HemisphereLight,
  LineBasicMaterial,
  LineSegments,
  PerspectiveCamera,
  Scene,
  SRGBColorSpace,
  Vector3,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { inkOf } from "@/theme/colours";
import type { Placed } from "./cameras";
import { inksNow } from "./inks";
import type { Seen, Shown } from "./model";
import { paintPlain } from "./plain";
import { pointUnder, projector } from "./projector";
import { type Ruler, rulerOf, type Up } from "./ruler";
import { draw, onStage, stage } from "./stage";
import { writeLabels, writeMarks } from "./words";

const FIELD_DEGREES = 36;
const START = [1.05, 0.78, 1.5] as const;
/** Around a scene, as a share of its size. */
const ROOM = 0.05;
const TURN = Math.PI / 24;
const STEP_PX = 24;
/** Twelve seconds a turn. */
const SPIN = 5;
const REST_MS = 180;
const SLOW_MS = 45;
const QUICK_MS = 20;

export class View<L extends Seen = Seen> {
  readonly camera = new PerspectiveCamera(FIELD_DEGREES, 1, 0.005, 200);
  readonly controls: OrbitControls;
  /** Called when a person turned it. */
  onTurn: ((placed: Placed) => void) | null = null;
  private readonly from: Vector3;
  private readonly scene = new Scene();
  private readonly turned = new Group();
  private readonly placed = new Group();
  private readonly pen: CanvasRenderingContext2D | null;
  private ground: LineSegments | null = null;
  private edges: LineSegments | null = null;
  private ruler: Ruler | null = null;
  private ruled: Up | null = null;
  private look: L | null = null;
  private frame = 0;
  private following = false;
  private moved = 0;
  private painted = 0;
  private share = 1;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private readonly forget: () => void;

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly model: Shown<L>,
  ) {
    this.pen = canvas.getContext("2d");
    const sky = new HemisphereLight(0xffffff, 0xb4b8c0, 1.7);
    const lamp = new DirectionalLight(0xffffff, 1.9);
    lamp.position.set(0.6, 0.8, 1);
    this.camera.add(lamp);
    this.placed.add(model.object);
    this.turned.add(this.placed);
    this.scene.add(sky, this.camera, this.turned);
    const { low, high } = model.bounds;
    const size = Math.max(...low.map((least, axis) => high[axis]! - least));
    this.placed.scale.setScalar(2 / size);
    this.placed.position.set(
      ...(low.map((least, axis) => (-(least + high[axis]!) / 2) * (2 / size)) as [number, number, number]),
    );
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = false;
    this.controls.zoomToCursor = true;
    this.controls.minDistance = 0.02;
    this.controls.maxDistance = 40;
    this.controls.addEventListener("change", this.changed);
    this.forget = onStage(this.request);
    this.from = new Vector3(...(model.from ?? START)).normalize();
    this.camera.position.copy(this.from);
  }

  private readonly changed = () => {
    this.moved = performance.now();
    clearTimeout(this.rest);
    this.rest = setTimeout(this.request, REST_MS);
    this.request();
    if (!this.following) this.onTurn?.(this.at());
  };

  at(): Placed {
    return { position: this.camera.position.toArray(), target: this.controls.target.toArray() };
  }

  follow = ({ position, target }: Placed): void => {
    this.following = true;
    this.camera.position.set(...position);
    this.controls.target.set(...target);
    this.controls.update();
    this.following = false;
    this.request();
  };

  /** All of it in sight, seen from where one starts. */
  fit(): void {
    this.controls.target.set(0, 0, 0);
    this.camera.position.copy(this.from);
    this.camera.lookAt(0, 0, 0);
    this.camera.updateMatrix();
    const [right, up] = [new Vector3(), new Vector3()];
    this.camera.matrix.extractBasis(right, up, new Vector3());
    const tall = Math.tan((FIELD_DEGREES / 2) * (Math.PI / 180));
    const wide = tall * this.camera.aspect;
    let far = 0.1;
    for (const corner of this.corners()) {
      const near = corner.dot(this.from);
      far = Math.max(far, near + Math.abs(corner.dot(right)) / wide, near + Math.abs(corner.dot(up)) / tall);
    }
    this.camera.position.multiplyScalar(far);
    this.controls.update();
    this.changed();
  }

  /** The corners of all there is, with room for the numbers beside it, where they stand on the stage. */
  private corners(): Vector3[] {
    this.scene.updateMatrixWorld();
    const { low, high } = this.model.bounds;
    const room = Math.max(...low.map((least, axis) => high[axis]! - least)) * ROOM;
    return [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => {
      const place = low.map((least, axis) => ((bits >> axis) & 1 ? high[axis]! + room : least - room));
      return new Vector3(...(place as [number, number, number])).applyMatrix4(this.placed.matrixWorld);
    });
  }

  /** Straight onto a side: along the axis that is across, along, or up. */
  lookAlong(side: "front" | "side" | "top"): void {
    const far = this.camera.position.distanceTo(this.controls.target);
    const from = { front: [0, 0, 1], side: [1, 0, 0], top: [0, 1, 1e-4] }[side] as [number, number, number];
    this.camera.position
      .set(...from)
      .multiplyScalar(far)
      .add(this.controls.target);
    this.controls.update();
    this.changed();
  }

  show(look: L): void {
    const first = this.look === null;
    this.look = look;
    // the axis that is up in the model becomes the one that is up on the screen
    this.turned.rotation.set(look.up === "z" ? -Math.PI / 2 : 0, 0, look.up === "x" ? Math.PI / 2 : 0);
    this.model.show(look, inksNow(), devicePixelRatio || 1);
    this.rule(look);
    if (first) this.fit();
    this.request();
  }

  private rule(look: L): void {
    if (this.ruled !== look.up) {
      this.dropRuler();
      this.ruled = look.up;
      this.ruler = rulerOf(this.model.bounds, this.model.origin, look.up);
      this.ground = linesOf(this.ruler.lines);
      this.edges = linesOf(this.ruler.edges);
      this.placed.add(this.ground, this.edges);
    }
    const [ground, edges] = [this.ground!, this.edges!];
    ground.visible = look.grid;
    edges.visible = look.grid;
    (ground.material as LineBasicMaterial).color.setStyle(inkOf("--line-strong"), SRGBColorSpace);
    (edges.material as LineBasicMaterial).color.setStyle(inkOf("--text-3"), SRGBColorSpace);
  }

  private dropRuler(): void {
    for (const lines of [this.ground, this.edges]) {
      if (!lines) continue;
      this.placed.remove(lines);
      lines.geometry.dispose();
      (lines.material as LineBasicMaterial).dispose();
    }
  }

  /** Draws it soon; once, however often it is asked. */
  readonly request = (): void => {
    if (this.frame === 0)
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        if (this.controls.autoRotate) this.controls.update();
        this.pace();
        this.paint();
      });
  };

  /** Turns by itself, or no longer. */
  spin(on: boolean): void {
    this.controls.autoRotate = on;
    this.controls.autoRotateSpeed = SPIN;
    this.request();
  }

  /** The place, among points as they stand in the model, of the one that is seen there; null for none. */
  under(points: Float32Array, clientX: number, clientY: number, reach: number): number | null {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const project = projector(this.camera, this.model.object.matrixWorld, width, height);
    return pointUnder(project, points, clientX - left, clientY - top, reach);
  }

  /** Turned on a slow machine, fewer points are drawn until it rests. */
  private pace(): void {
    const now = performance.now();
    const moving = now - this.moved < REST_MS * 0.9;
    const took = now - this.painted;
    this.painted = now;
    if (!moving) this.model.thin(1);
    else {
      if (took > SLOW_MS && took < REST_MS * 10) this.share = Math.max(0.02, this.share * 0.6);
      else if (took < QUICK_MS) this.share = Math.min(1, this.share * 1.1);
      this.model.thin(this.share);
    }
  }

  resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    const dots = devicePixelRatio || 1;
    const [width, height] = [Math.round(clientWidth * dots), Math.round(clientHeight * dots)];
    if (this.canvas.width === width && this.canvas.height === height) return;
    const untouched = this.canvas.width === 300 && this.canvas.height === 150;
    this.canvas.width = width;
    this.canvas.height = height;
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    if (untouched) this.fit();
    // now, not in the next frame: a canvas is empty once its size was set
    this.paint();
  }

  /** Draws it at once: a printer waits for no frame. */
  paint(): void {
    const { pen, look, canvas } = this;
    if (!pen || !look) return;
    const { width, height } = canvas;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.scene.updateMatrixWorld();
    const dots = devicePixelRatio || 1;
    if (stage()) draw(pen, this.scene, this.camera, width, height);
    else paintPlain(pen, this.model.plain(), this.camera, this.model.object.matrixWorld, look.size * dots);
    if (look.grid && this.ruler) writeMarks(pen, this.ruler.marks, this.camera, this.placed.matrixWorld, dots);
    writeLabels(pen, this.model.labels(look), this.camera, this.placed.matrixWorld, dots);
  }

  /** The picture as it stands, on the ground of the page. */
  picture(): Promise<Blob | null> {
    this.model.thin(1);
    this.paint();
    const copy = document.createElement("canvas");
    copy.width = this.canvas.width;
    copy.height = this.canvas.height;
    const pen = copy.getContext("2d");
    if (!pen) return Promise.resolve(null);
    pen.fillStyle = inkOf("--card");
    pen.fillRect(0, 0, copy.width, copy.height);
    pen.drawImage(this.canvas, 0, 0);
    return new Promise((done) => copy.toBlob(done, "image/png"));
  }

  /** Arrows turn, with Shift they move, + and - go near and far, R and 0 are where it began. True where the key did something. */
  press(key: string, shift: boolean): boolean {
    const { controls } = this;
    const act: Record<string, () => void> = {
      ArrowLeft: () => (shift ? controls.pan(STEP_PX, 0) : controls.rotateLeft(TURN)),
      ArrowRight: () => (shift ? controls.pan(-STEP_PX, 0) : controls.rotateLeft(-TURN)),
      ArrowUp: () => (shift ? controls.pan(0, STEP_PX) : controls.rotateUp(TURN)),
      ArrowDown: () => (shift ? controls.pan(0, -STEP_PX) : controls.rotateUp(-TURN)),
      "+": () => this.zoom(1 / 1.2),
      "=": () => this.zoom(1 / 1.2),
      "-": () => this.zoom(1.2),
      "0": () => this.fit(),
      r: () => this.fit(),
      R: () => this.fit(),
      Home: () => this.fit(),
    };
    const found = act[key];
    found?.();
    if (found) controls.update();
    return found !== undefined;
  }

  private zoom(factor: number): void {
    const { target } = this.controls;
    this.camera.position.sub(target).multiplyScalar(factor).add(target);
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    this.forget();
    this.controls.dispose();
    this.dropRuler();
  }
}

function linesOf(places: Float32Array): LineSegments {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(places, 3));
  return new LineSegments(geometry, new LineBasicMaterial());
}
