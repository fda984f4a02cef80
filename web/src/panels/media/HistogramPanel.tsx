/** Histograms of a key: of one run over its steps, or at one step; of several runs outlines at a step. */
import { useMemo, useState } from "react";
import { Heat } from "@/media/Heat";
import { HistogramPlot } from "@/media/Histogram";
import { type Histogram, histogramOf } from "@/media/value";
import { useBoard } from "@/panels/board";
import { useStore } from "@/state/store";
import { runColour } from "@/theme/colours";
import { IconButton } from "@/ui";
import { useText } from "@/ui/text";
import { rowAt } from "./data";
import { MediaFrame, type MediaPanelProps } from "./MediaPanel";
import { RunChoice } from "./RunChoice";
import { useMedia } from "./useMedia";
import { useSize } from "./useSize";

const MOST_RUNS = 12;
const STEPS_FOR_HEAT = 3;

export interface HistogramPanelProps extends MediaPanelProps {
  /** Begins with a run's heat over its steps, however many runs there are. */
  heatFirst?: boolean;
}

export function HistogramPanel({ spec, large, heatFirst = false }: HistogramPanelProps) {
  const t = useText().media;
  const media = useMedia(spec, MOST_RUNS);
  const [host, width, height] = useSize();
  const hovered = useStore(useBoard().hover, (id) => id);
  const [asked, setAsked] = useState<boolean | null>(null);
  const [whose, setWhose] = useState<string | null>(null);
  const { stepping, having } = media;
  const atStep = asked ?? (having.length > 1 && !heatFirst);
  const focus = having.some(({ run }) => run.id === hovered);
  const layers = having.slice(0, MOST_RUNS).flatMap((each) => {
    const bins = histogramOf(media.valueOf(each));
    if (!bins) return [];
    const faint = focus && each.run.id !== hovered;
    return [{ id: each.run.id, name: each.run.name, colour: runColour(each.run), bins, faint }];
  });
  const one = having.find(({ run }) => run.id === whose) ?? having[0];
  const rows = one?.rows;
  const key = stepping.steps.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the steps are a new list with each answer.
  const over = useMemo(
    () =>
      rows
        ? stepping.steps.flatMap((step, place) => {
            const bins = histogramOf(rowAt(rows, step)?.[spec.key]);
            return bins ? [{ step, place, bins }] : [];
          })
        : [],
    [one?.run.id, rows?.length, key, spec.key],
  );
  const histograms = useMemo((): Histogram[] => over.map((each) => each.bins), [over]);
  const heatable = over.length >= STEPS_FOR_HEAT;
  const heat = heatable && !atStep;
  return (
    <MediaFrame
      spec={spec}
      large={large}
      media={media}
      after={
        heatable && (
          <>
            {heat && <RunChoice runs={having.map(({ run }) => run)} chosen={one?.run ?? null} onChoose={setWhose} />}
            <IconButton
              icon="chart"
              small
              label={atStep ? t.overSteps : t.atStep}
              on={atStep}
              onClick={() => setAsked(!atStep)}
            />
          </>
        )
      }
    >
      {layers.length > 1 && !heat && (
        <div className="pn-legend">
          {layers.slice(0, 4).map((layer) => (
            <span key={layer.id}>
              <i style={{ background: layer.colour }} />
              <span className="cut">{layer.name}</span>
            </span>
          ))}
          {layers.length > 4 && <span className="more">+{layers.length - 4}</span>}
        </div>
      )}
      <div className="pn-plot" ref={host}>
        {layers.length === 0 ? (
          <div className="pn-note">
            <b>{t.noItem}</b>
          </div>
        ) : width === 0 ? null : heat ? (
          <Heat
            steps={over.map((each) => each.step)}
            histograms={histograms}
            place={over.findIndex((each) => each.place === stepping.place)}
            onChoose={(place) => stepping.choose(over[place]?.place ?? 0)}
            width={width}
            height={height}
            label={spec.key}
          />
        ) : (
          <HistogramPlot layers={layers} width={width} height={height} />
        )}
      </div>
    </MediaFrame>
  );
}
