/** A curve without axes, for a row or a card. */
import { memo } from "react";
import type { Curve } from "@/api/series";

export interface SparklineProps {
  curve: Pick<Curve, "length" | "xMin" | "xMax" | "mean"> | undefined;
  color: string;
  width: number;
  height: number;
  /** Draw a soft ground under the line. */
  filled?: boolean;
}

export const Sparkline = memo(function Sparkline({ curve, color, width, height, filled }: SparklineProps) {
  const line = curve ? sparkPath(curve, width, height) : "";
  return (
    <svg
      className="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {filled && line && (
        <path d={`${line}L${lastX(line)} ${height}L0 ${height}Z`} fill={color} fillOpacity=".1" stroke="none" />
      )}
      {line && <path d={line} fill="none" stroke={color} strokeWidth="1.3" strokeLinejoin="round" />}
    </svg>
  );
});

/** The line through the finite means, stretched over the box; a single point is a dash across its middle. Pure. */
export function sparkPath(curve: NonNullable<SparklineProps["curve"]>, width: number, height: number): string {
  const pad = 1.5;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let points = 0;
  for (let place = 0; place < curve.length; place++) {
    const value = curve.mean[place] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    points += 1;
  }
  if (points === 0) return "";
  const from = curve.xMin[0] ?? 0;
  const to = curve.xMax[curve.length - 1] ?? 1;
  if (points === 1 || to <= from) return `M0 ${height / 2}L${width} ${height / 2}`;
  const y = (value: number) => (high === low ? height / 2 : pad + ((high - value) / (high - low)) * (height - 2 * pad));
  let path = "";
  let down = false;
  for (let place = 0; place < curve.length; place++) {
    const value = curve.mean[place] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      down = false;
      continue;
    }
    const middle = ((curve.xMin[place] ?? 0) + (curve.xMax[place] ?? 0)) / 2;
    path += `${down ? "L" : "M"}${(((middle - from) / (to - from)) * width).toFixed(1)} ${y(value).toFixed(1)}`;
    down = true;
  }
  return path;
}

function lastX(path: string): string {
  return path.slice(path.lastIndexOf("L") + 1).split(" ")[0] ?? "0";
}
