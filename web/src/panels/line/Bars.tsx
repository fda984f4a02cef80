import { useBoard } from "@/panels/board";
import { short } from "@/plot/ticks";
import { useStore } from "@/state/store";
import type { Drawing } from "./data";

/** One value a run: a bar says more than a dot on an axis. */
export function Bars({ drawing }: { drawing: Drawing }) {
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const rows = drawing.lines
    .filter((line) => line.value.length > 0)
    .map((line) => ({ line, value: line.value[line.value.length - 1]! }))
    .filter((row) => Number.isFinite(row.value))
    .sort((a, b) => b.value - a.value);
  const most = Math.max(...rows.map((row) => Math.abs(row.value)), Number.MIN_VALUE);
  const negative = rows.some((row) => row.value < 0);
  const focus = hovered !== null && rows.some((row) => row.line.owner === hovered);
  return (
    <div className="pn-bars">
      {rows.map(({ line, value }) => {
        const share = Math.abs(value) / most;
        const size = negative ? share / 2 : share;
        return (
          <div
            key={line.id}
            className={focus ? (line.owner === hovered ? "hi" : "lo") : undefined}
            onPointerEnter={() => board.hover.set(line.owner)}
            onPointerLeave={() => board.hover.set(null)}
          >
            <span className="cut" title={line.name}>
              {line.name}
            </span>
            <span className="track">
              <i
                style={{
                  background: `var(${line.colour})`,
                  width: `${Math.max(size * 100, 0.5)}%`,
                  marginLeft: negative ? `${(value < 0 ? 0.5 - size : 0.5) * 100}%` : 0,
                }}
              />
            </span>
            <span className="v">{short(value)}</span>
          </div>
        );
      })}
    </div>
  );
}
