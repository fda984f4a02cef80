import { memo, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useArranging } from "@/panels/arranging";
import { useBoard, zoomed } from "@/panels/board";
import { PanelFrame, type PanelTool } from "@/panels/PanelFrame";
import { changePanel, changeSettings } from "@/state/layout";
import { Button, toast } from "@/ui";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { PanelProps } from "../kinds";
import { Annotate } from "./Annotate";
import { Badges } from "./Badges";
import { Bars } from "./Bars";
import { annotated, type LineConfig, titleOf } from "./config";
import { type Drawing, factsOf } from "./data";
import { saveCsv, savePng, saveSvg } from "./export";
import type { FormulaError } from "./expression";
import { Legend, LegendTable } from "./Legend";
import { Plot } from "./Plot";
import { useDrawing } from "./useDrawing";
import { useMarks } from "./useMarks";

/** As many runs as one panel can be told to draw. */
const MOST = 1000;
const NOTHING: ReadonlySet<string> = new Set();

/** Metrics of all the runs that are drawn, or of groups of them. */
export const LinePanel = memo(function LinePanel({ def, config, large }: PanelProps<LineConfig>) {
  const words = useText();
  const t = words.workspace;
  const board = useBoard();
  const arranging = useArranging();
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [out, setOut] = useState(NOTHING);
  const [writing, setWriting] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const { id } = def;
  const title = def.title || titleOf(config);
  const seen = useDrawing(id, config, Math.max(0, width - 48), out);
  const { drawing, answer, x, xKind, zoom, settings, problem, counts, missing } = seen;
  const { logX, logY, legend } = settings;
  const marks = useMarks(x, config.annotations);
  const { change } = board;
  const isZoomed = zoom.x !== null || zoom.y !== null;
  const reset = () => change((old) => ({ zooms: zoomed(old, id, null) }));
  const xTitle = config.xTitle || (x.startsWith("_") ? "" : x);
  const picture = drawing && {
    lines: drawing.lines,
    x: drawing.x,
    y: drawing.y,
    xKind,
    logX,
    logY,
    xTitle,
    yTitle: config.yTitle,
    marks,
  };
  const axes = { xKind, logX, logY, xTitle: xTitle || words.lines.axes(x), yTitle: config.yTitle, marks };
  const box = () => ({ width: host.current?.clientWidth ?? 0, height: host.current?.clientHeight ?? 0 });
  const free = arranging !== null && !arranging.locked;
  const tools: PanelTool[] = [
    {
      id: "log",
      icon: "log",
      label: t.panels.logScale,
      on: logY,
      act: () => board.edit((old) => changeSettings(old, def, { logY: !logY })),
    },
  ];
  const menu = drawing
    ? [
        {
          id: "png",
          icon: "image" as const,
          label: t.panels.png,
          onSelect: () =>
            void savePng(title, drawing, axes, box()).catch(() => toast(words.lines.noPicture, { kind: "failed" })),
        },
        {
          id: "svg",
          icon: "image" as const,
          label: words.lines.svg,
          onSelect: () => saveSvg(title, drawing, axes, box()),
        },
        {
          id: "csv",
          icon: "download" as const,
          label: t.panels.csv,
          onSelect: () => saveCsv(title, x, drawing),
        },
        ...(free && !drawing.bars
          ? [
              {
                id: "annotate",
                icon: "note" as const,
                label: words.lines.annotate,
                onSelect: () => {
                  const at = board.pinned.get();
                  setWriting(at?.panel === id ? at.x : (drawing.x[0] + drawing.x[1]) / 2);
                },
              },
            ]
          : []),
        { id: "reset", icon: "undo" as const, label: t.panels.resetZoom, disabled: !isZoomed, onSelect: reset },
      ]
    : [];
  const several = board.runs.length > 1 || (drawing?.all.length ?? 0) > 1;
  const hasLegend = !large && several && !drawing?.bars;
  const outNow = drawing ? drawing.all.length - drawing.lines.length : 0;
  return (
    <PanelFrame
      id={id}
      title={title}
      tools={tools}
      menu={menu}
      large={large}
      busy={answer.busy}
      badges={
        drawing && (
          <Badges
            drawing={drawing}
            settings={settings}
            counts={counts}
            missing={missing}
            raise={() => board.edit((old) => changeSettings(old, def, { most: Math.min(MOST, counts.all) }))}
          />
        )
      }
      after={
        answer.error && drawing && !drawing.empty ? (
          <button type="button" className="pn-old" title={answer.error.message} onClick={() => board.book.retry()}>
            {t.panels.failed}
          </button>
        ) : (
          <>
            {outNow > 0 && (
              <button type="button" className="pn-reset" onClick={() => setOut(NOTHING)} title={words.lines.showAll}>
                {words.lines.outOfSight(outNow)}
                <span aria-hidden="true">×</span>
              </button>
            )}
            {isZoomed && (
              <button type="button" className="pn-reset" onClick={reset} title={t.panels.resetZoom}>
                {t.panels.zoomed}
                <span aria-hidden="true">×</span>
              </button>
            )}
          </>
        )
      }
      value={
        board.runs.length === 1 &&
        drawing &&
        drawing.all.length === 1 &&
        !drawing.bars && <LastValue drawing={drawing} />
      }
      legend={hasLegend && legend === "top" && <Legend drawing={drawing} widthPx={width} out={out} setOut={setOut} />}
    >
      <div className="pn-beside">
        <div className="pn-both">
          <div className="pn-plot" ref={host}>
            {drawing && picture && !drawing.bars && !drawing.empty && width > 0 && (
              <Plot
                id={id}
                title={title}
                x={x}
                picture={picture}
                drawing={drawing}
                stale={answer.busy && answer.pending}
              />
            )}
            {drawing?.bars && <Bars drawing={drawing} />}
            {!drawing && !answer.error && board.runs.length > 0 && !problem && <PlotSkeleton />}
            {problem && (!drawing || drawing.empty) && (
              <Note title={formulaWords(problem, words.lines.formula)} failed />
            )}
            {problem && drawing && !drawing.empty && (
              <p className="pn-problem" role="alert">
                {formulaWords(problem, words.lines.formula)}
              </p>
            )}
            {board.runs.length === 0 && <Note title={t.panels.noRuns}>{t.panels.noRunsWhy}</Note>}
            {board.runs.length > 0 && drawing?.empty && !answer.pending && !answer.error && !problem && (
              <Note
                title={
                  missing.length > 0
                    ? words.lines.missing(missing.join(", "))
                    : zoom.x
                      ? t.panels.noDataRange
                      : x.startsWith("_")
                        ? t.panels.noData
                        : t.panels.noDataX(x)
                }
              />
            )}
            {answer.error && (!drawing || drawing.empty) && (
              <Note title={t.panels.failed} failed>
                <span className="cut">{answer.error.message}</span>
                <Button onClick={() => board.book.retry()}>{words.common.retry}</Button>
              </Note>
            )}
          </div>
          {hasLegend && legend === "table" && <LegendTable drawing={drawing} out={out} setOut={setOut} />}
        </div>
      </div>
      {writing !== null && (
        <Annotate
          axis={x}
          xKind={xKind}
          x={writing}
          known={config.annotations}
          close={() => setWriting(null)}
          write={(change) =>
            board.edit((old) => {
              const now = old.panels[id] ?? def;
              const annotations = annotated(config.annotations, change);
              return changePanel(old, def, { config: { ...now.config, annotations } });
            })
          }
        />
      )}
    </PanelFrame>
  );
});

/** What a panel of one run says instead of a legend: the value the curve has come to. */
function LastValue({ drawing }: { drawing: Drawing }) {
  const [curve] = drawing.curves.values();
  const last = curve ? factsOf(curve).last : Number.NaN;
  return Number.isNaN(last) ? null : <b className="pn-value num">{number(last)}</b>;
}

/** What is wrong with a formula, and where. */
export function formulaWords(
  { what, at, near }: FormulaError,
  words: Record<FormulaError["what"], (near: string, column: number) => string>,
): string {
  return words[what](near, at + 1);
}

/** The shape of a plot, before there is one. */
export function PlotSkeleton() {
  return (
    <div className="pn-skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
      <span />
    </div>
  );
}

function Note({ title, children, failed }: { title: string; children?: ReactNode; failed?: boolean }) {
  return (
    <div className={failed ? "pn-note failed" : "pn-note"} role={failed ? "alert" : undefined}>
      <b>{title}</b>
      {children}
    </div>
  );
}
