/**
 * The one WebGL context of the page. Every scene draws into it and copies the picture to a canvas of its own: browsers
 * give out few contexts, and a scene that nobody turns is a still picture that costs nothing.
 */
import { useSyncExternalStore } from "react";
import { type Camera, type Scene, WebGLRenderer } from "three";

/** Whether there is WebGL: `lost` while the browser has taken it away, which it does of a page with too much of it. */
export type StageState = "ready" | "lost" | "missing";

/** A context that was not given back by then is not waited for. */
const PATIENCE_MS = 2000;

let made: WebGLRenderer | null | undefined;
let state: StageState = "missing";
const listeners = new Set<() => void>();

function become(next: StageState): void {
  state = next;
  for (const listener of listeners) listener();
}

function begin(): WebGLRenderer | null {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2", { antialias: true, alpha: true, powerPreference: "high-performance" });
  if (!context) return null;
  const renderer = new WebGLRenderer({ canvas, context, alpha: true, antialias: true });
  renderer.setPixelRatio(1);
  renderer.setScissorTest(true);
  canvas.addEventListener("webglcontextlost", () => {
    if (made !== renderer) return;
    become("lost");
    setTimeout(() => {
      if (made !== renderer || !context.isContextLost()) return;
      renderer.dispose();
      made = begin();
      become(made ? "ready" : "missing");
    }, PATIENCE_MS);
  });
  canvas.addEventListener("webglcontextrestored", () => {
    if (made === renderer) become("ready");
  });
  return renderer;
}

/** Null where the browser has no WebGL, and while it has taken it away. */
export function stage(): WebGLRenderer | null {
  if (made === undefined) {
    made = begin();
    state = made ? "ready" : "missing";
  }
  return state === "ready" ? (made ?? null) : null;
}

/** Calls back when everything has to be drawn again, as the context was lost or is back. */
export function onStage(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Whether scenes are drawn with WebGL now. */
export function useStage(): StageState {
  return useSyncExternalStore(onStage, () => {
    stage();
    return state;
  });
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
