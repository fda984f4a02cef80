/** A molecule one can turn, as sticks, balls, spheres, lines, a surface, or the ribbon of its chains. */
import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { IconButton, Menu, Popover, Segmented, Toggle } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { saveAs, saveBlob } from "../save";
import { SceneCanvas } from "../scene/SceneCanvas";
import type { View } from "../scene/view";
import { type Atom, atomName, formulaOf, isChain, residuesOf } from "./atoms";
import { coloursFor } from "./colours";
import { MOLECULE_STYLES } from "./drawing";
import { isWhole, type MoleculeLook, type MoleculeModel } from "./molecule-model";

/** How near to the middle of an atom the mouse has to be, in ångström; a ribbon runs past its atoms. */
const REACH = { cartoon: 1.6, sticks: 0.4, balls: 0.45, spheres: 1.4, lines: 0.4, surface: 1.4 };
/** Making a surface of more atoms would stop the page for long. */
const MOST_FOR_SURFACE = 10_000;

export interface MoleculeViewProps {
  model: MoleculeModel;
  format: string;
  name: string;
  address: string;
  label: string;
  large?: boolean | undefined;
}

export function MoleculeView({ model, format, name, address, label, large }: MoleculeViewProps) {
  const t = useText().molecules;
  const words = useText().scenes;
  const view = useRef<View<MoleculeLook> | null>(null);
  const [look, setLook] = useState<MoleculeLook>(() => firstLook(model.frames[0]!));
  const [spin, setSpin] = useState(false);
  const [under, setUnder] = useState("");
  const change = (part: Partial<MoleculeLook>) => setLook((old) => ({ ...old, ...part }));
  const atoms = model.frames[look.frame]!;
  // the name under the mouse changes with each move, what is told of all atoms does not
  const { residues, chains, formula, styles, colours } = useMemo(() => factsOf(atoms), [atoms]);
  const told = [
    t.atoms(count(atoms.length)),
    residues > 1 ? `${t.residues(count(residues))}${chains > 1 ? `, ${t.chains(count(chains))}` : ""}` : formula,
    format.toUpperCase(),
  ];
  const whole = isWhole(look.style);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it takes more room, or less, once it is drawn so.
  useEffect(() => view.current?.fit(), [whole]);
  const turn = () => {
    view.current?.spin(!spin);
    setSpin(!spin);
  };
  const point = (event: PointerEvent) => {
    if (event.buttons > 0 || event.pointerType === "touch") return;
    const found = view.current?.under(model.placesOf(look.frame), event.clientX, event.clientY, REACH[look.style]);
    setUnder(typeof found === "number" ? atomName(atoms[found]!) : "");
  };
  const savePicture = async () => {
    const blob = await view.current?.picture();
    if (blob) saveBlob(blob, `${name.replace(/\.[^.]+$/, "")}.png`);
  };
  return (
    <div className={large ? "sc large" : "sc"}>
      <SceneCanvas
        {...{ model, look, view, address, name, large }}
        label={`${label || name}: ${told.join(", ")}`}
        onPoint={point}
        onLeave={() => setUnder("")}
      />
      <span className="sc-told num">
        {under || told.join(" · ")}
        {model.frames.length > 1 && (
          <span className="sc-frames">
            <IconButton
              icon="left"
              small
              label={t.before}
              disabled={look.frame === 0}
              onClick={() => change({ frame: look.frame - 1 })}
            />
            {t.frame(count(look.frame + 1), count(model.frames.length))}
            <IconButton
              icon="right"
              small
              label={t.after}
              disabled={look.frame === model.frames.length - 1}
              onClick={() => change({ frame: look.frame + 1 })}
            />
          </span>
        )}
      </span>
      <span className="sc-tools">
        <IconButton icon="home" small label={words.fit} onClick={() => view.current?.fit()} />
        <IconButton icon="refresh" small label={t.spin} on={spin} onClick={turn} />
        <Popover
          align="end"
          width={264}
          label={words.settings}
          trigger={<IconButton icon="gear" small label={words.settings} />}
        >
          <div className="sc-settings">
            <div className="sc-row wraps sc-many">
              <span>{t.style}</span>
              <Segmented
                label={t.style}
                value={look.style}
                options={styles.map((id) => ({ id, name: t.styles[id] }))}
                onChange={(style) => change({ style })}
              />
            </div>
            {colours.length > 1 && (
              <div className="sc-row wraps sc-many">
                <span>{words.colouring}</span>
                <Segmented
                  label={words.colouring}
                  value={look.colour}
                  options={colours.map((id) => ({ id, name: t.colours[id] }))}
                  onChange={(colour) => change({ colour })}
                />
              </div>
            )}
            <div className="sc-row">
              <span>{t.spin}</span>
              <Toggle label={t.spin} checked={spin} onChange={turn} />
            </div>
          </div>
        </Popover>
        <Menu
          align="end"
          trigger={<IconButton icon="download" small label={words.save} />}
          items={[
            { id: "png", label: words.picture, onSelect: () => void savePicture() },
            { id: "file", label: words.file, hint: name.split(".").at(-1), onSelect: () => saveAs(address, name) },
          ]}
        />
      </span>
    </div>
  );
}

function factsOf(atoms: readonly Atom[]) {
  const chained = isChain(atoms);
  return {
    ...residuesOf(atoms),
    formula: formulaOf(atoms),
    styles: MOLECULE_STYLES.filter(
      (style) => (style !== "cartoon" || chained) && (style !== "surface" || atoms.length <= MOST_FOR_SURFACE),
    ),
    colours: coloursFor(atoms),
  };
}

function firstLook(atoms: readonly Atom[]): MoleculeLook {
  const chained = isChain(atoms);
  return {
    up: "y",
    grid: false,
    size: 2,
    style: chained ? "cartoon" : "balls",
    colour: chained ? "spectrum" : "element",
    frame: 0,
  };
}
