/** A figure, drawn to fill its place. */
import { type PointerEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { HistogramPlot } from "@/media/Histogram";
import { axisFormat } from "@/plot/ticks";
import { number, si } from "@/ui/numbers";
import {
  type BarFigure,
  domainOf,
  type Figure,
  type MatrixFigure,
  nearestPoint,
  type XyFigure,
  type XySeries,
} from "./figure";
import "./charts.css";

export function FigureView({ figure }: { figure: Figure }) {
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
  return (
    <div className="fg-figure">
      {named.length > 1 && (
        <div className="fg-legend">
          {named.map(({ name, colour }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: series of a figure do not move, and names may repeat.
            <span key={place} title={name}>
              <i style={{ background: colour }} />
              <span className="cut">{name}</span>
            </span>
          ))}
        </div>
      )}
      <div className="fg-plot" ref={host}>
        {width > 0 && height > 0 && <Body figure={figure} width={width} height={height} />}
      </div>
    </div>
  );
}

function namesOf(figure: Figure): { name: string; colour: string }[] {
  if (figure.kind === "matrix") return [];
  return figure.kind === "histogram" ? figure.layers : figure.series;
}

function Body({ figure, width, height }: { figure: Figure; width: number; height: number }) {
  switch (figure.kind) {
    case "xy":
      return <Xy figure={figure} width={width} height={height} />;
    case "bars":
      return <BarRows figure={figure} />;
    case "matrix":
      return <Matrix figure={figure} width={width} height={height} />;
    case "histogram":
      return (
        <HistogramPlot
          layers={figure.layers.map(({ name, colour, edges, counts }, place) => ({
            id: String(place),
            name,
            colour,
            bins: { edges, counts },
          }))}
          width={width}
          height={height}
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

function Xy({ figure, width, height }: { figure: XyFigure; width: number; height: number }) {
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
    setHit(nearestPoint(figure.series, x, y, [event.clientX - box.left, event.clientY - box.top], REACH_PX));
  };
  const series = hit ? figure.series[hit.series] : undefined;
  const point = hit && series ? ([series.x[hit.point] ?? 0, series.y[hit.point] ?? 0] as const) : null;
  return (
    <>
      <svg
        className="fg-svg num"
        width={width}
        height={height}
        role="img"
        aria-label={figure.title}
        onPointerMove={move}
        onPointerLeave={() => setHit(null)}
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
          <g key={place} opacity={hit && hit.series !== place ? 0.35 : 1}>
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

function BarRows({ figure }: { figure: BarFigure }) {
  const values = figure.bars.flatMap((bar) => bar.values).filter(Number.isFinite);
  const most = Math.max(Number.MIN_VALUE, ...values.map(Math.abs));
  const negative = values.some((value) => value < 0);
  return (
    <div className="fg-bars">
      {figure.bars.map((bar) => (
        <div key={bar.label} className="fg-bar">
          <span className="cut" title={bar.label}>
            {bar.label}
          </span>
          <span className="fg-tracks">
            {bar.values.map((value, place) => {
              const share = (Math.abs(value) / most) * (negative ? 50 : 100);
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: series of a figure do not move.
                <span key={place} className="fg-track" title={figure.series[place]?.name}>
                  {Number.isFinite(value) && (
                    <i
                      style={{
                        width: `${Math.max(share, 0.5)}%`,
                        marginLeft: negative ? `${value < 0 ? 50 - share : 50}%` : 0,
                        background: figure.series[place]?.colour,
                      }}
                    />
                  )}
                </span>
              );
            })}
          </span>
          <span className="fg-values num">
            {bar.values.map((value, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: series of a figure do not move.
              <span key={place}>{Number.isFinite(value) ? number(value, 4) : "—"}</span>
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}

const SHADES = 9;

function Matrix({ figure, width, height }: { figure: MatrixFigure; width: number; height: number }) {
  const { rows, columns, cells } = figure;
  const finite = cells.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(Number.MIN_VALUE, ...finite)];
  const longest = Math.max(...rows.map((row) => row.length), 1);
  const left = Math.min(width * 0.32, 30 + longest * 6.2);
  const across = (width - left - 8) / Math.max(1, columns.length);
  const down = (height - 40) / Math.max(1, rows.length);
  const room = across >= 26 && down >= 13;
  const letters = Math.max(2, Math.floor(across / 6.4));
  return (
    <svg className="fg-svg fg-matrix num" width={width} height={height} role="img" aria-label={figure.title}>
      <text
        className="title"
        transform={`translate(10 ${4 + (down * rows.length) / 2}) rotate(-90)`}
        textAnchor="middle"
      >
        {figure.rowTitle}
      </text>
      <text className="title" x={left + (across * columns.length) / 2} y={height - 5} textAnchor="middle">
        {figure.columnTitle}
      </text>
      {columns.map((name, column) => (
        <text key={name} x={left + across * (column + 0.5)} y={down * rows.length + 18} textAnchor="middle">
          <title>{name}</title>
          {name.length > letters ? `${name.slice(0, letters - 1)}…` : name}
        </text>
      ))}
      {rows.map((name, row) => (
        <g key={name}>
          <text x={left - 6} y={4 + down * (row + 0.5) + 3.5} textAnchor="end">
            {down >= 9 ? name : ""}
          </text>
          {columns.map((columnName, column) => {
            const value = cells[row]?.[column] ?? Number.NaN;
            const shade = Number.isFinite(value)
              ? Math.round(((value - low) / (high - low || 1)) * (SHADES - 1)) + 1
              : 0;
            return (
              <g key={columnName}>
                <rect
                  x={left + across * column}
                  y={4 + down * row}
                  width={Math.max(0.5, across - 1)}
                  height={Math.max(0.5, down - 1)}
                  rx={room ? 2 : 0}
                  fill={shade > 0 ? `var(--s${shade})` : "var(--sunken)"}
                >
                  <title>
                    {name} → {columnName}: {Number.isFinite(value) ? number(value, 5) : "—"}
                  </title>
                </rect>
                {room && Number.isFinite(value) && (
                  <text
                    className={shade > SHADES / 2 ? "on-dark" : "on-light"}
                    x={left + across * (column + 0.5)}
                    y={4 + down * (row + 0.5) + 3.5}
                    textAnchor="middle"
                    pointerEvents="none"
                  >
                    {Number.isInteger(value) ? si(value) : number(value, 3)}
                  </text>
                )}
              </g>
            );
          })}
        </g>
      ))}
    </svg>
  );
}
