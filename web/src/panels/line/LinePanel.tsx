import { memo, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Pointer, useBoard, zoomed } from "@/panels/board";
import { PanelFrame, type PanelTool } from "@/panels/PanelFrame";
import { LinePlot, meant, type Picture } from "@/plot/LinePlot";
import { whole } from "@/plot/ticks";
import { flip } from "@/state/view";
import { Button } from "@/ui";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Bars } from "./Bars";
import { type Drawing, factsOf, type LineSpec } from "./data";
import { saveCsv, savePng } from "./export";
import { Legend } from "./Legend";
import { useDrawing } from "./useDrawing";

export interface LinePanelProps {
  spec: LineSpec;
  /** Fills the screen: more room for ticks, no full-screen tool. */
  large?: boolean;
}

/** One metric of all the runs that are drawn. */
export const LinePanel = memo(function LinePanel({ spec, large }: LinePanelProps) {
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
  const { drawing, answer, x, xKind, zoom, logY, logX } = useDrawing(spec, Math.max(0, width - 48));
  const { view, change } = board;
  const isZoomed = zoom.x !== null || zoom.y !== null;
  const reset = () => change((old) => ({ zooms: zoomed(old, spec.key, null) }));
  const tools: PanelTool[] = [
    ...(large
      ? []
      : [
          {
            id: "full",
            icon: "full" as const,
            label: t.panels.fullScreen,
            act: () => change({ panel: spec.key }, { push: true }),
          },
        ]),
    {
      id: "log",
      icon: "log" as const,
      label: t.panels.logScale,
      on: logY,
      act: () => change((old) => ({ logFlipped: flip(old.logFlipped, spec.key) })),
    },
  ];
  const menu = drawing
    ? [
        {
          id: "png",
          icon: "image" as const,
          label: t.panels.png,
          onSelect: () => savePng(host.current, spec.key, drawing, board.byId),
        },
        {
          id: "csv",
          icon: "download" as const,
          label: t.panels.csv,
          onSelect: () => saveCsv(spec.key, x, drawing, board.byId),
        },
        {
          id: "link",
          icon: "link" as const,
          label: t.panels.copyLink,
          onSelect: () => void copyPanelLink(spec.key),
        },
        { id: "reset", icon: "undo" as const, label: t.panels.resetZoom, disabled: !isZoomed, onSelect: reset },
      ]
    : [];
  return (
    <PanelFrame
      id={spec.key}
      title={spec.key}
      tools={tools}
      menu={menu}
      large={large}
      busy={answer.busy}
      badges={drawing && <Badges drawing={drawing} logY={logY} logX={logX} smoothing={view.smoothing} />}
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
      value={board.runs.length === 1 && drawing && !drawing.bars && <LastValue drawing={drawing} />}
      legend={!large && board.runs.length > 1 && <Legend drawing={drawing} />}
    >
      <div className="pn-plot" ref={host}>
        {drawing && !drawing.bars && !drawing.empty && width > 0 && (
          <Plot
            spec={spec}
            x={x}
            picture={{ lines: drawing.lines, x: drawing.x, y: drawing.y, xKind, logX, logY }}
            drawing={drawing}
            stale={answer.busy && answer.pending}
          />
        )}
        {drawing?.bars && <Bars drawing={drawing} />}
        {!drawing && !answer.error && board.runs.length > 0 && <PlotSkeleton />}
        {board.runs.length === 0 && <Note title={t.panels.noRuns}>{t.panels.noRunsWhy}</Note>}
        {board.runs.length > 0 && drawing?.empty && !answer.pending && !answer.error && (
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

function copyPanelLink(key: string): Promise<void> {
  const address = new URL(window.location.href);
  address.searchParams.set("panel", key);
  return navigator.clipboard?.writeText(address.href) ?? Promise.resolve();
}

function Badges({
  drawing,
  logY,
  logX,
  smoothing,
}: {
  drawing: Drawing;
  logY: boolean;
  logX: boolean;
  smoothing: { kind: "time" | "ema" | "gauss" | "mean"; amount: number };
}) {
  const t = useText().workspace;
  const smooth = smoothing.amount > 0 && !drawing.bars;
  return (
    <>
      {smooth && (
        <span className="ui-badge">
          {t.bar.kindsShort[smoothing.kind]} {amountText(smoothing)}
        </span>
      )}
      {!smooth && drawing.bucketed && (
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
  spec,
  x,
  picture,
  drawing,
  stale,
}: {
  spec: LineSpec;
  x: string;
  picture: Picture;
  drawing: Drawing;
  stale: boolean;
}) {
  const board = useBoard();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot | null>(null);
  const now = useRef({ board, drawing, picture, x });
  now.current = { board, drawing, picture, x };
  const { pointer, pinned, hover } = board;
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const ours = (at: Pointer | null) => at?.panel === spec.key;
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
          panel: spec.key,
          xKind: p.xKind,
          near: at.near,
          lines: d.lines,
          curves: d.curves,
          title: spec.key,
          clientX: at.clientX,
          clientY: at.clientY,
        });
      },
      onZoom: (zx, zy) => {
        const { board: b } = now.current;
        b.change((old) => ({
          zooms: zoomed(old, spec.key, {
            ...(zx ? { x: zx } : {}),
            ...(zy ? { y: zy } : {}),
          }),
        }));
      },
      onReset: () => now.current.board.change((old) => ({ zooms: zoomed(old, spec.key, null) })),
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
  }, [pointer, pinned, hover, spec.key]);
  const { lines, xKind, logX, logY } = picture;
  const [x0, x1] = picture.x;
  const [y0, y1] = picture.y;
  useEffect(() => {
    plot.current?.show({ lines, x: [x0, x1], y: [y0, y1], xKind, logX, logY });
  }, [lines, x0, x1, y0, y1, xKind, logX, logY]);
  return <div ref={host} className={stale ? "pn-canvas stale" : "pn-canvas"} data-panel={spec.key} />;
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
