/** Pictures of a key: of several runs and steps beside one another, each opened large by a click. */
import { type CSSProperties, lazy, type ReactNode, Suspense, useMemo } from "react";
import type { Run } from "@/api/types";
import { Item } from "@/media/Item";
import { OverlayProvider } from "@/media/look";
import { runFiles } from "@/media/source";
import { layerFiles } from "@/media/summary";
import type { MediaItem } from "@/media/value";
import { useBoard } from "@/panels/board";
import { usePanel } from "@/panels/panel";
import { whole } from "@/plot/ticks";
import { useStore } from "@/state/store";
import { runColour } from "@/theme/colours";
import { useText } from "@/ui/text";
import { picturesOf, rowAt, stepsUpTo, tileWidth } from "./data";
import { LookBar } from "./LookBar";
import { useLook } from "./look";
import { MediaFrame, type MediaPanelProps } from "./MediaPanel";
import { type MediaRun, useMedia } from "./useMedia";
import { useSeen } from "./useSeen";
import { useSize } from "./useSize";
import { useOpened } from "./viewer/opened";

const Viewer = lazy(() => import("./viewer/Viewer"));

const RUNS = { small: 4, rows: 12, large: 24 };
/** As many as a panel draws: they are drawn when they come into sight, but each has its place. */
const MOST = 1000;
const STEP_PX = 96;

export interface Shown {
  run: Run;
  step: number;
  /** Place in the list that was logged. */
  index: number;
  item: MediaItem;
}

export function PicturePanel({ spec, large }: MediaPanelProps) {
  const t = useText();
  const { entity, project, hover, runs } = useBoard();
  const hovered = useStore(hover, (id) => id);
  const def = usePanel();
  const [look, change] = useLook();
  const most = large ? RUNS.large : look.arrange === "runs" ? RUNS.small : RUNS.rows;
  const media = useMedia(spec, most, look);
  const { stepping } = media;
  const [host, width, height] = useSize();
  const opened = useOpened(def?.id ?? spec.key, large ?? false);

  const tile = look.tile || (look.arrange === "steps" ? STEP_PX : 0);
  const columns = Math.max(1, Math.floor((width - 60) / (tile + 4 || STEP_PX)));
  const steps = look.arrange === "steps" ? stepsUpTo(stepping.steps, stepping.place, columns) : [stepping.step ?? 0];
  const rows = media.having.slice(0, most).map((each) => ({
    run: each.run,
    cells: steps.map((step) => ({ step, shown: shownAt(each, spec.key, step) })),
  }));
  const everyone = media.having.flatMap((each) => steps.flatMap((step) => shownAt(each, spec.key, step)));
  const all = rows.flatMap(({ cells }) => cells.flatMap(({ shown }) => shown)).slice(0, MOST);
  const size = all.find(({ item }) => item.width > 0)?.item;
  const aspect = size ? size.width / Math.max(1, size.height) : 1;
  const longest = Math.max(1, ...rows.map(({ cells }) => cells[0]?.shown.length ?? 0));
  const wide = width / Math.max(1, rows.length) - 12;
  const own =
    look.arrange === "runs" ? tileWidth(longest, aspect, wide, height - 30, longest <= 4 || large ? 18 : 0) : 0;
  const layered = all.some(({ item }) => Object.keys(item.boxes).length + Object.keys(item.masks).length > 0);
  const signature = all.map(({ run, item }) => `${run.id} ${item.path}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the files are those of the pictures shown.
  const files = useMemo(
    () => layerFiles(all.map(({ run, item }) => ({ item, addressOf: runFiles(entity, project, run.id) }))),
    [signature, entity, project],
  );
  const focus = rows.some(({ run }) => run.id === hovered);
  const named = runs.length > 1;
  const open = (each: Shown) => opened.open({ run: each.run.id, step: each.step, index: each.index });
  const tileOf = (each: Shown, captioned: boolean) => (
    <Tile
      key={`${each.run.id} ${each.step} ${each.index}`}
      shown={each}
      name={`${spec.key}, ${each.run.name}`}
      captioned={captioned}
      onOpen={() => open(each)}
    />
  );
  const hovering = (run: Run) => ({
    className: focus && hovered !== run.id ? "lo" : undefined,
    onPointerEnter: () => hover.set(run.id),
    onPointerLeave: () => hover.set(null),
  });

  let body: ReactNode;
  if (look.arrange === "runs") {
    body = (
      <div className="pn-images" style={columnsOf(rows.length, tile || own, aspect)}>
        {rows.map(({ run, cells }) => {
          const shown = cells[0]?.shown ?? [];
          return (
            <div key={run.id} {...hovering(run)}>
              {named && <Who run={run} />}
              {shown.length === 0 && <div className="none">{t.workspace.panels.noImage}</div>}
              <div className={shown.length > 1 || tile > 0 ? "many" : "one"}>
                {shown.slice(0, MOST).map((each) => tileOf(each, shown.length <= 4 || large === true || tile >= 96))}
              </div>
            </div>
          );
        })}
      </div>
    );
  } else if (look.arrange === "gallery") {
    body = (
      <div className="pn-images pn-gallery" style={tileStyle(tile || 112, aspect)}>
        <div className="many">
          {all.map((each) => (
            <div key={`${each.run.id} ${each.step} ${each.index}`} {...hovering(each.run)}>
              {named && <Who run={each.run} />}
              {tileOf(each, true)}
            </div>
          ))}
        </div>
      </div>
    );
  } else {
    body = (
      <div className="pn-rows" style={tileStyle(tile || STEP_PX, aspect)}>
        {look.arrange === "steps" && (
          <div className="pn-rows-head num" aria-hidden="true">
            {steps.map((step) => (
              <span key={step}>{whole(step)}</span>
            ))}
          </div>
        )}
        {rows.map(({ run, cells }) => (
          <div key={run.id} {...hovering(run)}>
            {named && <Who run={run} />}
            <div className="pn-row">
              {look.arrange === "grid"
                ? (cells[0]?.shown ?? []).slice(0, MOST).map((each) => tileOf(each, true))
                : cells.map(({ step, shown }) =>
                    shown[0] ? tileOf(shown[0], false) : <div key={step} className="none" />,
                  )}
            </div>
          </div>
        ))}
      </div>
    );
  }
  return (
    <MediaFrame
      spec={spec}
      large={large}
      media={media}
      unit={size ? `${size.width} × ${size.height}` : ""}
      count={
        all.length > 1 || everyone.length > 1 ? (
          <span
            className="ui-badge num"
            title={t.pictures.shownAbout(t.pictures.runsShown(rows.length, media.having.length))}
          >
            {t.pictures.shown(
              whole(
                look.arrange === "steps"
                  ? rows.flatMap(({ cells }) => cells.filter((c) => c.shown[0])).length
                  : all.length,
              ),
              whole(everyone.length),
            )}
          </span>
        ) : null
      }
      controls={
        <LookBar
          look={look}
          onChange={change}
          files={layered ? files : null}
          rows={rows.length > 1 || all.length > 1}
        />
      }
    >
      <OverlayProvider value={look.overlay}>
        <div className="pn-host" ref={host}>
          {body}
        </div>
      </OverlayProvider>
      {opened.at && (
        <Suspense fallback={null}>
          <Viewer
            title={spec.key}
            media={media}
            opened={opened}
            look={look.overlay}
            onLook={(overlay) => change({ overlay })}
          />
        </Suspense>
      )}
    </MediaFrame>
  );
}

/** The pictures a run shows at a step. */
export function shownAt({ run, rows }: MediaRun, key: string, step: number): Shown[] {
  const row = rowAt(rows, step);
  return picturesOf(row?.[key]).map((item, index) => ({ run, step: Number(row?._step ?? step), index, item }));
}

function Who({ run }: { run: Run }) {
  return (
    <div className="who">
      <i style={{ background: runColour(run) }} />
      <span className="cut">{run.name}</span>
    </div>
  );
}

interface TileProps {
  shown: Shown;
  name: string;
  captioned: boolean;
  onOpen: () => void;
}

/** One picture, drawn while it is in sight. */
function Tile({ shown: { run, item }, name, captioned, onOpen }: TileProps) {
  const t = useText().pictures;
  const { entity, project } = useBoard();
  const [place, seen] = useSeen();
  const alt = item.caption || name;
  return (
    <div className="pn-tile" ref={place} style={seen ? undefined : { aspectRatio: "var(--aspect, 1)" }}>
      {seen && (
        <Item
          item={captioned ? item : { ...item, caption: "" }}
          addressOf={runFiles(entity, project, run.id)}
          alt={alt}
        />
      )}
      <button type="button" className="pn-open" aria-label={t.open(alt)} title={alt} onClick={onOpen} />
    </div>
  );
}

function columnsOf(runs: number, tile: number, aspect: number): CSSProperties {
  return { gridTemplateColumns: `repeat(${Math.max(1, runs)}, minmax(0, 1fr))`, ...tileStyle(tile, aspect) };
}

function tileStyle(px: number, aspect: number): CSSProperties {
  return { "--least": `${px}px`, "--tile": `${px}px`, "--aspect": String(aspect) } as CSSProperties;
}
