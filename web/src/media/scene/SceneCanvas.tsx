/** A canvas on which a model is turned by mouse, fingers and keys. */
import { type PointerEvent, type RefObject, useContext, useEffect, useRef, useState } from "react";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { SharedCameras } from "./cameras";
import type { Seen, Shown } from "./model";
import { useStage } from "./stage";
import { View } from "./view";
import "./scene.css";

export interface SceneCanvasProps<L extends Seen> {
  model: Shown<L>;
  look: L;
  /** The view while there is one, for what stands around the canvas. */
  view: RefObject<View<L> | null>;
  /** What it shows, for those who cannot see it. */
  label: string;
  /** Where the file itself is, and what it is called. */
  address: string;
  name: string;
  large?: boolean | undefined;
  onPoint?: (event: PointerEvent) => void;
  onLeave?: () => void;
}

export function SceneCanvas<L extends Seen>({
  model,
  look,
  view,
  label,
  address,
  name,
  large,
  ...on
}: SceneCanvasProps<L>) {
  const t = useText().scenes;
  const canvas = useRef<HTMLCanvasElement>(null);
  const cameras = useContext(SharedCameras);
  const theme = useTheme();
  const state = useStage();
  const [active, setActive] = useState(false);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const made = new View(element, model);
    view.current = made;
    if (cameras) made.onTurn = (placed) => cameras.tell(made.follow, placed);
    const leave = cameras?.join(made.follow);
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(element);
    return () => {
      watch.disconnect();
      leave?.();
      made.dispose();
      view.current = null;
    };
  }, [model, cameras, view]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of the page change with the theme.
  useEffect(() => view.current?.show(look), [look, theme, model]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after it was shown in the new colours.
  useEffect(() => view.current?.paint(), [theme]);
  // a panel scrolls past a scene by the wheel; it is the scene's own once that was chosen
  const own = large || active;
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (view.current) view.current.controls.enableZoom = own || event.ctrlKey;
    };
    element.addEventListener("wheel", onWheel, { capture: true });
    return () => element.removeEventListener("wheel", onWheel, { capture: true });
  }, [own, view]);
  return (
    <>
      <canvas
        ref={canvas}
        className="sc-canvas"
        role="img"
        tabIndex={0}
        aria-label={`${label}. ${t.keys}`}
        title={t.keys}
        onFocus={() => setActive(true)}
        onBlur={() => setActive(false)}
        onDoubleClick={() => view.current?.fit()}
        onPointerMove={on.onPoint}
        onPointerLeave={on.onLeave}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (!view.current?.press(event.key, event.shiftKey)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {state !== "ready" && (
        <p className="sc-note" role="note">
          {state === "lost" ? t.lostWebgl : t.noWebgl}{" "}
          <a href={address} download={name}>
            {t.file}
          </a>
        </p>
      )}
    </>
  );
}
