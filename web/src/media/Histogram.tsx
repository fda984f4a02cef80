/** A histogram as bars, one colour a run; several stand over one another as outlines. */
import { axisFormat, linearTicks } from "@/plot/ticks";
import { number } from "@/ui/numbers";
import type { Histogram } from "./value";
import "./media.css";

export interface HistogramLayer {
  id: string;
  name: string;
  colour: string;
  bins: Histogram;
  /** Stands back, as another one is looked at. */
  faint?: boolean;
}

export interface HistogramPlotProps {
  layers: readonly HistogramLayer[];
  width: number;
  height: number;
  /** A single value to be found among them. */
  mark?: { value: number; colour: string; name: string } | null;
}

const LEFT = 40;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;

export function HistogramPlot({ layers, width, height, mark }: HistogramPlotProps) {
  const edges = layers.flatMap(({ bins }) => [bins.edges[0] ?? 0, bins.edges.at(-1) ?? 1]);
  let [low, high] = [Math.min(...edges), Math.max(...edges)];
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  const most = Math.max(1e-12, ...layers.flatMap(({ bins }) => bins.counts.filter(Number.isFinite)));
  const x = (value: number) => LEFT + ((value - low) / (high - low)) * (width - LEFT - RIGHT);
  const y = (value: number) => height - BOTTOM - (value / most) * (height - TOP - BOTTOM);
  const one = layers.length === 1;
  const yTicks = linearTicks(0, most, Math.max(2, Math.floor(height / 44)));
  const xTicks = linearTicks(low, high, Math.max(2, Math.floor(width / 80)));
  const [xText, yText] = [axisFormat(xTicks), axisFormat(yTicks)];
  return (
    <svg
      className="md-histogram num"
      data-picture
      width={width}
      height={height}
      role="img"
      aria-label={layers[0]?.name}
    >
      {yTicks.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
          <text x={LEFT - 6} y={y(tick) + 3.5} textAnchor="end">
            {yText(tick)}
          </text>
        </g>
      ))}
      {xTicks.map((tick) => (
        <text key={tick} x={x(tick)} y={height - 5} textAnchor="middle">
          {xText(tick)}
        </text>
      ))}
      {layers.map((layer) =>
        one ? (
          <g key={layer.id} fill={layer.colour} opacity={mark ? 0.45 : 1}>
            {layer.bins.counts.map((count, place) => {
              const [from, to] = [x(layer.bins.edges[place] ?? 0), x(layer.bins.edges[place + 1] ?? 0)];
              const gap = to - from > 4 ? 1 : 0;
              return (
                <rect
                  // biome-ignore lint/suspicious/noArrayIndexKey: bins have nothing but their place.
                  key={place}
                  x={from}
                  y={y(count)}
                  width={Math.max(0.5, to - from - gap)}
                  height={Math.max(0, height - BOTTOM - y(count))}
                >
                  <title>
                    {number(layer.bins.edges[place] ?? 0, 4)} … {number(layer.bins.edges[place + 1] ?? 0, 4)}:{" "}
                    {number(count)}
                  </title>
                </rect>
              );
            })}
          </g>
        ) : (
          <path
            key={layer.id}
            d={outline(layer.bins, x, y)}
            fill={layer.colour}
            fillOpacity={layer.faint ? 0.02 : 0.1}
            strokeOpacity={layer.faint ? 0.25 : 1}
            stroke={layer.colour}
            strokeWidth="1.4"
          />
        ),
      )}
      {mark && (
        <g>
          <line
            x1={x(mark.value)}
            x2={x(mark.value)}
            y1={TOP}
            y2={height - BOTTOM}
            stroke={mark.colour}
            strokeWidth="2"
          />
          <text
            x={x(mark.value) + (x(mark.value) > width / 2 ? -5 : 5)}
            y={TOP + 9}
            textAnchor={x(mark.value) > width / 2 ? "end" : "start"}
          >
            {mark.name}
          </text>
        </g>
      )}
      <line x1={LEFT} x2={width - RIGHT} y1={height - BOTTOM} y2={height - BOTTOM} stroke="var(--axis)" />
    </svg>
  );
}

function outline({ edges, counts }: Histogram, x: (v: number) => number, y: (v: number) => number): string {
  let path = `M${x(edges[0] ?? 0)} ${y(0)}`;
  for (const [place, count] of counts.entries())
    path += `L${x(edges[place] ?? 0)} ${y(count)}L${x(edges[place + 1] ?? 0)} ${y(count)}`;
  return `${path}L${x(edges.at(-1) ?? 0)} ${y(0)}Z`;
}
