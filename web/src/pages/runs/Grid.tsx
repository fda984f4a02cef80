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
import { type KeyboardEvent, memo, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { useRowHeight } from "@/theme/density";
import { Checkbox, copyText, Icon, IconButton, Menu, type MenuItem } from "@/ui";
import { asNumber, columnDecimals, inColumn, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Cell, CellEditor, isRight } from "./Cell";
import { type Column, column, type Layout, TREND } from "./columns";
import { csvText } from "./csv";
import { beginEdit, type CellEdit, isEditable } from "./editing";
import { fieldValue } from "./field-value";
import { common, type Group, spread, type TableRow } from "./groups";
import { heat } from "./heat";
import { useTrends } from "./trend";
import { columnName } from "./words";

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
        <div className="runs-kinds" role="row" tabIndex={-1}>
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

interface Stats {
  numeric: ReadonlySet<string>;
  decimals: ReadonlyMap<string, number>;
  spans: ReadonlyMap<string, readonly [number, number]>;
}

/** What the numbers of each column have in common: how many decimals to align on, and from where to where they go. */
function columnStats(runs: readonly Run[], order: readonly string[]): Stats {
  const numeric = new Set<string>();
  const decimals = new Map<string, number>();
  const spans = new Map<string, readonly [number, number]>();
  for (const id of order) {
    if (column(id).kind === "run" || id === TREND) continue;
    const values: number[] = [];
    let words = 0;
    for (const run of runs) {
      const value = fieldValue(run, id);
      const numeric = asNumber(value);
      if (numeric !== null) values.push(numeric);
      else if (value !== undefined && value !== null) words += 1;
    }
    if (values.length === 0 || words > values.length) continue;
    numeric.add(id);
    decimals.set(id, columnDecimals(values));
    const finite = values.filter(Number.isFinite);
    if (finite.length > 0) spans.set(id, [Math.min(...finite), Math.max(...finite)]);
  }
  return { numeric, decimals, spans };
}

function KindBand({ columns, sticky }: { columns: readonly Column[]; sticky?: boolean }) {
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
          className={`runs-kind ${span.kind}${sticky ? " sticky" : ""}${sticky && place === spans.length - 1 ? " edge" : ""}`}
          style={{ width: span.width }}
        >
          <span>{span.kind === "run" && !sticky ? "" : names[span.kind]}</span>
        </span>
      ))}
    </>
  );
}

interface HeadCellProps extends GridProps {
  column: Column;
  left?: number;
  last?: boolean;
  right: boolean;
  check?: ReactNode;
}

function HeadCell(props: HeadCellProps) {
  const { column: each, left, last, right, sorting, check } = props;
  const t = useText();
  const sorted = sorting?.field === each.id ? (sorting.descending ? "descending" : "ascending") : undefined;
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
        onClick={() => props.onSort(each.id)}
      >
        <span className="cut">{columnName(each.id, t, null)}</span>
        {sorted && <span className="runs-th-sort">{sorted === "ascending" ? "↑" : "↓"}</span>}
      </button>
      <Menu
        align="end"
        trigger={<IconButton icon="down" small label={t.common.more} className="runs-th-more" />}
        items={props.columnMenu(each.id)}
      />
      <span
        className="runs-th-edge"
        title={t.runs.resize}
        onPointerDown={drag}
        onDoubleClick={() => props.onWidth(each.id, fittingWidth(props, each))}
      />
    </div>
  );
}

/** Wide enough for the longest value in sight. */
function fittingWidth(props: GridProps, each: Column): number {
  const longest = props.runs.reduce((most, run) => {
    const value = fieldValue(run, each.id);
    return Math.max(most, (Array.isArray(value) ? value.join("     ") : oneLine(value)).length);
  }, each.path.length + 3);
  return Math.max(56, Math.min(560, (each.id === "name" ? 64 : 24) + longest * 6.8));
}

interface LineProps {
  top: number;
  height: number;
  index: number;
  active: string | null;
  pinned: readonly Column[];
  free: readonly Column[];
  shownColumns: readonly { index: number }[];
  before: number;
  stats: Stats;
}

function Line({
  line,
  className,
  selected,
  cell,
}: {
  line: LineProps;
  className: string;
  selected: boolean;
  cell: (column: Column, place: { left?: number; last?: boolean }) => ReactNode;
}) {
  let left = 0;
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={line.index + 1}
      aria-selected={selected}
      className={`runs-row ${className}${selected ? " selected" : ""}`}
      style={{ transform: `translateY(${line.top}px)`, height: line.height }}
    >
      {line.pinned.map((each, place) => {
        const at = left;
        left += each.width;
        return cell(each, { left: at, last: place === line.pinned.length - 1 });
      })}
      <span style={{ width: line.before, flex: "none" }} />
      {line.shownColumns.map((item) => {
        const each = line.free[item.index];
        return each ? cell(each, {}) : null;
      })}
    </div>
  );
}

interface RunLineProps extends LineProps {
  run: Run;
  indented: boolean;
  selected: boolean;
  curve: Curve | undefined;
  heatField: string | null;
  edit: CellEdit | null;
  onActive: (column: string) => void;
  onSelect: (on: boolean, range: boolean) => void;
  onBegin: (column: string) => void;
  onDraft: (draft: string) => void;
  onCommit: () => void;
  onCancel: () => void;
}

const RunLine = memo(
  function RunLine(props: RunLineProps) {
    const t = useText();
    const { run, stats, heatField, edit } = props;
    const editing = { name: t.runs.editName, tags: t.runs.editTags, notes: t.runs.editNotes };
    return (
      <Line
        line={props}
        className="run"
        selected={props.selected}
        cell={(each, { left, last }) => {
          const span = heatField === each.id ? stats.spans.get(each.id) : undefined;
          const value = span ? asNumber(fieldValue(run, each.id)) : null;
          const ground = span && value !== null ? heat(each.path, value, span[0], span[1]) : undefined;
          return (
            <div
              key={each.id}
              role="gridcell"
              tabIndex={-1}
              className={`runs-td${isRight(each, stats.numeric) ? " right num" : ""}${left !== undefined ? " sticky" : ""}${last ? " edge" : ""}${props.active === each.id ? " active" : ""}`}
              style={{ width: each.width, left, background: ground }}
              onClick={() => props.onActive(each.id)}
              onDoubleClick={() => props.onBegin(each.id)}
            >
              {each.id === "name" && (
                <span className={props.indented ? "runs-check indented" : "runs-check"}>
                  <Checkbox
                    checked={props.selected}
                    label={t.runs.select(run.name)}
                    onChange={() => undefined}
                    onClick={(event) => {
                      event.stopPropagation();
                      props.onSelect(!props.selected, event.shiftKey);
                    }}
                  />
                </span>
              )}
              {edit?.field === each.id && isEditable(each.id) ? (
                <CellEditor
                  edit={edit}
                  label={editing[each.id]}
                  placeholder={each.id === "tags" ? t.runs.tagsPlaceholder : t.runs.notesPlaceholder}
                  onChange={props.onDraft}
                  onCommit={props.onCommit}
                  onCancel={props.onCancel}
                />
              ) : (
                <>
                  <Cell column={each} run={run} decimals={stats.decimals.get(each.id) ?? 0} curve={props.curve} />
                  {isEditable(each.id) && (
                    <IconButton
                      icon="edit"
                      small
                      className="runs-pencil"
                      label={editing[each.id]}
                      tabIndex={-1}
                      onClick={(event) => {
                        event.stopPropagation();
                        props.onBegin(each.id);
                      }}
                    />
                  )}
                </>
              )}
            </div>
          );
        }}
      />
    );
  },
  (a, b) =>
    a.run === b.run &&
    a.top === b.top &&
    a.height === b.height &&
    a.selected === b.selected &&
    a.active === b.active &&
    a.curve === b.curve &&
    a.edit === b.edit &&
    a.heatField === b.heatField &&
    a.stats === b.stats &&
    a.indented === b.indented &&
    a.before === b.before &&
    sameColumns(a, b),
);

function sameColumns(a: LineProps, b: LineProps): boolean {
  return (
    a.shownColumns.length === b.shownColumns.length &&
    a.shownColumns.every((item, place) => item.index === b.shownColumns[place]?.index) &&
    same(a.pinned, b.pinned) &&
    same(a.free, b.free)
  );
}

function same(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every((each, place) => each.id === b[place]?.id && each.width === b[place]?.width);
}

function GroupLine(
  props: LineProps & { group: Group; selected: boolean; onToggle: () => void; onSelect: (on: boolean) => void },
) {
  const t = useText();
  const { group, stats } = props;
  return (
    <Line
      line={props}
      className="group"
      selected={false}
      cell={(each, { left, last }) => (
        <div
          key={each.id}
          role="gridcell"
          tabIndex={-1}
          className={`runs-td${isRight(each, stats.numeric) ? " right num" : ""}${left !== undefined ? " sticky" : ""}${last ? " edge" : ""}${props.active === each.id ? " active" : ""}`}
          style={{ width: each.width, left }}
          onClick={each.id === "name" ? props.onToggle : undefined}
        >
          {each.id === "name" ? (
            <span className="runs-name">
              <Checkbox
                checked={props.selected}
                label={t.runs.select(group.label)}
                onChange={props.onSelect}
                onClick={(event) => event.stopPropagation()}
              />
              <Icon name={group.open ? "down" : "right"} small />
              <span className="cut">{group.label}</span>
              <span className="ui-count">{group.runs.length}</span>
            </span>
          ) : (
            <GroupCell column={each} group={group} decimals={stats.decimals.get(each.id) ?? 0} />
          )}
        </div>
      )}
    />
  );
}

function GroupCell({ column: each, group, decimals }: { column: Column; group: Group; decimals: number }) {
  const t = useText();
  if (each.id === "state") {
    const state = (["running", "failed", "crashed", "killed"] as const).find((each) =>
      group.runs.some((run) => run.state === each),
    );
    const n = group.runs.filter((run) => run.state === state).length;
    return <span className="t3 cut">{state ? `${n} ${t.common.states[state].toLowerCase()}` : ""}</span>;
  }
  if (each.kind === "run" || each.id === TREND) return null;
  const same = common(group.runs, each.id);
  const one = asNumber(same);
  if (same !== undefined && same !== null && each.kind === "config")
    return <span className="cut">{one === null ? oneLine(same) : inColumn(one, decimals)}</span>;
  const found = spread(group.runs, each.id);
  if (!found) return <span className="t3">—</span>;
  const text = inColumn(found.mean, decimals);
  if (found.sigma === null) return <span>{text}</span>;
  return (
    <span className="cut" title={`${text} ± ${number(found.sigma, 4)} (${found.n})`}>
      {text} <span className="runs-sigma">± {number(found.sigma, 2)}</span> <span className="t3">({found.n})</span>
    </span>
  );
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
