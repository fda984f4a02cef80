import { useBoard } from "@/panels/board";
import { useStore } from "@/state/store";
import { runColour } from "@/theme/colours";
import type { Drawing } from "./data";

const NAMES = 2;

/** One line: the run under the pointer first, then the first runs, then how many more. The sidebar is the full legend. */
export function Legend({ drawing }: { drawing: Drawing | null }) {
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const drawn = drawing ? board.runs.filter((run) => drawing.curves.has(run.id)) : [];
  const hot = drawn.find((run) => run.id === hovered);
  const order = hot ? [hot, ...drawn.filter((run) => run !== hot)] : drawn;
  const more = order.length - NAMES;
  return (
    <div className="pn-legend">
      {order.slice(0, NAMES).map((run) => (
        <span
          key={run.id}
          className={hot ? (run === hot ? "hi" : "lo") : undefined}
          onPointerEnter={() => board.hover.set(run.id)}
          onPointerLeave={() => board.hover.set(null)}
        >
          <i style={{ background: runColour(run) }} />
          <span className="cut">{run.name}</span>
        </span>
      ))}
      {more > 0 && <span className="more num">+{more}</span>}
    </div>
  );
}
