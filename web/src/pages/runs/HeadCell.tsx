/** The head of the table: names that sort, menus, edges that resize. */
import { memo, type ReactNode } from "react";
import { fieldOf } from "@/state/fields";
import { IconButton, Menu } from "@/ui";
import { oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { type Column, TREND } from "./columns";
import type { GridProps } from "./Grid";
import { columnName } from "./words";

export const KindBand = memo(function KindBand(props: { columns: readonly Column[]; sticky?: boolean }) {
  const { columns, sticky } = props;
  const t = useText();
  const names = { run: t.runs.headRun, summary: t.runs.headSummary, config: t.runs.headConfig };
  const spans: { kind: Column["kind"]; width: number; key: string }[] = [];
  for (const each of columns) {
    const last = spans.at(-1);
    if (last?.kind === each.kind) last.width += each.width;
    else spans.push({ kind: each.kind, width: each.width, key: each.id });
  }
  return (
    <>
      {spans.map((span, place) => (
        <span
          key={span.key}
          className={`runs-kind${sticky ? " sticky" : ""}${sticky && place === spans.length - 1 ? " edge" : ""}`}
          style={{ width: span.width }}
        >
          <span>{span.kind === "run" && !sticky ? "" : names[span.kind]}</span>
        </span>
      ))}
    </>
  );
});

interface HeadCellProps extends GridProps {
  column: Column;
  left?: number;
  last?: boolean;
  right: boolean;
  check?: ReactNode;
}

export const HeadCell = memo(function HeadCell(props: HeadCellProps) {
  const { column: each, left, last, right, sorting, check } = props;
  const t = useText();
  const at = sorting.findIndex((one) => one.field === each.id);
  const sorted = at < 0 ? undefined : sorting[at]?.descending ? "descending" : "ascending";
  const drag = (event: React.PointerEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const from = event.clientX;
    const move = (to: PointerEvent) =>
      props.onWidth(each.id, Math.max(48, Math.min(800, each.width + to.clientX - from)));
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
  };
  return (
    <div
      role="columnheader"
      tabIndex={-1}
      aria-sort={sorted}
      className={`runs-th${right ? " right" : ""}${left !== undefined ? " sticky" : ""}${last ? " edge" : ""}`}
      style={{ width: each.width, left }}
      draggable={each.id !== "name"}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/gnomon-column", each.id);
        event.dataTransfer.effectAllowed = "move";
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes("text/gnomon-column") && each.id !== "name") event.preventDefault();
      }}
      onDrop={(event) => props.onMove(event.dataTransfer.getData("text/gnomon-column"), each.id)}
    >
      {check}
      <button
        type="button"
        className="runs-th-name"
        disabled={!each.sortable}
        title={columnName(each.id, t, props.trendKey)}
        onClick={(event) => props.onSort(each.id, event.shiftKey)}
      >
        <span className="cut">
          {each.kind === "run" || each.id === TREND ? columnName(each.id, t, null) : each.path}
        </span>
        {sorted && (
          <span className="runs-th-sort">
            {sorted === "ascending" ? "↑" : "↓"}
            {sorting.length > 1 && <sub>{at + 1}</sub>}
          </span>
        )}
        {props.isMetric(each.id) && <span className="runs-th-value">{t.runs.values[each.value]}</span>}
      </button>
      <Menu
        align="end"
        trigger={<IconButton icon="down" small label={t.common.more} className="runs-th-more" />}
        items={() => props.columnMenu(each.id)}
      />
      <span
        className="runs-th-edge"
        title={t.runs.resize}
        onPointerDown={drag}
        onDoubleClick={() => props.onWidth(each.id, fittingWidth(props, each))}
      />
    </div>
  );
}, sameProps);

/** Columns are made anew with every layout; one of the same name and width is the same. */
function sameProps(a: HeadCellProps, b: HeadCellProps): boolean {
  const keys = Object.keys(b) as (keyof HeadCellProps)[];
  return (
    Object.keys(a).length === keys.length &&
    keys.every((key) =>
      key === "column" ? a.column.id === b.column.id && a.column.width === b.column.width : a[key] === b[key],
    )
  );
}

/** Wide enough for the longest value in sight. */
function fittingWidth(props: GridProps, each: Column): number {
  const longest = props.table.blocks.flat().reduce((most, run) => {
    const value = fieldOf(run, each.id);
    return Math.max(most, (Array.isArray(value) ? value.join("     ") : oneLine(value)).length);
  }, each.path.length + 3);
  return Math.max(56, Math.min(560, (each.id === "name" ? 64 : 24) + longest * 6.8));
}
