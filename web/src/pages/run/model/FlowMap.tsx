/** The size of gradients, a row a layer and a column a step: what vanishes or explodes is seen at once. */
import { useEffect, useMemo, useRef, useState } from "react";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { Icon } from "@/ui";
import { count, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { decades, type FlowRow, troubleOf } from "./flow";
import type { Side } from "./useFlow";

const SHADES = 9;
const ROW_PX = 15;
const LEAST_ROW_PX = 4;
const MOST_PX = 420;
const NAMED = 3;

export interface FlowMapProps {
  side: Side;
  steps: readonly number[];
  rows: readonly FlowRow[];
  /** The step one looks at; null is the latest. */
  step: number | null;
  chosen: string | null;
  onChoose: (name: string, step: number) => void;
}

export function FlowMap({ side, steps, rows, step, chosen, onChoose }: FlowMapProps) {
  const t = useText();
  const theme = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [over, setOver] = useState<{ row: number; column: number } | null>(null);
  const range = useMemo(() => decades(rows), [rows]);
  const trouble = useMemo(
    () => (side === "gradients" ? troubleOf(rows) : { vanishing: [], exploding: [] }),
    [rows, side],
  );
  const rowPx = Math.max(LEAST_ROW_PX, Math.min(ROW_PX, MOST_PX / Math.max(1, rows.length)));
  const height = rowPx * rows.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shades change with the theme.
  useEffect(() => {
    const pen = canvas.current?.getContext("2d");
    if (!canvas.current || !pen || !range) return;
    canvas.current.width = steps.length;
    canvas.current.height = rows.length;
    const shades = Array.from({ length: SHADES }, (_, n) => inkOf(`--s${n + 1}`));
    const [low, high] = range;
    for (const [y, row] of rows.entries())
      for (const [x, value] of row.values.entries()) {
        if (Number.isNaN(value)) continue;
        const at = value > 0 ? (Math.log10(value) - low) / (high - low) : 0;
        pen.fillStyle =
          value === Number.POSITIVE_INFINITY
            ? inkOf("--failed")
            : (shades[Math.max(0, Math.min(SHADES - 1, Math.floor(at * SHADES)))] ?? "");
        pen.fillRect(x, y, 1, 1);
      }
  }, [rows, steps, range, theme]);
  if (!range) return null;
  const place = step === null ? steps.length - 1 : nearest(steps, step);
  const told = over
    ? { name: rows[over.row]?.name ?? "", step: steps[over.column] ?? 0, value: rows[over.row]?.values[over.column] }
    : null;
  const names = (found: readonly string[]) =>
    found.slice(0, NAMED).join(", ") + (found.length > NAMED ? ` +${found.length - NAMED}` : "");
  const at = (event: { clientX: number; clientY: number; currentTarget: Element }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const clamp = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(value * most)));
    return {
      row: clamp((event.clientY - box.top) / box.height, rows.length),
      column: clamp((event.clientX - box.left) / box.width, steps.length),
    };
  };
  return (
    <section className="ui-card model-flow">
      <header className="ui-card-head">
        <h2>{t.model.flowTitle[side]}</h2>
        <span className="grow" />
        <span className="model-told num" aria-live="off">
          {told && (
            <>
              <b className="mono">{told.name}</b> {t.run.stepOf(count(told.step))}{" "}
              {told.value === undefined || Number.isNaN(told.value) ? "—" : number(told.value, 3)}
            </>
          )}
        </span>
        <span className="model-scale num" aria-hidden="true">
          {number(10 ** range[0], 1)}
          <i />
          {number(10 ** range[1], 1)}
        </span>
      </header>
      {trouble.vanishing.length > 0 && (
        <p className="model-trouble">
          <Icon name="warn" small /> {t.model.vanishing(trouble.vanishing.length, names(trouble.vanishing))}
        </p>
      )}
      {trouble.exploding.length > 0 && (
        <p className="model-trouble">
          <Icon name="warn" small /> {t.model.exploding(names(trouble.exploding))}
        </p>
      )}
      <div className="model-map" style={{ height: height + 18 }}>
        <div className="model-names mono" style={{ height }} aria-hidden="true">
          {rows.map((row, i) => (
            <span key={row.name} className={row.name === chosen ? "cut on" : "cut"}>
              {rowPx >= 11 || i % Math.ceil(11 / rowPx) === 0 ? row.name : ""}
            </span>
          ))}
        </div>
        <div
          className="model-cells"
          style={{ height }}
          role="img"
          aria-label={t.model.flowTitle[side]}
          onPointerMove={(event) => setOver(at(event))}
          onPointerLeave={() => setOver(null)}
          onClick={(event) => {
            const { row, column } = at(event);
            onChoose(rows[row]?.name ?? "", steps[column] ?? 0);
          }}
        >
          <canvas ref={canvas} />
          <i
            className="model-at"
            style={{ left: `${(place / steps.length) * 100}%`, width: `${100 / steps.length}%` }}
          />
          {over && <i className="model-over" style={{ top: over.row * rowPx, height: rowPx }} />}
        </div>
        <div className="model-steps num" aria-hidden="true">
          {[0, Math.floor((steps.length - 1) / 2), steps.length - 1].map((i) => (
            <span key={i}>{count(steps[i] ?? 0)}</span>
          ))}
        </div>
      </div>
      <p className="model-about">{t.model.flowAbout}</p>
    </section>
  );
}

function nearest(steps: readonly number[], step: number): number {
  let best = 0;
  for (const [i, each] of steps.entries()) if (Math.abs(each - step) < Math.abs((steps[best] ?? 0) - step)) best = i;
  return best;
}
