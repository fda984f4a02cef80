/** Many devices as a map of heat: a row a device, time from left to right. For cores and ranks, where lines would be a bush. */
import { useEffect, useMemo, useRef } from "react";
import type { Curve } from "@/api/series";
import type { Span } from "@/plot/curve";
import type { Store } from "@/state/store";
import { useStore } from "@/state/store";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { valueAt } from "./measures";

const COLUMNS = 240;
const SHADES = 9;

export interface DeviceHeatProps {
  names: readonly string[];
  curves: readonly Curve[];
  x: Span;
  /** What the darkest shade stands for. */
  high: number;
  pointer: Store<number | null>;
  rest: number | null;
  label: string;
  format: (value: number) => string;
}

export function DeviceHeat({ names, curves, x, high, pointer, rest, label, format }: DeviceHeatProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const at = useStore(pointer, (value) => value) ?? rest;
  const columns = Math.max(1, Math.min(COLUMNS, Math.max(0, ...curves.map((curve) => curve.length))));
  const cells = useMemo(
    () =>
      curves.map((curve) =>
        Float32Array.from({ length: columns }, (_, i) => valueAt(curve, x[0] + ((i + 0.5) / columns) * (x[1] - x[0]))),
      ),
    [curves, columns, x],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shades change with the theme.
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!canvas.current || !pen) return;
    canvas.current.width = columns;
    canvas.current.height = cells.length;
    const shades = Array.from({ length: SHADES }, (_, n) => inkOf(`--s${n + 1}`));
    for (const [y, row] of cells.entries())
      for (const [i, value] of row.entries()) {
        if (Number.isNaN(value)) continue;
        const shade = Math.max(0, Math.min(SHADES - 1, Math.floor((value / (high || 1)) * SHADES)));
        pen.fillStyle = shades[shade] ?? "";
        pen.fillRect(i, y, 1, 1);
      }
  }, [cells, columns, high, theme]);
  const share = at === null || x[1] <= x[0] ? null : (at - x[0]) / (x[1] - x[0]);
  const every = Math.ceil(names.length / 12);
  return (
    <div className="run-heat">
      <div className="run-heat-names num" aria-hidden="true">
        {names.map((name, i) => (
          <span key={name} className="cut">
            {i % every === 0 ? name.replace(/^core /, "") : ""}
          </span>
        ))}
      </div>
      <div
        className="run-heat-cells"
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          pointer.set(x[0] + ((event.clientX - box.left) / box.width) * (x[1] - x[0]));
        }}
        onPointerLeave={() => pointer.set(null)}
      >
        <canvas ref={canvas} role="img" aria-label={label} />
        {share !== null && share >= 0 && share <= 1 && <i style={{ left: `${share * 100}%` }} />}
        {names.map((name, row) => (
          <span
            key={name}
            className="run-heat-row"
            style={{ top: `${(row / names.length) * 100}%`, height: `${100 / names.length}%` }}
            title={at !== null && curves[row] ? `${name}: ${format(valueAt(curves[row], at))}` : name}
          />
        ))}
      </div>
    </div>
  );
}
