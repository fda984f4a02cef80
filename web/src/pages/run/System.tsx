/** The machine while the run went: small charts that share their units and their axis of time. */
import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useRunKeys } from "@/api/runs";
import { type Curve, seriesQuery } from "@/api/series";
import type { Run } from "@/api/types";
import { type Line, pad, type Span, toLine, ySpan } from "@/plot/curve";
import { LinePlot, type Picture } from "@/plot/LinePlot";
import { nearest } from "@/plot/nearest";
import { NO_SMOOTHING } from "@/plot/smooth";
import { Store, useStore } from "@/state/store";
import { EmptyState, ErrorState, Skeleton } from "@/ui";
import { bytes, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { duration } from "@/ui/times";
import { evenColumns, type SystemChart, systemCharts, type Unit } from "./system";
import "@/plot/plot.css";

const BUCKETS = 500;
const LIVE_MS = 5000;

export default function System({ run }: { run: Run }) {
  const t = useText();
  const keys = useRunKeys(run.entity, run.project, run.id, "system");
  const names = useMemo(
    () => (keys.data ?? []).filter((key) => key.kind === "number" && !key.key.startsWith("_")).map((key) => key.key),
    [keys.data],
  );
  const charts = useMemo(() => systemCharts(names), [names]);
  const series = useQuery({
    ...seriesQuery(run.entity, run.project, {
      runs: [run.id],
      keys: names,
      stream: "system",
      x: "_runtime",
      buckets: BUCKETS,
    }),
    enabled: names.length > 0,
    refetchInterval: run.state === "running" ? LIVE_MS : false,
  });
  const [host, fit] = useFit();
  const pointer = useRef(new Store<number | null>(null)).current;
  const curves = useMemo(() => new Map(series.data?.curves.map((curve) => [curve.key, curve])), [series.data]);
  const x = useMemo((): Span => spanOf(series.data?.curves ?? []), [series.data]);
  if (keys.isPending || (names.length > 0 && series.isPending))
    return (
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    );
  if (keys.isError) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />;
  if (series.isError && !series.data) return <ErrorState error={series.error} onRetry={() => void series.refetch()} />;
  if (charts.length === 0)
    return (
      <EmptyState icon="chip" title={t.run.noSystemTitle}>
        {run.state === "running" ? t.run.noSystemYet : t.run.noSystemWhy}
      </EmptyState>
    );
  const parts = [
    { id: "gpu", title: t.run.systemGroups.gpu, own: charts.filter((chart) => chart.group === "gpu") },
    { id: "rest", title: t.run.machine, own: charts.filter((chart) => chart.group !== "gpu") },
  ].filter((part) => part.own.length > 0);
  return (
    <div className="run-system" ref={host}>
      {parts.map(({ id, title, own }) => (
        <section key={id}>
          <h2 className="run-section">
            {title}
            <span className="ui-count">{t.run.panels(own.length)}</span>
          </h2>
          <div className="run-grid" style={gridStyle(own.length, fit)}>
            {own.map((chart) => (
              <Panel key={chart.id} chart={chart} curves={curves} x={x} pointer={pointer} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function gridStyle(panels: number, fit: number): CSSProperties {
  const columns = evenColumns(panels, fit);
  return { "--columns": columns, "--rows": Math.ceil(panels / columns) } as CSSProperties;
}

const LEAST_WIDTH = 316;
const GAP = 8;

/** How many panels have room beside each other. */
function useFit(): [(element: HTMLDivElement | null) => void, number] {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [fit, setFit] = useState(3);
  useLayoutEffect(() => {
    if (!element) return;
    const measure = () =>
      setFit(Math.max(1, Math.min(5, Math.floor((element.clientWidth - 24 + GAP) / (LEAST_WIDTH + GAP)))));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [element]);
  return [setElement, fit];
}

function spanOf(curves: readonly Curve[]): Span {
  let last = 1;
  for (const curve of curves) if (curve.length > 0) last = Math.max(last, curve.xMax[curve.length - 1] ?? 0);
  return [0, last];
}

interface PanelProps {
  chart: SystemChart;
  curves: ReadonlyMap<string, Curve>;
  x: Span;
  pointer: Store<number | null>;
}

function Panel({ chart, curves, x, pointer }: PanelProps) {
  const lines = useMemo(() => {
    const out: Line[] = [];
    chart.series.forEach((series, place) => {
      const curve = curves.get(series.key);
      if (curve) out.push(toLine(series.key, `--r${(place % 20) + 1}`, scaled(curve, series.scale), NO_SMOOTHING));
    });
    return out;
  }, [chart, curves]);
  const picture = useMemo(
    (): Picture => ({ lines, x, y: yOf(chart.unit, lines), xKind: "duration", logX: false, logY: false }),
    [chart.unit, lines, x],
  );
  const t = useText();
  const at = useStore(pointer, (value) => value);
  return (
    <article className="run-panel">
      <header>
        <h3 className="cut">
          {chart.group !== "gpu" && chart.group !== "other" && `${t.run.systemGroups[chart.group]} · `}
          {t.run.systemTitles[chart.title as keyof typeof t.run.systemTitles] ?? chart.title}
        </h3>
        {chart.unit && chart.unit !== "bytes" && <span className="t3">{chart.unit}</span>}
        <span className="grow" />
        {at !== null && <span className="ui-badge pointer">{duration(at)}</span>}
      </header>
      <div className="run-legend num">
        {chart.series.slice(0, 8).map((series, place) => {
          const line = lines.find((each) => each.id === series.key);
          const value = line && valueNear(line, at);
          return (
            <span key={series.key} title={series.key}>
              <i style={{ background: `var(--r${(place % 20) + 1})` }} />
              <span className="t2 cut">
                {t.run.systemNames[series.name as keyof typeof t.run.systemNames] ?? series.name}
              </span>
              <b>{value === undefined || Number.isNaN(value) ? "—" : inUnit(value, chart.unit)}</b>
            </span>
          );
        })}
        {chart.series.length > 8 && <span className="t3">+{chart.series.length - 8}</span>}
      </div>
      <Plot picture={picture} pointer={pointer} />
    </article>
  );
}

/** The last value, or the one under the shared crosshair. */
function valueNear(line: Line, at: number | null): number | undefined {
  if (line.x.length === 0) return undefined;
  return line.y[at === null ? line.x.length - 1 : nearest(line.x, at)];
}

function scaled(curve: Curve, scale: number): Curve {
  if (scale === 1) return curve;
  const times = (values: Float64Array) => values.map((value) => value * scale);
  return { ...curve, mean: times(curve.mean), low: times(curve.low), high: times(curve.high) };
}

/** Shares run from 0 to 100, everything else from 0 up, so that charts of one unit can be compared. */
function yOf(unit: Unit, lines: readonly Line[]): Span {
  const span = ySpan(lines, false, null) ?? [0, 1];
  if (span[0] === 0 && span[1] === 0) return [0, 1];
  if (unit === "%") return [0, Math.max(100, span[1]) * 1.02];
  return pad([Math.min(0, span[0]), span[1]], false);
}

export function inUnit(value: number, unit: Unit): string {
  if (unit === "bytes") return bytes(value);
  if (unit === "bytes/s") return `${bytes(value)}/s`;
  if (unit === "%") return `${value.toFixed(value < 10 ? 1 : 0)}%`;
  return unit ? `${number(value, 3)} ${unit}` : number(value, 3);
}

function Plot({ picture, pointer }: { picture: Picture; pointer: Store<number | null> }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot | null>(null);
  const first = useRef(picture);
  const [ready, setReady] = useState(false);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    let over = false;
    const made = new LinePlot(element, first.current, {
      onPoint: (at) => {
        over = at !== null;
        pointer.set(at ? at.x : null);
      },
    });
    plot.current = made;
    setReady(true);
    const stop = pointer.subscribe((at) => made.point(at, over));
    const size = new ResizeObserver(() => made.resize(element.clientWidth, element.clientHeight));
    size.observe(element);
    return () => {
      stop();
      size.disconnect();
      made.close();
      plot.current = null;
    };
  }, [pointer]);
  useEffect(() => {
    if (ready) plot.current?.show(picture);
  }, [picture, ready]);
  return <div className="run-plot" ref={host} />;
}
