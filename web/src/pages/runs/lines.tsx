/** The shape of a line of the table, and a line that is on its way. */
import type { ReactNode } from "react";
import { useText } from "@/ui/text";
import type { Column } from "./columns";
import type { Stats } from "./stats";

export interface LineProps {
  top: number;
  height: number;
  index: number;
  depth: number;
  active: string | null;
  pinned: readonly Column[];
  /** Those of the other columns that are in sight. */
  shown: readonly Column[];
  before: number;
  stats: Stats;
}

/** Where a cell stands in its line; `still` is one of those that do not move with the others. */
export interface Place {
  left: number;
  still?: boolean;
  last?: boolean;
}

export function Line({
  line,
  className,
  selected,
  onPointerEnter,
  cell,
}: {
  line: LineProps;
  className: string;
  selected: boolean;
  onPointerEnter?: (() => void) | undefined;
  cell: (column: Column, place: Place) => ReactNode;
}) {
  let left = 0;
  const next = (each: Column, place: Omit<Place, "left">) => {
    const at = left;
    left += each.width;
    return cell(each, { ...place, left: at });
  };
  const still = line.pinned.map((each, place) => next(each, { still: true, last: place === line.pinned.length - 1 }));
  left += line.before;
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={line.index + 1}
      aria-selected={selected}
      onPointerEnter={onPointerEnter}
      className={`runs-row ${className}${selected ? " selected" : ""}`}
      style={{ top: line.top, height: line.height }}
    >
      {still}
      {line.shown.map((each) => next(each, {}))}
    </div>
  );
}

/** Cells of a fixed width. Those that move stand where they stand by themselves: no other one has to make room. */
export function placed(each: Column, place: Place, more = ""): { className: string; style: object } {
  return {
    className: `runs-td${place.still ? " sticky" : " free"}${place.last ? " edge" : ""}${more}`,
    style: { width: each.width, left: place.left },
  };
}

/** A run that is on its way: the shape of its line. */
export function WaitingLine(props: LineProps) {
  const t = useText();
  return (
    <Line
      line={props}
      className="of-none"
      selected={false}
      cell={(each, place) => (
        <div key={each.id} role="gridcell" tabIndex={-1} {...placed(each, place)}>
          {each.id === "name" && <span className="sr-only">{t.runs.more}</span>}
          <i className="runs-bone" style={{ width: `${each.id === "name" ? 60 : 44}%` }} />
        </div>
      )}
    />
  );
}
