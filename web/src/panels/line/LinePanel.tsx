import { memo, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Pointer, useBoard, zoomed } from "@/panels/board";
import { PanelFrame, type PanelTool } from "@/panels/PanelFrame";
import { LinePlot, meant, type Picture } from "@/plot/LinePlot";
import { whole } from "@/plot/ticks";
import { changeSettings } from "@/state/layout";
import type { ChartSettings } from "@/state/settings";
import { Button } from "@/ui";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { PanelProps } from "../kinds";
import { Bars } from "./Bars";
import { type LineConfig, titleOf } from "./config";
import { type Drawing, factsOf } from "./data";
import { saveCsv, savePng, saveSvg } from "./export";
import type { FormulaError } from "./expression";
import { Legend } from "./Legend";
import { useDrawing } from "./useDrawing";

/** Metrics of all the runs that are drawn, or of groups of them. */
export const LinePanel = memo(function LinePanel({ def, config, large }: PanelProps<LineConfig>) {
  const words = useText();
  const t = words.workspace;
  const board = useBoard();
  const host = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
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
  const { drawing, answer, x, xKind, zoom, settings, problem, left } = useDrawing(id, config, Math.max(0, width - 48));
  const { logX, logY, legend } = settings;
  const { change } = board;
  const isZoomed = zoom.x !== null || zoom.y !== null;
  const reset = () => change((old) => ({ zooms: zoomed(old, id, null) }));
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
          onSelect: () => savePng(host.current, title, drawing),
        },
        {
          id: "svg",
          icon: "image" as const,
          label: words.lines.svg,
          onSelect: () =>
            saveSvg(title, drawing, { xKind, logX, logY, xTitle: config.xTitle || x, yTitle: config.yTitle }),
        },
        {
          id: "csv",
          icon: "download" as const,
          label: t.panels.csv,
          onSelect: () => saveCsv(title, x, drawing),
        },
        { id: "reset", icon: "undo" as const, label: t.panels.resetZoom, disabled: !isZoomed, onSelect: reset },
      ]
    : [];
  return (
    <PanelFrame
      id={id}
      title={title}
      tools={tools}
      menu={menu}
      large={large}
      busy={answer.busy}
      badges={drawing && <Badges drawing={drawing} settings={settings} left={left} />}
      after={
        answer.error && drawing && !drawing.empty ? (
          <button type="button" className="pn-old" title={answer.error.message} onClick={() => board.book.retry()}>
            {t.panels.failed}
          </button>
        ) : (
          isZoomed && (
            <button type="button" className="pn-reset" onClick={reset} title={t.panels.resetZoom}>
              {t.panels.zoomed}
              <span aria-hidden="true">×</span>
            </button>
          )
        )
      }
      value={
        board.runs.length === 1 &&
        drawing &&
        drawing.lines.length === 1 &&
        !drawing.bars && <LastValue drawing={drawing} />
      }
      legend={
        !large &&
        legend !== "off" &&
        (board.runs.length > 1 || (drawing?.lines.length ?? 0) > 1) && (
          <Legend drawing={drawing} full={legend === "table"} />
        )
      }
    >
      <div className="pn-plot" ref={host}>
        {drawing && !drawing.bars && !drawing.empty && width > 0 && (
          <Plot
            id={id}
            title={title}
            x={x}
            picture={{ lines: drawing.lines, x: drawing.x, y: drawing.y, xKind, logX, logY }}
            drawing={drawing}
            stale={answer.busy && answer.pending}
          />
        )}
        {drawing?.bars && <Bars drawing={drawing} />}
        {!drawing && !answer.error && board.runs.length > 0 && <PlotSkeleton />}
        {problem && <Note title={formulaWords(problem, words.lines.formula)} failed />}
        {board.runs.length === 0 && <Note title={t.panels.noRuns}>{t.panels.noRunsWhy}</Note>}
        {board.runs.length > 0 && drawing?.empty && !answer.pending && !answer.error && !problem && (
          <Note title={zoom.x ? t.panels.noDataRange : x.startsWith("_") ? t.panels.noData : t.panels.noDataX(x)} />
        )}
        {answer.error && (!drawing || drawing.empty) && (
          <Note title={t.panels.failed} failed>
            <span className="cut">{answer.error.message}</span>
            <Button onClick={() => board.book.retry()}>{words.common.retry}</Button>
          </Note>
        )}
      </div>
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

interface BadgesProps {
  drawing: Drawing;
  settings: ChartSettings;
  /** How many runs are not drawn because there are too many. */
  left: number;
}

function Badges({ drawing, settings, left }: BadgesProps) {
  const { smoothing, logX, logY, centre, band, most } = settings;
  const { workspace: t, lines } = useText();
  const smooth = smoothing.amount > 0 && !drawing.bars;
  return (
    <>
      {smooth && (
        <span className="ui-badge">
          {t.bar.kindsShort[smoothing.kind]} {amountText(smoothing)}
        </span>
      )}
      {drawing.grouped && !drawing.bars && (
        <span className="ui-badge">
          {lines.centres[centre]}
          {band !== "none" && ` · ${lines.bands[band]}`}
        </span>
      )}
      {left > 0 && !drawing.grouped && (
        <span className="ui-badge warn" title={lines.mostHint}>
          {lines.most(most, most + left)}
        </span>
      )}
      {!smooth && !drawing.grouped && drawing.bucketed && (
        <span className="ui-badge" title={t.panels.badgeHint}>
          {t.panels.meanBand}
        </span>
      )}
      {drawing.bars && <span className="ui-badge">{t.panels.bars}</span>}
      {logY && !drawing.bars && <span className="ui-badge">{t.panels.log}</span>}
      {logX && !drawing.bars && <span className="ui-badge">{t.panels.logX}</span>}
      {drawing.hidden.count > 0 && (
        <span className="ui-badge warn" title={t.panels.hiddenHint}>
          {t.panels.hidden(`${drawing.hidden.atLeast ? "≥" : ""}${whole(drawing.hidden.count)}`)}
        </span>
      )}
      {drawing.odd.count > 0 && (
        <span className="ui-badge warn" title={t.panels.oddHint}>
          ▽ {(drawing.odd.onlyNan ? t.panels.nan : t.panels.odd)(drawing.odd.count, drawing.odd.runs)}
        </span>
      )}
    </>
  );
}

export function amountText({ kind, amount }: { kind: string; amount: number }): string {
  return kind === "time" || kind === "ema" ? amount.toFixed(amount >= 0.99 ? 3 : 2) : `${Number(amount.toFixed(1))}%`;
}

/** The plot itself: everything that moves with the mouse goes past React. */
function Plot({
  id,
  title,
  x,
  picture,
  drawing,
  stale,
}: {
  id: string;
  title: string;
  x: string;
  picture: Picture;
  drawing: Drawing;
  stale: boolean;
}) {
  const board = useBoard();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot | null>(null);
  const now = useRef({ board, drawing, picture, x, title });
  now.current = { board, drawing, picture, x, title };
  const { pointer, pinned, hover } = board;
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const ours = (at: Pointer | null) => at?.panel === id;
    const made = new LinePlot(element, now.current.picture, {
      onPoint: (at) => {
        if (!at) {
          pointer.set(null);
          hover.set(null);
          return;
        }
        const { drawing: d, picture: p, x: xKey } = now.current;
        hover.set(meant(at.near));
        pointer.set({
          x: at.x,
          xKey,
          panel: id,
          xKind: p.xKind,
          near: at.near,
          lines: d.lines,
          curves: d.curves,
          title: now.current.title,
          clientX: at.clientX,
          clientY: at.clientY,
        });
      },
      onZoom: (zx, zy) => {
        const { board: b } = now.current;
        b.change((old) => ({
          zooms: zoomed(old, id, {
            ...(zx ? { x: zx } : {}),
            ...(zy ? { y: zy } : {}),
          }),
        }));
      },
      onReset: () => now.current.board.change((old) => ({ zooms: zoomed(old, id, null) })),
      onPin: () => pinned.set(pinned.get() ? null : pointer.get()),
    });
    plot.current = made;
    const endings = [
      hover.subscribe((id) => made.emphasise(id)),
      pointer.subscribe((at) => {
        const show = at ?? pinned.get();
        made.point(show && show.xKey === now.current.x ? show.x : null, ours(show));
      }),
      pinned.subscribe((at) => {
        const show = at ?? pointer.get();
        made.point(show && show.xKey === now.current.x ? show.x : null, ours(show));
      }),
    ];
    made.emphasise(hover.get());
    const already = pinned.get() ?? pointer.get();
    if (already && already.xKey === now.current.x) made.point(already.x, ours(already));
    const size = new ResizeObserver(() => made.resize(element.clientWidth, element.clientHeight));
    size.observe(element);
    return () => {
      for (const end of endings) end();
      size.disconnect();
      made.close();
      plot.current = null;
    };
  }, [pointer, pinned, hover, id]);
  const { lines, xKind, logX, logY } = picture;
  const [x0, x1] = picture.x;
  const [y0, y1] = picture.y;
  useEffect(() => {
    plot.current?.show({ lines, x: [x0, x1], y: [y0, y1], xKind, logX, logY });
  }, [lines, x0, x1, y0, y1, xKind, logX, logY]);
  return <div ref={host} className={stale ? "pn-canvas stale" : "pn-canvas"} data-panel={id} />;
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
