/** Media of a key: a column a run, a slider over the steps at which any of them logged it. */
import { type CSSProperties, type ReactNode, useState } from "react";
import { useKeys } from "@/frame/keys";
import { type Reel, TogetherProvider } from "@/media/film/together";
import { Item } from "@/media/Item";
import { runFiles } from "@/media/source";
import { itemsOf } from "@/media/value";
import { useBoard } from "@/panels/board";
import { PlotSkeleton } from "@/panels/line/LinePanel";
import { PanelFrame } from "@/panels/PanelFrame";
import type { PanelSpec } from "@/panels/sections";
import { whole } from "@/plot/ticks";
import { useStore } from "@/state/store";
import { runColour } from "@/theme/colours";
import { IconButton, Slider } from "@/ui";
import { useText } from "@/ui/text";
import { type Media, type Stepping, useMedia } from "./useMedia";

const MANY_RUNS = 12;

/** How many runs have room beside one another in a small panel. */
const RUNS: Partial<Record<PanelSpec["kind"], number>> = { image: 4, media: 2 };

export interface MediaPanelProps {
  spec: PanelSpec;
  large?: boolean | undefined;
}

export function MediaPanel({ spec, large }: MediaPanelProps) {
  const t = useText();
  const { entity, project, runs, hover } = useBoard();
  const hovered = useStore(hover, (id) => id);
  const most = large ? MANY_RUNS : (RUNS[spec.kind] ?? 2);
  const media = useMedia(spec, most);
  const shown = media.having.slice(0, most);
  const focus = shown.some(({ run }) => run.id === hovered);
  const values = shown.map((each) => itemsOf(media.valueOf(each)));
  const films = values.flat().filter((item) => item.kind === "video").length;
  const [together, setTogether] = useState(true);
  const [reels] = useState(() => new Set<Reel>());
  const size = values.flat().find((item) => item.width > 0);
  return (
    <MediaFrame
      spec={spec}
      large={large}
      media={media}
      unit={size ? `${size.width} × ${size.height}` : ""}
      controls={
        films > 1 && (
          <IconButton
            icon="link"
            small
            label={t.pictures.together}
            on={together}
            onClick={() => setTogether(!together)}
          />
        )
      }
    >
      <TogetherProvider value={together && films > 1 ? reels : null}>
        <div className={spec.kind === "image" ? "pn-images" : "pn-images pn-media"} style={gridOf(shown.length)}>
          {shown.map(({ run }, place) => {
            const items = values[place] ?? [];
            return (
              <div
                key={run.id}
                className={focus && hovered !== run.id ? "lo" : undefined}
                onPointerEnter={() => hover.set(run.id)}
                onPointerLeave={() => hover.set(null)}
              >
                {runs.length > 1 && (
                  <div className="who">
                    <i style={{ background: runColour(run) }} />
                    <span className="cut">{run.name}</span>
                  </div>
                )}
                {items.length === 0 && (
                  <div className="none">{spec.kind === "image" ? t.workspace.panels.noImage : t.media.noItem}</div>
                )}
                <div className={items.length > 1 ? "many" : "one"}>
                  {items.map((item, at) => (
                    <Item
                      // biome-ignore lint/suspicious/noArrayIndexKey: a list may hold the same file twice.
                      key={at}
                      item={items.length > 4 && item.kind === "image" && !large ? { ...item, caption: "" } : item}
                      addressOf={runFiles(entity, project, run.id)}
                      alt={item.caption || `${spec.key}, ${run.name}`}
                      large={large}
                    />
                  ))}
                </div>
              </div>
            );
          })}
        </div>
      </TogetherProvider>
    </MediaFrame>
  );
}

export interface MediaFrameProps extends MediaPanelProps {
  media: Media;
  unit?: string;
  after?: ReactNode;
  /** How many of how many are shown, instead of how many runs there are. */
  count?: ReactNode;
  /** Stand at the right of the slider. */
  controls?: ReactNode;
  children: ReactNode;
}

/** The card of a media panel: what it says while there is nothing, and the slider below what there is. */
export function MediaFrame({ spec, large, media, unit = "", after, count, controls, children }: MediaFrameProps) {
  const t = useText().workspace.panels;
  const { runs } = useBoard();
  const { having, pending, fetching, stepping } = media;
  return (
    <PanelFrame
      id={spec.key}
      title={spec.key}
      unit={unit}
      large={large}
      badges={
        count ?? (runs.length > 1 && having.length > 0 && <span className="ui-badge">{t.image(having.length)}</span>)
      }
      busy={fetching}
      after={after}
      tools={[]}
      menu={[]}
    >
      {having.length === 0 ? (
        <div className="pn-plot">
          {pending ? (
            <PlotSkeleton />
          ) : (
            <div className="pn-note">
              <b>{runs.length === 0 ? t.noRuns : t.noData}</b>
            </div>
          )}
        </div>
      ) : (
        <>
          {children}
          {(spec.from !== "summary" || stepping.steps.length > 1 || controls) && (
            <Stepper stepping={stepping} large={large} controls={controls} />
          )}
        </>
      )}
    </PanelFrame>
  );
}

interface StepperProps {
  stepping: Stepping;
  large: boolean | undefined;
  controls: ReactNode;
}

function Stepper({ stepping, large, controls }: StepperProps) {
  const t = useText().workspace.panels;
  const { steps, step, place, playing, choose, play } = stepping;
  useKeys(
    {
      "Ctrl+ArrowLeft": () => choose(Math.max(0, place - 1)),
      "Ctrl+ArrowRight": () => choose(Math.min(steps.length - 1, place + 1)),
    },
    large === true,
  );
  return (
    <div className="pn-stepper num">
      <IconButton
        icon={playing ? "pause" : "play"}
        small
        label={t.step}
        disabled={steps.length < 2}
        onClick={() => play(!playing)}
      />
      <Slider label={t.step} pointer value={place} min={0} max={Math.max(1, steps.length - 1)} onChange={choose} />
      <span>
        {t.step} <b>{whole(step ?? 0)}</b> <span className="t3">/ {whole(steps.at(-1) ?? 0)}</span>
      </span>
      {controls}
    </div>
  );
}

function gridOf(runs: number): CSSProperties {
  const least = runs === 1 ? "64px" : runs === 2 ? "44px" : "30px";
  return { gridTemplateColumns: `repeat(${runs}, minmax(0, 1fr))`, "--least": least } as CSSProperties;
}
