/** A scene one can turn, with what can be switched about it. */
import { useRef, useState } from "react";
import { IconButton, Menu, Popover } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { saveAs, saveBlob } from "../save";
import { CloudModel } from "./cloud-model";
import { firstLook } from "./looks";
import type { Look, Model } from "./model";
import { SceneCanvas } from "./SceneCanvas";
import { SceneSettings } from "./SceneSettings";
import type { View } from "./view";

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
  const view = useRef<View<Look> | null>(null);
  const [look, setLook] = useState<Look>(() => firstLook(model, cloud));
  const change = (part: Partial<Look>) => setLook((old) => ({ ...old, ...part }));
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
      <SceneCanvas {...{ model, look, view, address, name, large }} label={`${alt}: ${told.join(", ")}`} />
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
