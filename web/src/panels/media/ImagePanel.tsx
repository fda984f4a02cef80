import { useQueries } from "@tanstack/react-query";
import { type CSSProperties, useEffect, useState } from "react";
import { arrivedQuery, fileAddress } from "@/api/files";
import { readRows } from "@/api/runs";
import { useBoard } from "@/panels/board";
import { PlotSkeleton } from "@/panels/line/LinePanel";
import { PanelFrame } from "@/panels/PanelFrame";
import type { PanelSpec } from "@/panels/sections";
import { whole } from "@/plot/ticks";
import { useStore } from "@/state/store";
import { runColour } from "@/theme/colours";
import { IconButton, Slider } from "@/ui";
import { useText } from "@/ui/text";
import { arrivedRows, isArriving, picturesOf, rowAt, stepsOf } from "./data";

const RUNS = 4;
const MANY_RUNS = 12;
const ROWS_READ = 500;
const PLAY_MS = 600;
const LIVE_MS = 5000;

/** Images of a key: a column a run, a slider over the steps at which any of them logged it. */
export function ImagePanel({ spec, large }: { spec: PanelSpec; large?: boolean | undefined }) {
  const t = useText().workspace.panels;
  const board = useBoard();
  const { entity, project, change, hover } = board;
  const hovered = useStore(hover, (id) => id);
  const [chosen, setChosen] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const answers = useQueries({
    queries: board.runs.map((run) => ({
      queryKey: ["panel-rows", entity, project, run.id, spec.key, run.state] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readRows(entity, project, run.id, { keys: [spec.key], limit: ROWS_READ }, signal),
      staleTime: 60_000,
      refetchInterval: run.state === "running" ? LIVE_MS : (false as const),
      placeholderData: <T,>(old: T) => old,
    })),
  });
  const arrived = useQueries({
    queries: board.runs.map((run) => arrivedQuery(entity, project, run.id, isArriving(run))),
  });
  const having = board.runs.flatMap((run, i) => {
    const rows = arrivedRows(answers[i]?.data?.rows ?? [], spec.key, isArriving(run), arrived[i]?.data);
    return rows.length > 0 ? [{ run, rows }] : [];
  });
  const shown = having.slice(0, large ? MANY_RUNS : RUNS);
  const focus = shown.some(({ run }) => run.id === hovered);
  const steps = stepsOf(shown);
  const step = chosen !== null && steps.includes(chosen) ? chosen : steps.at(-1);
  const place = step === undefined ? 0 : steps.indexOf(step);
  const next = steps[(place + 1) % Math.max(1, steps.length)];
  useEffect(() => {
    if (!playing || next === undefined) return;
    const timer = setTimeout(() => setChosen(next), PLAY_MS);
    return () => clearTimeout(timer);
  }, [playing, next]);
  const pending = answers.some((answer) => answer.isPending);
  const size = shown[0]?.rows.map((row) => picturesOf(row[spec.key])[0]).find((picture) => picture?.width);
  return (
    <PanelFrame
      id={spec.key}
      title={spec.key}
      unit={size ? `${size.width} × ${size.height}` : ""}
      large={large}
      badges={having.length > 0 && <span className="ui-badge">{t.image(having.length)}</span>}
      busy={answers.some((answer) => answer.isFetching)}
      tools={
        large
          ? []
          : [
              {
                id: "full",
                icon: "full",
                label: t.fullScreen,
                act: () => change({ panel: spec.key }, { push: true }),
              },
            ]
      }
      menu={[]}
    >
      {shown.length === 0 ? (
        <div className="pn-plot">
          {pending ? (
            <PlotSkeleton />
          ) : (
            <div className="pn-note">
              <b>{board.runs.length === 0 ? t.noRuns : t.noData}</b>
            </div>
          )}
        </div>
      ) : (
        <>
          <div className="pn-images" style={gridOf(shown.length)}>
            {shown.map(({ run, rows }) => {
              const row = step === undefined ? null : rowAt(rows, step);
              const pictures = row ? picturesOf(row[spec.key]) : [];
              return (
                <div
                  key={run.id}
                  className={focus && hovered !== run.id ? "lo" : undefined}
                  onPointerEnter={() => hover.set(run.id)}
                  onPointerLeave={() => hover.set(null)}
                >
                  <div className="who">
                    <i style={{ background: runColour(run.number) }} />
                    <span className="cut">{run.name}</span>
                  </div>
                  {pictures.length === 0 && <div className="none">{t.noImage}</div>}
                  <div className={pictures.length > 1 ? "many" : "one"}>
                    {pictures.map((picture) => (
                      <figure key={picture.path}>
                        <Shot
                          address={fileAddress(entity, project, run.id, picture.path)}
                          alt={picture.caption || `${spec.key}, ${run.name}`}
                          pixels={picture.width > 0 && picture.width <= 64}
                        />
                        {picture.caption && pictures.length <= 4 && (
                          <figcaption className="cut">{picture.caption}</figcaption>
                        )}
                      </figure>
                    ))}
                  </div>
                </div>
              );
            })}
          </div>
          <div className="pn-stepper num">
            <IconButton
              icon={playing ? "pause" : "play"}
              small
              label={t.step}
              disabled={steps.length < 2}
              onClick={() => setPlaying((on) => !on)}
            />
            <Slider
              label={t.step}
              pointer
              value={place}
              min={0}
              max={Math.max(1, steps.length - 1)}
              onChange={(at) => setChosen(steps[at] ?? null)}
            />
            <span>
              {t.step} <b>{whole(step ?? 0)}</b> <span className="t3">/ {whole(steps.at(-1) ?? 0)}</span>
            </span>
          </div>
        </>
      )}
    </PanelFrame>
  );
}

function gridOf(runs: number): CSSProperties {
  const least = runs === 1 ? "64px" : runs === 2 ? "44px" : "30px";
  return { gridTemplateColumns: `repeat(${runs}, minmax(0, 1fr))`, "--least": least } as CSSProperties;
}

/** One image; where its file is not there (yet), a place that says so. */
function Shot({ address, alt, pixels }: { address: string; alt: string; pixels: boolean }) {
  const t = useText().workspace.panels;
  const [missing, setMissing] = useState<string | null>(null);
  if (missing === address) return <div className="none">{t.imageMissing}</div>;
  return (
    <img
      src={address}
      alt={alt}
      title={alt}
      loading="lazy"
      className={pixels ? "pixels" : undefined}
      onError={() => setMissing(address)}
    />
  );
}
