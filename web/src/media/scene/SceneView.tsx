/** A scene one can turn, with what can be switched about it. */
import { useContext, useEffect, useRef, useState } from "react";
import { useTheme } from "@/theme/theme";
import { IconButton, Menu, Popover } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { saveAs, saveBlob } from "../save";
import { SharedCameras } from "./cameras";
import { CloudModel } from "./cloud-model";
import { firstLook } from "./looks";
import type { Look, Model } from "./model";
import { SceneSettings } from "./SceneSettings";
import { stage } from "./stage";
import { View } from "./view";
import "./scene.css";

export interface SceneViewProps {
  model: Model;
  name: string;
  /** Where the file itself is. */
  address: string;
  /** What it shows, for those who cannot see it. */
  alt: string;
  large?: boolean | undefined;
}

export function SceneView({ model, name, address, alt, large }: SceneViewProps) {
  const t = useText().scenes;
  const cloud = model instanceof CloudModel ? model.cloud : null;
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<View | null>(null);
  const cameras = useContext(SharedCameras);
  const theme = useTheme();
  const [look, setLook] = useState<Look>(() => firstLook(model, cloud));
  const [active, setActive] = useState(false);
  const change = (part: Partial<Look>) => setLook((old) => ({ ...old, ...part }));
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const made = new View(element, model);
    view.current = made;
    // a panel scrolls past a scene; the fingers and the wheel are the scene's own once it was chosen
    element.style.touchAction = "pan-y";
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
  }, [model, cameras]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours of the page change with the theme.
  useEffect(() => view.current?.show(look), [look, theme, model]);
  const own = large || active;
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    element.style.touchAction = own ? "none" : "pan-y";
    const onWheel = (event: WheelEvent) => {
      if (view.current) view.current.controls.enableZoom = own || event.ctrlKey;
    };
    element.addEventListener("wheel", onWheel, { capture: true });
    return () => element.removeEventListener("wheel", onWheel, { capture: true });
  }, [own]);
  const savePicture = async () => {
    const blob = await view.current?.picture();
    if (blob) saveBlob(blob, `${name.replace(/\.[^.]+(\.json)?$/, "")}.png`);
  };
  const { points, triangles, boxes, arrows } = model.told;
  const told = [
    triangles > 0 ? t.triangles(count(triangles)) : points > 0 ? t.points(count(points)) : "",
    boxes > 0 ? t.boxes(boxes) : "",
    arrows > 0 ? t.arrows(arrows) : "",
    cloud && cloud.skipped > 0 ? t.skipped(count(cloud.skipped)) : "",
  ].filter(Boolean);
  return (
    <div className={large ? "sc large" : "sc"}>
      <canvas
        ref={canvas}
        className="sc-canvas"
        role="img"
        tabIndex={0}
        aria-label={`${alt}: ${told.join(", ")}. ${t.keys}`}
        title={t.keys}
        onFocus={() => setActive(true)}
        onBlur={() => setActive(false)}
        onDoubleClick={() => view.current?.fit()}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (!view.current?.press(event.key, event.shiftKey)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {!stage() && (
        <p className="sc-note" role="note">
          {t.noWebgl}{" "}
          <a href={address} download={name}>
            {t.file}
          </a>
        </p>
      )}
      <span className="sc-told num">{told.join(" · ")}</span>
      <span className="sc-tools">
        <IconButton icon="home" small label={t.fit} onClick={() => view.current?.fit()} />
        <Menu
          align="end"
          trigger={<IconButton icon="eye" small label={t.sides} />}
          items={(["front", "side", "top"] as const).map((id) => ({
            id,
            label: t.side[id],
            onSelect: () => view.current?.lookAlong(id),
          }))}
        />
        <Popover
          align="end"
          width={264}
          label={t.settings}
          trigger={<IconButton icon="gear" small label={t.settings} />}
        >
          <SceneSettings look={look} change={change} model={model} cloud={cloud} />
        </Popover>
        <Menu
          align="end"
          trigger={<IconButton icon="download" small label={t.save} />}
          items={[
            { id: "png", label: t.picture, onSelect: () => void savePicture() },
            { id: "file", label: t.file, hint: name.split(".").at(-1), onSelect: () => saveAs(address, name) },
          ]}
        />
      </span>
    </div>
  );
}
