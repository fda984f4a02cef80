/** How a histogram changed over the steps; a click goes to a step. */
import { useEffect, useMemo, useRef } from "react";
import { axisFormat, linearTicks } from "@/plot/ticks";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { heatOf } from "./heat";
import type { Histogram } from "./value";
import "./media.css";

const LEFT = 44;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;
const BINS = 48;
const SHADES = 9;

export interface HeatProps {
  steps: readonly number[];
  histograms: readonly Histogram[];
  /** The place of the step one looks at. */
  place: number;
  onChoose: (place: number) => void;
  width: number;
  height: number;
  label: string;
}

export function Heat({ steps, histograms, place, onChoose, width, height, label }: HeatProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const map = useMemo(() => heatOf(histograms, BINS), [histograms]);
  const [wide, tall] = [Math.max(1, width - LEFT - RIGHT), Math.max(1, height - TOP - BOTTOM)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shades change with the theme.
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!canvas.current || !pen) return;
    canvas.current.width = map.columns.length;
    canvas.current.height = BINS;
    const shades = Array.from({ length: SHADES }, (_, n) => inkOf(`--s${n + 1}`));
    for (const [x, column] of map.columns.entries())
      for (const [bin, share] of column.entries()) {
        if (share <= 0) continue;
        // the root lets small shares be seen beside great ones
        pen.fillStyle = shades[Math.min(SHADES - 1, Math.floor(Math.sqrt(share / map.most) * SHADES))] ?? "";
        pen.fillRect(x, BINS - 1 - bin, 1, 1);
      }
  }, [map, theme]);
  const y = (value: number) => TOP + (1 - (value - map.low) / (map.high - map.low)) * tall;
  const yTicks = linearTicks(map.low, map.high, Math.max(2, Math.floor(height / 44)));
  const yText = axisFormat(yTicks);
  const column = wide / Math.max(1, steps.length);
  const every = Math.max(1, Math.ceil(steps.length / Math.max(2, Math.floor(width / 80))));
  const xText = axisFormat([...steps]);
  return (
    <div className="md-heat">
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        style={{ left: LEFT, top: TOP, width: wide, height: tall }}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          onChoose(Math.min(steps.length - 1, Math.floor(((event.clientX - box.left) / box.width) * steps.length)));
        }}
      />
      <svg className="md-histogram num" width={width} height={height} pointerEvents="none" aria-hidden="true">
        {yTicks.map((tick) => (
          <text key={tick} x={LEFT - 6} y={y(tick) + 3.5} textAnchor="end">
            {yText(tick)}
          </text>
        ))}
        {steps.map((step, at) =>
          at % every === 0 ? (
            <text key={step} x={LEFT + (at + 0.5) * column} y={height - 5} textAnchor="middle">
              {xText(step)}
            </text>
          ) : null,
        )}
        <rect
          x={LEFT + place * column}
          y={TOP}
          width={Math.max(1.5, column)}
          height={tall}
          fill="none"
          stroke="var(--pointer)"
        />
      </svg>
    </div>
  );
}
