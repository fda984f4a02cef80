/**
 * The one WebGL context of the page. Every scene draws into it and copies the picture to a canvas of its own: browsers
 * give out few contexts, and a scene that nobody turns is a still picture that costs nothing.
 */
import { type Camera, type Scene, WebGLRenderer } from "three";

let made: WebGLRenderer | null | undefined;
const listeners = new Set<() => void>();

/** Null where the browser has no WebGL. */
export function stage(): WebGLRenderer | null {
  if (made !== undefined) return made;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2", { antialias: true, alpha: true, powerPreference: "high-performance" });
  made = context ? new WebGLRenderer({ canvas, context, alpha: true, antialias: true }) : null;
  made?.setPixelRatio(1);
  made?.setScissorTest(true);
  canvas.addEventListener("webglcontextrestored", () => {
    for (const listener of listeners) listener();
  });
  return made;
}

/** Calls back when everything has to be drawn again, as the context was lost. */
export function onRestored(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Draws a scene over what the pen's canvas holds; sizes are those of the canvas. */
export function draw(pen: CanvasRenderingContext2D, scene: Scene, camera: Camera, width: number, height: number): void {
  const renderer = stage();
  if (!renderer) return;
  const canvas = renderer.domElement;
  if (canvas.width < width || canvas.height < height)
    renderer.setSize(Math.max(canvas.width, width), Math.max(canvas.height, height), false);
  renderer.setViewport(0, 0, width, height);
  renderer.setScissor(0, 0, width, height);
  renderer.setClearColor(0, 0);
  renderer.render(scene, camera);
  pen.drawImage(canvas, 0, canvas.height - height, width, height, 0, 0, width, height);
}
