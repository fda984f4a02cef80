/** A molecule one can turn, as sticks, balls, spheres, lines, a surface, or the ribbon of its chains. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ask } from "@/api/client";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { IconButton, Menu, Popover, Segmented, Toggle } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import {
  type Atom,
  atomName,
  coloursFor,
  formatOf,
  isChain,
  MOLECULE_STYLES,
  type MoleculeColour,
  type MoleculeStyle,
  paintOf,
  stylesOf,
} from "./molecule";
import { saveAs } from "./save";
import { hasWebgl } from "./webgl";
import "./scene/scene.css";

type Library = typeof import("3dmol");
type Viewer = ReturnType<Library["createViewer"]>;

const MOST_BYTES = 60_000_000;

export interface MoleculeProps {
  path: string;
  address: string;
  label: string;
  large?: boolean | undefined;
}

export default function Molecule({ path, address, label, large }: MoleculeProps) {
  const t = useText().molecules;
  const format = formatOf(path);
  const drawable = format !== null && hasWebgl();
  const loaded = useQuery({
    queryKey: ["molecule", address] as const,
    queryFn: async ({ signal }) => {
      const [answer, library] = await Promise.all([ask(address, { signal, accept: "*/*" }), import("3dmol")]);
      const bytes = await answer.arrayBuffer();
      if (bytes.byteLength > MOST_BYTES) return null;
      // surfaces are made here: the library's own helpers would be code made from text, which the page refuses
      library.setSyncSurface(true);
      return { library, content: format === "mmtf" ? bytes : new TextDecoder().decode(bytes) };
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
    enabled: drawable,
    retry: false,
  });
  const name = path.split("/").at(-1) ?? path;
  if (!drawable || loaded.isError || loaded.data === null)
    return <FileCard path={path} address={address} why={format !== null && !hasWebgl() ? t.noWebgl : t.other} />;
  if (!loaded.data) return <div className="md-wait" />;
  return <MoleculeView {...loaded.data} {...{ format, name, address, label, large, path }} />;
}

interface MoleculeViewProps extends MoleculeProps {
  library: Library;
  content: string | ArrayBuffer;
  format: string;
  name: string;
}

function MoleculeView({ library, content, format, name, path, address, label, large }: MoleculeViewProps) {
  const t = useText().molecules;
  const words = useText().scenes;
  const theme = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const viewer = useRef<Viewer | null>(null);
  const [atoms, setAtoms] = useState<readonly Atom[] | null>(null);
  const [chosen, setStyle] = useState<MoleculeStyle | null>(null);
  const [colour, setColour] = useState<MoleculeColour>("element");
  const [spin, setSpin] = useState(false);
  const [under, setUnder] = useState("");
  const style = chosen ?? (atoms && isChain(atoms) ? "cartoon" : "sticks");
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = library.createViewer(element, { antialias: true });
    viewer.current = made;
    let found: Atom[] = [];
    try {
      found = made.addModel(content as string, format).selectedAtoms({}) as Atom[];
    } catch {
      // a file that is not what its name says: there are no atoms to show
    }
    made.setHoverable(
      {},
      true,
      (atom: Atom) => setUnder(atomName(atom)),
      () => setUnder(""),
    );
    setAtoms(found);
    made.zoomTo();
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.spin(false);
      made.clear();
      viewer.current = null;
      element.replaceChildren();
    };
  }, [library, content, format]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew when the theme changes.
  useEffect(() => {
    const made = viewer.current;
    if (!made || !atoms) return;
    made.setBackgroundColor(inkOf("--card"), 1);
    made.removeAllSurfaces();
    made.setStyle({}, {});
    for (const drawn of stylesOf(style, colour)) made.addStyle(drawn.selection, drawn.style);
    if (style === "surface")
      void made.addSurface(library.SurfaceType.VDW, { opacity: 0.82, ...paintOf(colour) }, {}, {});
    made.render();
  }, [atoms, style, colour, theme]);
  useEffect(() => {
    viewer.current?.spin(spin ? "y" : false);
  }, [spin]);
  // a panel scrolls past a molecule; the wheel is its own with Ctrl, or in full size
  useEffect(() => {
    const element = frame.current;
    if (!element || large) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !element.contains(document.activeElement)) event.stopPropagation();
    };
    element.addEventListener("wheel", onWheel, { capture: true });
    return () => element.removeEventListener("wheel", onWheel, { capture: true });
  }, [large]);
  if (atoms?.length === 0) return <FileCard path={path} address={address} why={t.broken} />;
  const reset = () => {
    viewer.current?.zoomTo();
    viewer.current?.render();
  };
  return (
    <div className={large ? "sc large" : "sc"} ref={frame}>
      <div
        ref={host}
        className="sc-canvas sc-molecule"
        role="img"
        tabIndex={0}
        aria-label={`${label || name}: ${t.atoms(count(atoms?.length ?? 0))}`}
        onDoubleClick={reset}
        onKeyDown={(event) => {
          const made = viewer.current;
          const turn = { ArrowLeft: ["y", -8], ArrowRight: ["y", 8], ArrowUp: ["x", -8], ArrowDown: ["x", 8] }[
            event.key
          ];
          if (!made || event.ctrlKey || event.metaKey || event.altKey) return;
          if (turn) made.rotate(turn[1] as number, turn[0] as string);
          else if (event.key === "+" || event.key === "=") made.zoom(1.2);
          else if (event.key === "-") made.zoom(1 / 1.2);
          else if (event.key === "0" || event.key === "Home") reset();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span className="sc-told num">{under || `${t.atoms(count(atoms?.length ?? 0))} · ${format.toUpperCase()}`}</span>
      <span className="sc-tools">
        <IconButton icon="home" small label={words.fit} onClick={reset} />
        <IconButton icon="refresh" small label={t.spin} on={spin} onClick={() => setSpin(!spin)} />
        <Popover
          align="end"
          width={264}
          label={words.settings}
          trigger={<IconButton icon="gear" small label={words.settings} />}
        >
          <div className="sc-settings">
            <div className="sc-row wraps">
              <span>{t.style}</span>
              <Segmented
                label={t.style}
                value={style}
                options={MOLECULE_STYLES.filter((id) => id !== "cartoon" || isChain(atoms ?? [])).map((id) => ({
                  id,
                  name: t.styles[id],
                }))}
                onChange={setStyle}
              />
            </div>
            {coloursFor(atoms ?? []).length > 1 && (
              <div className="sc-row wraps">
                <span>{words.colouring}</span>
                <Segmented
                  label={words.colouring}
                  value={colour}
                  options={coloursFor(atoms ?? []).map((id) => ({ id, name: t.colours[id] }))}
                  onChange={setColour}
                />
              </div>
            )}
            <div className="sc-row">
              <span>{t.spin}</span>
              <Toggle label={t.spin} checked={spin} onChange={setSpin} />
            </div>
          </div>
        </Popover>
        <Menu
          align="end"
          trigger={<IconButton icon="download" small label={words.save} />}
          items={[
            {
              id: "png",
              label: words.picture,
              onSelect: () => viewer.current && saveAs(viewer.current.pngURI(), `${name}.png`),
            },
            { id: "file", label: words.file, hint: name.split(".").at(-1), onSelect: () => saveAs(address, name) },
          ]}
        />
      </span>
    </div>
  );
}
