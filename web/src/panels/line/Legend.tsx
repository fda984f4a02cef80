import { useMemo } from "react";
import type { Curve } from "@/api/series";
import { useBoard } from "@/panels/board";
import type { Line } from "@/plot/curve";
import { dashOf } from "@/plot/paint";
import { useStore } from "@/state/store";
import { columnDecimals, inColumn } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { type Drawing, factsOf } from "./data";
import { isolated, shortened, switched } from "./names";

export interface LegendProps {
  drawing: Drawing | null;
  /** Lines that were taken out of sight. */
  out: ReadonlySet<string>;
  setOut: (out: ReadonlySet<string>) => void;
}

/** About how wide a name is in the line above a plot. */
const NAME_PX = 150;

/** The line under the pointer first, then the first ones, then how many more. The sidebar is the full legend. */
export function Legend({ drawing, out, setOut, widthPx }: LegendProps & { widthPx: number }) {
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const lines = drawing?.all ?? [];
  const hot = lines.filter((line) => line.owner === hovered);
  const order = hot.length > 0 ? [...hot, ...lines.filter((line) => line.owner !== hovered)] : lines;
  const names = Math.max(2, Math.floor(widthPx / NAME_PX));
  const more = order.length - names;
  return (
    <div className="pn-legend">
      {order.slice(0, names).map((line) => (
        <Name
          key={line.id}
          line={line}
          all={lines}
          out={out}
          setOut={setOut}
          longest={30}
          className={hot.length > 0 ? (line.owner === hovered ? "hi" : "lo") : ""}
        />
      ))}
      {more > 0 && <span className="more num">+{more}</span>}
    </div>
  );
}

interface NameProps extends Pick<LegendProps, "out" | "setOut"> {
  line: Line;
  all: readonly Line[];
  className: string;
  longest: number;
}

/** A click shows this line alone, and all again; with Ctrl, or Shift, it is switched. */
function Name({ line, all, out, setOut, className, longest }: NameProps) {
  const board = useBoard();
  const t = useText().lines;
  const isOut = out.has(line.id);
  const ids = all.map(({ id }) => id);
  return (
    <button
      type="button"
      className={`pn-key ${className}${isOut ? " out" : ""}`}
      title={`${line.name}\n${t.legendHint}`}
      aria-pressed={!isOut}
      onPointerEnter={() => board.hover.set(line.owner)}
      onPointerLeave={() => board.hover.set(null)}
      onClick={(event) => {
        const act = event.ctrlKey || event.metaKey || event.shiftKey ? switched : isolated;
        setOut(act(ids, out, line.id));
      }}
    >
      <Swatch line={line} />
      <span className="cut">{shortened(line.name, longest)}</span>
    </button>
  );
}

/** A bit of the line: its colour and its dash. */
export function Swatch({ line }: { line: Pick<Line, "colour" | "dash"> }) {
  return (
    <svg className="pn-swatch" width="14" height="8" aria-hidden="true">
      <path
        d="M0 4h14"
        stroke={`var(${line.colour})`}
        strokeWidth="2"
        strokeDasharray={dashOf(line.dash).join(" ") || undefined}
      />
    </svg>
  );
}

/** All lines beside the plot, with what they come to. */
export function LegendTable({ drawing, out, setOut }: LegendProps) {
  const t = useText().workspace.panels.legend;
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const lines = drawing?.all ?? [];
  const rows = useMemo(
    () => (drawing?.all ?? []).map((line) => ({ line, facts: extremes(line, drawing?.curves.get(line.id)) })),
    [drawing],
  );
  const decimals = columnDecimals(
    rows.flatMap(({ facts }) => [facts.last, facts.min, facts.max, facts.mean]),
    4,
  );
  return (
    <div className="pn-legend-table num">
      <table>
        <thead>
          <tr>
            <th>{t.run}</th>
            <th>{t.last}</th>
            <th>{t.min}</th>
            <th>{t.max}</th>
            <th>{t.mean}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, facts }) => (
            <tr key={line.id} className={line.owner === hovered ? "hi" : out.has(line.id) ? "lo" : undefined}>
              <td>
                <Name line={line} all={lines} out={out} setOut={setOut} longest={20} className="" />
              </td>
              <td>{inColumn(facts.last, decimals)}</td>
              <td>{inColumn(facts.min, decimals)}</td>
              <td>{inColumn(facts.max, decimals)}</td>
              <td>{inColumn(facts.mean, decimals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export interface Extremes {
  last: number;
  min: number;
  max: number;
  mean: number;
}

/** What a line comes to: of a run's curve over all of its points, of a group over what is drawn. */
export function extremes(line: Line, curve: Curve | undefined): Extremes {
  if (curve) return factsOf(curve);
  let [last, min, max, sum, count] = [Number.NaN, Number.NaN, Number.NaN, 0, 0];
  for (let i = 0; i < line.value.length; i++) {
    const value = line.value[i]!;
    if (!Number.isFinite(value)) continue;
    last = value;
    if (!(value >= min)) min = value;
    if (!(value <= max)) max = value;
    sum += value;
    count += 1;
  }
  return { last, min, max, mean: count > 0 ? sum / count : Number.NaN };
}
