/** The table itself: rows and columns both virtual, header and pinned columns standing still. */
import {
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Run } from "@/api/types";
import { useRowHeight } from "@/theme/density";
import { Checkbox, copyText, type MenuItem } from "@/ui";
import { oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { isRight } from "./Cell";
import { type Column, column, type Layout, TREND } from "./columns";
import { csvText } from "./csv";
import { beginEdit, type CellEdit, isEditable } from "./editing";
import { fieldValue } from "./field-value";
import type { TableRow } from "./groups";
import { HeadCell, KindBand } from "./HeadCell";
import { GroupLine, RunLine } from "./lines";
import { columnStats } from "./stats";
import { useTrends } from "./trend";

const features = tableFeatures({
  columnOrderingFeature,
  columnPinningFeature,
  columnSizingFeature,
  columnVisibilityFeature,
});
const NO_ROWS: never[] = [];
const OVERSCAN = 10;
const HEAD_PX = 50;
const GROUP_CELL_PX = 142;

export interface Sorting {
  field: string;
  descending: boolean;
}

export interface GridProps {
  entity: string;
  project: string;
  runs: readonly Run[];
  rows: readonly TableRow[];
  layout: Layout;
  widths: Readonly<Record<string, number>>;
  sorting: Sorting | null;
  trendKey: string | null;
  heatField: string | null;
  selected: ReadonlySet<string>;
  stale: boolean;
  footer: ReactNode;
  onSelect: (selected: ReadonlySet<string>) => void;
  onSort: (field: string) => void;
  onLayout: (layout: Layout) => void;
  onMove: (id: string, target: string) => void;
  onWidth: (id: string, width: number) => void;
  onEdit: (edit: CellEdit) => void;
  onToggleGroup: (key: string) => void;
  onNearEnd: () => void;
  onOpen: (run: Run) => void;
  columnMenu: (id: string) => MenuItem[];
}

export function Grid(props: GridProps) {
  const { runs, rows, layout, widths, selected, onNearEnd } = props;
  const t = useText();
  const rowPx = useRowHeight();
  const box = useRef<HTMLDivElement>(null);
  const [edit, setEdit] = useState<CellEdit | null>(null);
  const [active, setActive] = useState<{ row: number; column: string } | null>(null);
  const anchor = useRef<number | null>(null);
  const narrow = useNarrow();

  const table = useTable({
    features,
    data: NO_ROWS as Run[],
    columns: useMemo(
      () => layout.order.map((id) => ({ id, size: widths[id] ?? column(id).width, minSize: 48, maxSize: 800 })),
      [layout.order, widths],
    ),
    state: {
      columnOrder: layout.order,
      columnPinning: { start: narrow ? ["name"] : ["name", ...layout.pinned.filter((id) => id !== "name")], end: [] },
    },
  });
  const stats = useMemo(() => columnStats(runs, layout.order), [runs, layout.order]);
  const grouped = rows[0]?.kind === "group";
  const sized = (id: string, width: number): Column => {
    if (narrow && id === "name") return { ...column(id), width: Math.min(width, 168) };
    // a group's cell holds a mean, its spread and a count
    const span = grouped && !(id in widths) ? stats.spans.get(id) : undefined;
    return { ...column(id), width: span && span[0] !== span[1] ? Math.max(width, GROUP_CELL_PX) : width };
  };
  const pinned = table.getStartVisibleLeafColumns().map((each) => sized(each.id, each.getSize()));
  const free = table.getCenterVisibleLeafColumns().map((each) => sized(each.id, each.getSize()));
  const pinnedPx = pinned.reduce((sum, each) => sum + each.width, 0);

  const vertical = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollMargin: HEAD_PX,
  });
  const horizontal = useVirtualizer({
    horizontal: true,
    count: free.length,
    getScrollElement: () => box.current,
    estimateSize: (place) => free[place]?.width ?? 100,
    overscan: 3,
    scrollMargin: pinnedPx,
  });
  const shape = free.map((each) => `${each.id}:${each.width}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when they change.
  useEffect(() => {
    vertical.measure();
    horizontal.measure();
  }, [rowPx, shape]);

  const shownRows = vertical.getVirtualItems();
  const shownColumns = horizontal.getVirtualItems();
  const firstRow = shownRows[0]?.index ?? 0;
  const lastRow = shownRows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && lastRow >= rows.length - 2 * OVERSCAN) onNearEnd();
  }, [lastRow, rows.length, onNearEnd]);

  const ids = useMemo(() => rows.flatMap((row) => (row.kind === "run" ? [row.run.id] : [])), [rows]);
  const hasTrend = layout.order.includes(TREND);
  const trends = useTrends(props.entity, props.project, hasTrend ? props.trendKey : null, ids, firstRow, lastRow);

  const before = shownColumns[0] ? shownColumns[0].start - pinnedPx : 0;
  const totalPx = pinnedPx + free.reduce((sum, each) => sum + each.width, 0);
  const columns = [...pinned, ...free];

  // lines are kept between renders, so what they call looks at what is true by then
  const now = useRef({ selected, rows });
  now.current = { selected, rows };
  const select = (row: number, on: boolean, range: boolean) => {
    const next = new Set(now.current.selected);
    const from = range && anchor.current !== null ? anchor.current : row;
    for (let at = Math.min(from, row); at <= Math.max(from, row); at++) {
      const each = now.current.rows[at];
      const inRow = each?.kind === "run" ? [each.run] : each?.kind === "group" && at === row ? each.runs : [];
      for (const run of inRow) {
        if (on) next.add(run.id);
        else next.delete(run.id);
      }
    }
    anchor.current = row;
    props.onSelect(next);
  };

  const commit = () => {
    if (edit) props.onEdit(edit);
    setEdit(null);
    box.current?.focus({ preventScroll: true });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== box.current) return;
    const at = active ?? { row: -1, column: columns[0]?.id ?? "name" };
    const place = columns.findIndex((each) => each.id === at.column);
    const go = (row: number, to: number) => {
      event.preventDefault();
      const next = {
        row: Math.max(0, Math.min(rows.length - 1, row)),
        column: columns[Math.max(0, Math.min(columns.length - 1, to))]?.id ?? "name",
      };
      setActive(next);
      vertical.scrollToIndex(next.row);
      const freePlace = free.findIndex((each) => each.id === next.column);
      if (freePlace >= 0) horizontal.scrollToIndex(freePlace);
    };
    const row = rows[at.row];
    if (event.key === "ArrowDown") go(at.row + 1, place);
    else if (event.key === "ArrowUp") go(at.row - 1, place);
    else if (event.key === "ArrowRight") go(Math.max(0, at.row), place + 1);
    else if (event.key === "ArrowLeft") go(Math.max(0, at.row), place - 1);
    else if (event.key === "Home") go(Math.max(0, at.row), 0);
    else if (event.key === "End") go(Math.max(0, at.row), columns.length - 1);
    else if (event.key === "PageDown") go(at.row + 20, place);
    else if (event.key === "PageUp") go(at.row - 20, place);
    else if (event.key === "Escape") setActive(null);
    else if (event.key === " " && row) {
      event.preventDefault();
      const on = row.kind === "run" ? !selected.has(row.run.id) : !row.runs.every((run) => selected.has(run.id));
      select(at.row, on, event.shiftKey);
    } else if (event.key === "Enter" && row) {
      event.preventDefault();
      if (row.kind === "group") props.onToggleGroup(row.key);
      else if (isEditable(at.column) && at.column !== "name") setEdit(beginEdit(row.run, at.column));
      else props.onOpen(row.run);
    } else if (event.key === "F2" && row?.kind === "run" && isEditable(at.column)) {
      setEdit(beginEdit(row.run, at.column));
    } else if ((event.ctrlKey || event.metaKey) && event.key === "c" && row && !window.getSelection()?.toString()) {
      event.preventDefault();
      void copyText(copied(runs, selected, row, at.column, layout.order));
    }
  };

  const all = ids.length > 0 && ids.every((id) => selected.has(id));
  const some = !all && ids.some((id) => selected.has(id));
  return (
    <div
      ref={box}
      className={`runs-grid${props.stale ? " stale" : ""}`}
      role="grid"
      aria-label={t.runs.title}
      aria-rowcount={rows.length}
      aria-colcount={columns.length}
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-scrolled={(horizontal.scrollOffset ?? 0) > 0 || undefined}
    >
      <div className="runs-head" style={{ width: totalPx }} role="rowgroup">
        <div className="runs-kinds" aria-hidden="true">
          <KindBand columns={pinned} sticky />
          <KindBand columns={free} />
        </div>
        <div className="runs-heads" role="row" tabIndex={-1}>
          {pinned.map((each, place) => (
            <HeadCell
              key={each.id}
              {...props}
              column={each}
              left={pinned.slice(0, place).reduce((sum, one) => sum + one.width, 0)}
              last={place === pinned.length - 1}
              right={isRight(each, stats.numeric)}
              check={
                each.id === "name" ? (
                  <Checkbox
                    checked={all ? true : some ? "indeterminate" : false}
                    label={t.runs.selectAll}
                    onChange={(on) => props.onSelect(on ? new Set(ids) : new Set())}
                  />
                ) : null
              }
            />
          ))}
          <span style={{ width: before, flex: "none" }} />
          {shownColumns.map((item) => {
            const each = free[item.index];
            return each ? (
              <HeadCell key={each.id} {...props} column={each} right={isRight(each, stats.numeric)} />
            ) : null;
          })}
        </div>
      </div>
      <div className="runs-body" style={{ height: vertical.getTotalSize(), width: totalPx }} role="rowgroup">
        {shownRows.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const top = item.start - HEAD_PX;
          const at = active?.row === item.index ? active.column : null;
          const common = {
            top,
            height: item.size,
            index: item.index,
            active: at,
            pinned,
            free,
            shownColumns,
            before,
            stats,
          };
          if (row.kind === "group")
            return (
              <GroupLine
                key={`group ${row.key}`}
                {...common}
                group={row}
                selected={row.runs.every((run) => selected.has(run.id))}
                onToggle={() => props.onToggleGroup(row.key)}
                onSelect={(on) => select(item.index, on, false)}
              />
            );
          return (
            <RunLine
              key={row.run.id}
              {...common}
              run={row.run}
              indented={rows[0]?.kind === "group"}
              selected={selected.has(row.run.id)}
              curve={trends.get(row.run.id)}
              heatField={props.heatField}
              edit={edit?.run === row.run.id ? edit : null}
              onActive={(id) => setActive({ row: item.index, column: id })}
              onSelect={(on, range) => select(item.index, on, range)}
              onBegin={(id) => isEditable(id) && setEdit(beginEdit(row.run, id))}
              onDraft={(draft) => setEdit((now) => now && { ...now, draft })}
              onCommit={commit}
              onCancel={() => {
                setEdit(null);
                box.current?.focus({ preventScroll: true });
              }}
            />
          );
        })}
      </div>
      {props.footer}
    </div>
  );
}

/** True on a phone, where little more than the name can stand still. */
function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia("(max-width: 640px)").matches);
  useEffect(() => {
    const query = matchMedia("(max-width: 640px)");
    const change = () => setNarrow(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, []);
  return narrow;
}

function copied(
  runs: readonly Run[],
  selected: ReadonlySet<string>,
  row: TableRow,
  at: string,
  order: string[],
): string {
  const chosen = runs.filter((run) => selected.has(run.id));
  const fields = order.filter((id) => id !== TREND);
  if (chosen.length > 0) return csvText(chosen, fields, "\t");
  return row.kind === "run" ? String(oneLine(fieldValue(row.run, at))) : row.label;
}
