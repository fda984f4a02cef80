/** A picture large, alone or beside up to three others, with its layers and its pixels. */
import { Dialog } from "radix-ui";
import { useMemo, useState } from "react";
import { useKeys } from "@/frame/keys";
import { OverlayControls } from "@/media/OverlayControls";
import type { OverlayLook } from "@/media/overlay";
import { runFiles } from "@/media/source";
import { layerFiles } from "@/media/summary";
import { useBoard } from "@/panels/board";
import { whole } from "@/plot/ticks";
import { Button, CopyButton, Icon, IconButton, Menu, type MenuItem, RunDot, Segmented, Slider } from "@/ui";
import { useText } from "@/ui/text";
import { rowAt } from "../data";
import { type Shown, shownAt } from "../PicturePanel";
import type { Media } from "../useMedia";
import { Facts } from "./Facts";
import { type At, MOST_SLOTS, type Opened, type Slot } from "./opened";
import { PairPane, Pane, type PaneProps } from "./Pane";
import { FIT, moved, natural, type Sizes, type View, zoomedAt } from "./stage";
import "./viewer.css";

const MODES = ["side", "swipe", "difference"] as const;
type Mode = (typeof MODES)[number];
const STEP_OF_ZOOM = 1.5;
const PAN_PX = 60;

export interface ViewerProps {
  /** The key. */
  title: string;
  media: Media;
  opened: Opened;
  look: OverlayLook;
  onLook: (look: OverlayLook) => void;
}

export default function Viewer(props: ViewerProps) {
  const t = useText().pictures;
  const { opened, title } = props;
  const [from] = useState(() => document.activeElement);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && opened.close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="ui-veil" />
        <Dialog.Content
          className="pv"
          aria-describedby={undefined}
          onCloseAutoFocus={() => from instanceof HTMLElement && from.focus()}
        >
          <Dialog.Title className="sr-only">
            {t.viewer}: {title}
          </Dialog.Title>
          {opened.at && <Open {...props} at={opened.at} />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Open({ title, media, opened, look, onLook, at }: ViewerProps & { at: At }) {
  const words = useText();
  const t = words.pictures;
  const { entity, project } = useBoard();
  const [view, setView] = useState<View>(FIT);
  const [grid, setGrid] = useState(true);
  const [mode, setMode] = useState<Mode>("side");
  const [split, setSplit] = useState(0.5);
  const [point, setPoint] = useState<{ x: number; y: number } | null>(null);
  const [sizes, setSizes] = useState<Sizes | null>(null);
  const [details, setDetails] = useState(() => window.innerWidth > 720);

  const { having } = media;
  const main = having.find(({ run }) => run.id === at.slots[0]?.run);
  const listOf = (slot: Slot): Shown[] => {
    const found = having.find(({ run }) => run.id === slot.run);
    return found ? shownAt(found, title, slot.step ?? at.step) : [];
  };
  const list = main ? listOf({ run: main.run.id, step: null }) : [];
  const slots = at.slots.map((slot) => {
    const pictures = listOf(slot);
    return { slot, shown: pictures[Math.min(at.index, pictures.length - 1)] };
  });
  const shown = slots.flatMap((each) => (each.shown ? [{ slot: each.slot, shown: each.shown }] : []));
  const steps = useMemo(
    () =>
      [...new Set((main?.rows ?? []).flatMap((row) => (typeof row._step === "number" ? [row._step] : [])))].sort(
        (a, b) => a - b,
      ),
    [main?.rows],
  );
  const standing = main ? Number(rowAt(main.rows, at.step)?._step ?? at.step) : at.step;
  const place = Math.max(0, steps.indexOf(standing));

  const toStep = (to: number) => {
    const step = steps[Math.min(steps.length - 1, Math.max(0, to))];
    if (step !== undefined && step !== at.step) opened.change({ step });
  };
  // past the end of a list comes the next run that is shown nowhere else yet
  const toIndex = (by: number) => {
    const next = at.index + by;
    if (next >= 0 && next < list.length) return opened.change({ index: next });
    if (at.slots.length > 1) return;
    const runAt = having.findIndex(({ run }) => run.id === main?.run.id) + Math.sign(by);
    const other = having[runAt];
    if (!other) return;
    const many = shownAt(other, title, at.step).length;
    opened.change({ index: by > 0 ? 0 : Math.max(0, many - 1), slots: [{ run: other.run.id, step: null }] });
  };
  const zoom = (factor: number) =>
    sizes && setView((old) => zoomedAt(old, factor, { x: sizes.wide / 2, y: sizes.high / 2 }, sizes));
  const pan = (x: number, y: number) => sizes && setView((old) => moved(old, x, y, sizes));
  useKeys({
    ArrowLeft: () => toIndex(-1),
    ArrowRight: () => toIndex(1),
    "Ctrl+ArrowLeft": () => toStep(place - 1),
    "Ctrl+ArrowRight": () => toStep(place + 1),
    "+": () => zoom(STEP_OF_ZOOM),
    "=": () => zoom(STEP_OF_ZOOM),
    "-": () => zoom(1 / STEP_OF_ZOOM),
    "0": () => setView(FIT),
    "1": () => sizes && setView(natural(sizes)),
    a: () => pan(PAN_PX, 0),
    d: () => pan(-PAN_PX, 0),
    w: () => pan(0, PAN_PX),
    s: () => pan(0, -PAN_PX),
  });

  const add = (slot: Slot) => opened.change({ slots: [...at.slots, slot].slice(0, MOST_SLOTS) });
  const others: MenuItem[] = [
    { id: "runs", title: t.sameStep },
    ...having
      .filter(({ run }) => !at.slots.some((slot) => slot.run === run.id && slot.step === null))
      .slice(0, 40)
      .map(({ run }) => ({
        id: run.id,
        label: (
          <span className="pn-choice">
            <RunDot run={run} size={8} /> {run.name}
          </span>
        ),
        onSelect: () => add({ run: run.id, step: null }),
      })),
    { id: "steps", title: t.otherSteps },
    ...steps
      .filter((step) => step !== standing)
      .slice(-40)
      .reverse()
      .map((step) => ({
        id: `step ${step}`,
        label: `${t.step} ${whole(step)}`,
        onSelect: () => main && add({ run: main.run.id, step }),
      })),
  ];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the files are those of the pictures shown.
  const files = useMemo(
    () =>
      layerFiles(
        shown.map((each) => ({ item: each.shown.item, addressOf: runFiles(entity, project, each.shown.run.id) })),
      ),
    [shown.map((each) => `${each.shown.run.id} ${each.shown.item.path}`).join("\n"), entity, project],
  );
  const pair = shown.length === 2 && mode !== "side";
  const pane: Omit<PaneProps, "shown"> = { look, view, onView: setView, grid, point, onPoint: setPoint };
  const [first, second] = shown;
  const address = first ? runFiles(entity, project, first.shown.run.id)(first.shown.item.path) : "";
  const percent = sizes ? view.zoom * Math.min(sizes.wide / sizes.width, sizes.high / sizes.height) * 100 : 100;

  return (
    <>
      <header className="pv-bar">
        <IconButton icon="left" label={t.previous} onClick={() => toIndex(-1)} />
        <span className="num pv-count">
          {list.length > 0 ? t.shown(whole(Math.min(at.index, list.length - 1) + 1), whole(list.length)) : "–"}
        </span>
        <IconButton icon="right" label={t.next} onClick={() => toIndex(1)} />
        <b className="cut pv-title">{title}</b>
        <span className="grow" />
        {shown.length === 2 && (
          <Segmented
            label={t.mode}
            value={mode}
            options={MODES.map((id) => ({ id, name: t[id] }))}
            onChange={setMode}
          />
        )}
        <Menu
          align="end"
          items={others}
          trigger={
            <Button icon="compare" disabled={at.slots.length >= MOST_SLOTS}>
              {t.compareWith}
            </Button>
          }
        />
        <span className="pv-zoom">
          <IconButton icon="minus" label={t.zoomOut} onClick={() => zoom(1 / STEP_OF_ZOOM)} />
          <span className="num">{Math.round(percent)} %</span>
          <IconButton icon="plus" label={t.zoomIn} onClick={() => zoom(STEP_OF_ZOOM)} />
          <Button variant="bare" onClick={() => setView(FIT)}>
            {t.fit}
          </Button>
          <Button variant="bare" onClick={() => sizes && setView(natural(sizes))}>
            {t.whole}
          </Button>
          <IconButton icon="table" label={t.grid} on={grid} onClick={() => setGrid(!grid)} />
        </span>
        {first && (
          <a
            className="ui-ib"
            href={address}
            download={first.shown.item.path.split("/").at(-1)}
            aria-label={t.download}
            title={t.download}
          >
            <Icon name="download" />
          </a>
        )}
        <CopyButton value={opened.link()} label={t.copyLink} icon="link" small={false} />
        <IconButton icon="info" label={t.details} on={details} onClick={() => setDetails(!details)} />
        <Dialog.Close asChild>
          <IconButton icon="x" label={words.common.close} />
        </Dialog.Close>
      </header>
      <div className={details ? "pv-body with" : "pv-body"}>
        <div className="pv-panes" data-panes={pair ? 1 : shown.length}>
          {shown.length === 0 && <div className="pv-broken">{words.media.noItem}</div>}
          {pair && first && second ? (
            <PairPane
              {...pane}
              shown={first.shown}
              other={second.shown}
              split={mode === "swipe" ? split : null}
              onSizes={setSizes}
            />
          ) : (
            shown.map((each, number) => (
              <Pane
                // biome-ignore lint/suspicious/noArrayIndexKey: a place keeps its stage while pictures go by.
                key={number}
                {...pane}
                shown={each.shown}
                onSizes={number === 0 ? setSizes : () => {}}
                onDrop={
                  shown.length > 1
                    ? () => opened.change({ slots: at.slots.filter((slot) => slot !== each.slot) })
                    : undefined
                }
              />
            ))
          )}
        </div>
        {details && (
          <aside className="pv-side">
            {files.length > 0 && (
              <section>
                <h3>{t.overlays}</h3>
                <OverlayControls files={files} look={look} onChange={onLook} />
              </section>
            )}
            {shown.map((each, number) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: one for each place.
              <Facts key={number} shown={each.shown} look={look} />
            ))}
            <p className="t3 pv-hint">{t.keysHint}</p>
          </aside>
        )}
      </div>
      <footer className="pv-foot num">
        {pair && mode === "swipe" && (
          <Slider label={t.split} value={split} min={0} max={1} step={0.01} onChange={setSplit} />
        )}
        <IconButton icon="left" small label={t.earlier} disabled={place === 0} onClick={() => toStep(place - 1)} />
        <Slider label={t.step} pointer value={place} min={0} max={Math.max(1, steps.length - 1)} onChange={toStep} />
        <IconButton
          icon="right"
          small
          label={t.later}
          disabled={place >= steps.length - 1}
          onClick={() => toStep(place + 1)}
        />
        <span>
          {t.step} <b>{whole(standing)}</b> <span className="t3">/ {whole(steps.at(-1) ?? 0)}</span>
        </span>
      </footer>
    </>
  );
}
