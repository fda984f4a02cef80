/** The rows of the grid. One that stands still is not drawn again while others pass. */
import { type CSSProperties, memo } from "react";
import type { AddressOf } from "@/media/source";
import { Icon } from "@/ui";
import { count, inColumn, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Cell } from "./Cell";
import type { Column } from "./columns";
import { alike, CHANGES } from "./comparing";
import type { Facts } from "./facts";
import { type Group, spreadIn } from "./groups";
import type { Paint } from "./look";
import { groundOf, spanOf } from "./paint";
import type { Row } from "./table";

export const NUMBER_PX = 56;

export interface RowActs {
  /** A cell is pressed; with `extend` the choice goes on to it. */
  down: (line: number, column: number, extend: boolean) => void;
  /** The pointer comes over a cell with its button down. */
  over: (line: number, column: number) => void;
  open: (row: number) => void;
}

/** A column, and where it begins. */
export interface Placed {
  column: Column;
  at: number;
}

export interface RowViewProps {
  row: Row;
  /** The number of the row, and of the line it stands in. */
  number: number;
  line: number;
  top: number;
  height: number;
  width: number;
  pinned: readonly Placed[];
  /** The columns in sight, of which the first is the `first` that is shown. */
  seen: readonly Placed[];
  first: number;
  widthFor: (column: Column) => number;
  addressFor: (column: Column) => AddressOf;
  /** The cells that are chosen, by their columns; -1 for none. */
  from: number;
  to: number;
  on: boolean;
  /** Its first cell says how it changed. */
  compares: boolean;
  paint: Paint;
  facts: (column: Column) => Facts;
  search: string;
  act: RowActs;
}

export const RowView = memo(function RowView(props: RowViewProps) {
  const { row, number: place, line, pinned, seen, first, widthFor, from, to, act } = props;
  const t = useText().tables;
  const change = props.compares ? CHANGES.find((each) => each === row[0]) : undefined;
  const cell = ({ column, at: left }: Placed, at: number, sticky: boolean) => {
    const width = widthFor(column);
    const value = row[column.place];
    const other = column.other === undefined ? undefined : row[column.other];
    const chosen = at >= from && at <= to;
    const differs = change === "changed" && column.other !== undefined && !alike(value, other);
    return (
      <span
        key={column.id}
        role="gridcell"
        tabIndex={-1}
        aria-selected={chosen}
        className={cellClass(column, chosen, sticky, differs)}
        style={{ width, left, ...groundOf(props.paint, column, value, spanOf(column, props.facts)) }}
        onPointerDown={(event) => event.button === 0 && act.down(line, at, event.shiftKey)}
        onPointerEnter={(event) => event.buttons === 1 && act.over(line, at)}
        onDoubleClick={() => act.open(place)}
      >
        <Cell
          column={column}
          value={value}
          other={other}
          search={props.search}
          addressOf={props.addressFor(column)}
          width={width}
          height={props.height}
        />
      </span>
    );
  };
  return (
    <div
      className={`tb-row${props.on ? " on" : ""}${change ? ` ${change}` : ""}`}
      role="row"
      tabIndex={-1}
      style={{ top: props.top, width: props.width, height: props.height }}
    >
      <span role="rowheader" tabIndex={-1} className="tb-number sticky" style={{ width: NUMBER_PX, left: 0 }}>
        <button
          type="button"
          tabIndex={-1}
          title={t.openRow}
          aria-label={`${t.openRow} ${count(place)}`}
          onClick={() => act.open(place)}
        >
          <span>{count(place)}</span>
          <Icon name="full" small />
        </button>
      </span>
      {pinned.map((each, index) => cell(each, index, true))}
      {seen.map((each, index) => cell(each, first + index, false))}
    </div>
  );
});

function cellClass(column: Column, chosen: boolean, sticky: boolean, differs: boolean): string {
  const names = ["tb-cell", column.kind, sticky ? "sticky" : "free"];
  if (column.theirs) names.push("theirs");
  if (chosen) names.push("chosen");
  if (differs) names.push("differs");
  return names.join(" ");
}

interface GroupRowProps {
  group: Group;
  style: CSSProperties;
  columns: readonly Column[];
  pins: number;
  before: number;
  widthFor: (column: Column) => number;
  rows: readonly Row[];
  onToggle: (key: string) => void;
}

/** A group: its value, how many rows it has, and of each column of numbers the mean over the least and the greatest. */
export function GroupRow({ group, style, columns, pins, before, widthFor, rows, onToggle }: GroupRowProps) {
  const t = useText().tables;
  const { value, depth, column: by } = group;
  let edge = NUMBER_PX;
  const cell = (column: Column, sticky: boolean) => {
    const left = edge;
    edge += widthFor(column);
    const spread = column.kind === "number" ? spreadIn(group, rows, column.place) : null;
    return (
      <span
        key={column.id}
        role="gridcell"
        tabIndex={-1}
        className={`tb-cell ${column.kind}${sticky ? " sticky" : ""}`}
        style={{ width: widthFor(column), left: sticky ? left : undefined }}
      >
        {spread && (
          <span className="tb-spread" title={t.spread(number(spread.min), number(spread.max), count(spread.count))}>
            <b>{inColumn(spread.mean, Math.max(column.decimals, 2))}</b>
            <small>
              {number(spread.min, 3)} … {number(spread.max, 3)}
            </small>
          </span>
        )}
      </span>
    );
  };
  return (
    <div
      className="tb-row tb-group"
      role="row"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-expanded={group.open}
      style={style}
    >
      {columns.slice(0, pins).map((column) => cell(column, true))}
      <span role="presentation" style={{ width: NUMBER_PX + before, flex: "none", order: -1 }} />
      {columns.slice(pins).map((column) => cell(column, false))}
      <span role="gridcell" tabIndex={-1} className="tb-group-name">
        <button type="button" style={{ paddingLeft: 8 + depth * 18 }} onClick={() => onToggle(group.key)}>
          <Icon name={group.open ? "down" : "right"} small />
          <span className="t3">{by}</span>
          <b className="cut">{value === null || value === undefined ? "—" : oneLine(value)}</b>
          <em className="num">{count(group.rows.length)}</em>
        </button>
      </span>
    </div>
  );
}
