/** A figure, drawn to fill its place. */
import { type PointerEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { HistogramPlot } from "@/media/Histogram";
import { axisFormat } from "@/plot/ticks";
import { number } from "@/ui/numbers";
import { BarRows } from "./BarRows";
import { domainOf, type Figure, nearestPoint, type XyFigure, type XySeries } from "./figure";
import { Matrix } from "./Matrix";
import "./charts.css";

export interface FigureViewProps {
  figure: Figure;
  /** The run that is pointed at, here or elsewhere. */
  lit?: string | null;
  onHover?: (run: string | null) => void;
}

export function FigureView({ figure, lit = null, onHover }: FigureViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const [[width, height], setSize] = useState<[number, number]>([0, 0]);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const measure = () => setSize([element.clientWidth, element.clientHeight]);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const named = namesOf(figure);
  const isFaint = (run: string | undefined) => lit !== null && named.some((each) => each.run === lit) && run !== lit;
  return (
    <div className="fg-figure">
      {named.length > 1 && (
        <div className="fg-legend">
          {named.map(({ name, colour, run, dashed }, place) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: series of a figure do not move, and names may repeat.
              key={place}
              title={name}
              className={isFaint(run) ? "lo" : undefined}
              onPointerEnter={() => run && onHover?.(run)}
              onPointerLeave={() => onHover?.(null)}
            >
              <i className={dashed ? "dashed" : undefined} style={{ color: colour }} />
              <span className="cut">{name}</span>
            </span>
          ))}
        </div>
      )}
      <div className="fg-plot" ref={host}>
        {width > 0 && height > 0 && (
          <Body figure={figure} width={width} height={height} isFaint={isFaint} onHover={onHover} />
        )}
      </div>
    </div>
  );
}

function namesOf(figure: Figure): { name: string; colour: string; run?: string; dashed?: boolean }[] {
  if (figure.kind === "matrix") return [];
  return figure.kind === "histogram" ? figure.layers : figure.series;
}

export interface Drawn<F> {
  figure: F;
  width: number;
  height: number;
  isFaint: (run: string | undefined) => boolean;
  onHover: ((run: string | null) => void) | undefined;
}

function Body({ figure, ...rest }: Drawn<Figure>) {
  switch (figure.kind) {
    case "xy":
      return <Xy figure={figure} {...rest} />;
    case "bars":
      return <BarRows figure={figure} {...rest} />;
    case "matrix":
      return <Matrix figure={figure} {...rest} />;
    case "histogram":
      return (
        <HistogramPlot
          layers={figure.layers.map(({ name, colour, run, edges, counts }, place) => ({
            id: String(place),
            name,
            colour,
            faint: rest.isFaint(run),
            bins: { edges, counts },
          }))}
          width={rest.width}
          height={rest.height}
        />
      );
  }
}

const LEFT = 46;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 34;
const REACH_PX = 24;
const MANY_POINTS = 400;

function Xy({ figure, width, height, isFaint, onHover }: Drawn<XyFigure>) {
  const [hit, setHit] = useState<{ series: number; point: number } | null>(null);
  const domains = useMemo(() => {
    const all = (of: (series: XySeries) => number[]) => figure.series.flatMap(of);
    return {
      x: domainOf(
        all((series) => series.x),
        Math.max(2, Math.floor(width / 80)),
      ),
      y: domainOf(
        all((series) => series.y),
        Math.max(2, Math.floor(height / 44)),
      ),
    };
  }, [figure, width, height]);
  const x = (value: number) =>
    LEFT + ((value - domains.x.low) / (domains.x.high - domains.x.low)) * (width - LEFT - RIGHT);
  const y = (value: number) =>
    height - BOTTOM - ((value - domains.y.low) / (domains.y.high - domains.y.low)) * (height - TOP - BOTTOM);
  const [xText, yText] = [axisFormat(domains.x.ticks), axisFormat(domains.y.ticks)];
  const move = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const near = nearestPoint(figure.series, x, y, [event.clientX - box.left, event.clientY - box.top], REACH_PX);
    setHit(near);
    onHover?.((near && figure.series[near.series]?.run) ?? null);
  };
  const series = hit ? figure.series[hit.series] : undefined;
  const point = hit && series ? ([series.x[hit.point] ?? 0, series.y[hit.point] ?? 0] as const) : null;
  return (
    <>
      <svg
        className="fg-svg num"
        data-picture
        width={width}
        height={height}
        role="img"
        aria-label={figure.title}
        onPointerMove={move}
        onPointerLeave={() => {
          setHit(null);
          onHover?.(null);
        }}
      >
        {domains.y.ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
            <text x={LEFT - 6} y={y(tick) + 3.5} textAnchor="end">
              {yText(tick)}
            </text>
          </g>
        ))}
        {domains.x.ticks.map((tick) => (
          <text key={tick} x={x(tick)} y={height - BOTTOM + 14} textAnchor="middle">
            {xText(tick)}
          </text>
        ))}
        <line x1={LEFT} x2={width - RIGHT} y1={height - BOTTOM} y2={height - BOTTOM} stroke="var(--axis)" />
        <text className="title" x={(LEFT + width - RIGHT) / 2} y={height - 5} textAnchor="middle">
          {figure.xTitle}
        </text>
        <text
          className="title"
          transform={`translate(9 ${(height - BOTTOM + TOP) / 2}) rotate(-90)`}
          textAnchor="middle"
        >
          {figure.yTitle}
        </text>
        {figure.series.map((each, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: series of a figure do not move.
          <g key={place} opacity={(hit ? hit.series !== place : isFaint(each.run)) ? 0.3 : 1}>
            {each.mark !== "points" && (
              <path
                d={linePath(each, x, y)}
                fill="none"
                stroke={each.colour}
                strokeWidth="1.6"
                strokeLinejoin="round"
                strokeDasharray={each.dashed ? "5 3" : undefined}
              />
            )}
            {(each.mark === "points" || each.x.length === 1) &&
              each.x.slice(0, MANY_POINTS * 10).map((value, at) => (
                <circle
                  // biome-ignore lint/suspicious/noArrayIndexKey: points of a series do not move.
                  key={at}
                  cx={x(value)}
                  cy={y(each.y[at] ?? Number.NaN)}
                  r={each.x.length > MANY_POINTS ? 1.6 : 3}
                  fill={each.colour}
                  fillOpacity={each.x.length > MANY_POINTS ? 0.6 : 0.85}
                />
              ))}
          </g>
        ))}
        {point && series && (
          <circle cx={x(point[0])} cy={y(point[1])} r="4" fill={series.colour} stroke="var(--card)" strokeWidth="1.5" />
        )}
      </svg>
      {point && series && (
        <div
          className={x(point[0]) > width / 2 ? "fg-tip left num" : "fg-tip num"}
          style={{ left: x(point[0]), top: y(point[1]) }}
        >
          {figure.series.length > 1 && <b className="cut">{series.name}</b>}
          <span>
            <em>{figure.xTitle || "x"}</em> {number(point[0], 5)}
          </span>
          <span>
            <em>{figure.yTitle || "y"}</em> {number(point[1], 5)}
          </span>
        </div>
      )}
    </>
  );
}

function linePath(series: XySeries, x: (value: number) => number, y: (value: number) => number): string {
  let path = "";
  let down = false;
  for (let at = 0; at < series.x.length; at++) {
    const [px, py] = [x(series.x[at] ?? Number.NaN), y(series.y[at] ?? Number.NaN)];
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      down = false;
      continue;
    }
    path += `${down ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`;
    down = true;
  }
  return path;
}
