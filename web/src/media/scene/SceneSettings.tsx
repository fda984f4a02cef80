/** What can be switched about a scene. */
import { Checkbox, Segmented, Slider, Toggle } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Cloud, Rgb } from "./cloud";
import { categoryInk, colouringsOf } from "./colours";
import { inksNow } from "./inks";
import { flipped, labelsOf, switchable } from "./looks";
import type { Look, Model } from "./model";

const MOST_NAMED = 60;

export interface SceneSettingsProps {
  look: Look;
  change: (part: Partial<Look>) => void;
  model: Model;
  cloud: Cloud | null;
}

export function SceneSettings({ look, change, model, cloud }: SceneSettingsProps) {
  const t = useText().scenes;
  const labels = cloud ? labelsOf(cloud) : [];
  const categories = cloud ? switchable(cloud) : null;
  const inks = inksNow();
  return (
    <div className="sc-settings">
      {cloud && cloud.points.length > 0 && (
        <>
          <Choice
            label={t.colouring}
            value={look.colouring}
            options={colouringsOf(cloud).map((id) => ({ id, name: t.colourings[id] }))}
            onChange={(colouring) => change({ colouring })}
          />
          <div className="sc-row">
            <span>{t.size}</span>
            <Slider
              label={t.size}
              value={look.size}
              min={0.5}
              max={10}
              step={0.5}
              onChange={(size) => change({ size })}
            />
            <b className="num">{look.size}</b>
          </div>
        </>
      )}
      {model.told.triangles > 0 && (
        <>
          <Choice
            label={t.surface}
            value={look.surface}
            options={(["shaded", "edges", "wires"] as const).map((id) => ({ id, name: t.surfaces[id] }))}
            onChange={(surface) => change({ surface })}
          />
          <Choice
            label={t.paint}
            value={look.paint}
            options={(["own", "clay", "normals"] as const).map((id) => ({ id, name: t.paints[id] }))}
            onChange={(paint) => change({ paint })}
          />
        </>
      )}
      <Choice
        label={t.up}
        value={look.up}
        options={(["x", "y", "z"] as const).map((id) => ({ id, name: id }))}
        onChange={(up) => change({ up })}
      />
      <div className="sc-row">
        <span>{t.grid}</span>
        <Toggle label={t.grid} checked={look.grid} onChange={(grid) => change({ grid })} />
      </div>
      {labels.length > 0 && (
        <>
          <div className="sc-row">
            <span>{t.labels}</span>
            <Toggle label={t.labels} checked={look.labels} onChange={(shown) => change({ labels: shown })} />
          </div>
          <fieldset>
            <legend>{t.boxesShown}</legend>
            {labels.slice(0, MOST_NAMED).map(({ label, boxes }) => (
              <Switched
                key={label}
                name={label || t.unnamed}
                many={boxes}
                ink={cloud?.boxes.find((box) => box.label === label)?.colour ?? inks.categories[1]!}
                shown={!look.hidden.has(label)}
                onChange={() => change({ hidden: flipped(look.hidden, label) })}
              />
            ))}
          </fieldset>
        </>
      )}
      {categories && (
        <fieldset>
          <legend>{t.categories}</legend>
          {categories.slice(0, MOST_NAMED).map(({ value, points }) => (
            <Switched
              key={value}
              name={String(value)}
              many={points}
              ink={categoryInk(value, inks)}
              shown={!look.hiddenCategories.has(value)}
              onChange={() => change({ hiddenCategories: flipped(look.hiddenCategories, value) })}
            />
          ))}
        </fieldset>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { id: T; name: string }[];
  onChange: (value: T) => void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <div className="sc-row wraps">
      <span>{label}</span>
      <Segmented label={label} value={value} options={options} onChange={onChange} />
    </div>
  );
}

interface SwitchedProps {
  name: string;
  many: number;
  ink: Rgb;
  shown: boolean;
  onChange: () => void;
}

function Switched({ name, many, ink, shown, onChange }: SwitchedProps) {
  return (
    <div className="sc-switched">
      <Checkbox checked={shown} label={name} onChange={onChange} />
      <i style={{ background: `rgb(${ink.join()})` }} />
      <span className="cut grow" title={name}>
        {name}
      </span>
      <span className="t3 num">{count(many)}</span>
    </div>
  );
}
