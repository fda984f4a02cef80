/** The rows and columns in sight, and moving among their cells by mouse and keys. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ClipboardEvent, type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { AddressOf } from "@/media/source";
import { Icon } from "@/ui";
import { linesText } from "@/ui/csv";
import { count, inColumn, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Cell } from "./Cell";
import { type Column, isMediaColumn, widthOf } from "./columns";
import { CHANGE } from "./comparing";
import { type Facts, factsOf } from "./facts";
import { withFilter } from "./filters";
import { type Group, type Line, spreadOf } from "./groups";
import { HeadCell } from "./HeadCell";
import type { Height, Look } from "./look";
import { groundOf, spanOf } from "./paint";
import { blockOf, type Selection, stepped } from "./selection";
import type { Row } from "./table";
import type { Pipeline } from "./usePipeline";

const NUMBER_PX = 56;
const HEAD_PX = 78;
const LOW_HEAD_PX = 28;
const GROUP_PX = 34;
const HEIGHTS: Record<Height, { plain: number; media: number }> = {
  low: { plain: 24, media: 24 },
  middle: { plain: 28, media: 64 },
  high: { plain: 68, media: 140 },
};

export interface GridProps {
  made: Pipeline;
  look: Look;
  change: (part: Partial<Look>) => void;
  /** Where the files of a column's media are. */
  addressFor: (column: Column) => AddressOf;
  /** Heads say names alone. */
  compact: boolean;
  onToggle: (key: string) => void;
}

export function Grid({ made, look, change, addressFor, compact, onToggle }: GridProps) {
  const t = useText().tables;
  const { shown, lines, rows, left } = made;
  const box = useRef<HTMLDivElement>(null);
  const [widths, setWidths] = useState<Record<string, number>>({});
  const [selection, setSelection] = useState<Selection | null>(null);
  const dragging = useRef(false);
  const narrow = useNarrow(box);
  const hasMedia = shown.some(isMediaColumn);
  const rowPx = HEIGHTS[look.height][hasMedia ? "media" : "plain"];
  const groupPx = look.height === "low" ? rowPx : GROUP_PX;
  const headPx = compact ? LOW_HEAD_PX : HEAD_PX;

  const natural = useMemo(
    () =>
      new Map(
        made.columns.map((column) => [
          column.id,
          widthOf(column, rows) * (look.height === "high" && column.kind === "image" ? 1.4 : 1),
        ]),
      ),
    [made.columns, rows, look.height],
  );
  const widthFor = useCallback(
    (column: Column) =>
      widths[column.id] ??
      Math.min(natural.get(column.id) ?? 120, narrow ? 220 : 900) + (column.other && column.kind === "number" ? 64 : 0),
    [widths, natural, narrow],
  );
  const pins = narrow ? 0 : made.pins;
  const pinned = shown.slice(0, pins);
  const free = shown.slice(pins);
  const pinnedPx = NUMBER_PX + pinned.reduce((sum, column) => sum + widthFor(column), 0);
  const totalPx = pinnedPx + free.reduce((sum, column) => sum + widthFor(column), 0);

  const vertical = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (place) => (lines[place]?.kind === "group" ? groupPx : rowPx),
    overscan: 6,
    useFlushSync: false,
    scrollMargin: headPx,
  });
  const horizontal = useVirtualizer({
    horizontal: true,
    count: free.length,
    getScrollElement: () => box.current,
    estimateSize: (place) => (free[place] ? widthFor(free[place]) : 100),
    overscan: 2,
    useFlushSync: false,
    scrollMargin: pinnedPx,
  });
  const shape = shown.map((column) => `${column.id}:${widthFor(column)}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when they change.
  useEffect(() => {
    vertical.measure();
    horizontal.measure();
  }, [rowPx, shape, pins, lines]);

  const facts = useFacts(made.columns, rows);
  const columnsInSight = horizontal.getVirtualItems();
  const before = columnsInSight[0] ? columnsInSight[0].start - pinnedPx : 0;
  const seen = columnsInSight.flatMap((item) => free[item.index] ?? []);

  // what was chosen stood in lines that are other ones now
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines or columns end the choice.
  useEffect(() => setSelection(null), [lines, shape]);

  const block = selection && blockOf(selection);
  const choose = (line: number, column: number, extend: boolean) =>
    setSelection((now) => {
      const to = { line, column };
      return extend && now ? { from: now.from, to } : { from: to, to };
    });
  const open = (line: Line | undefined) => {
    if (line?.kind === "group") onToggle(line.key);
    else if (line) change({ row: line.row });
  };
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const at = selection?.to ?? { line: 0, column: 0 };
    if (event.key === "Escape" && selection) {
      event.stopPropagation();
      setSelection(null);
      return;
    }
    if (event.key === "Enter" && selection) {
      event.preventDefault();
      open(lines[at.line]);
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "a") {
      event.preventDefault();
      setSelection({ from: { line: 0, column: 0 }, to: { line: lines.length - 1, column: shown.length - 1 } });
      return;
    }
    const page = Math.max(1, Math.floor(((box.current?.clientHeight ?? 300) - headPx) / rowPx) - 1);
    const to = stepped(at, event.key, event.ctrlKey || event.metaKey, lines.length, shown.length, page);
    if (!to || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    choose(selection ? to.line : at.line, selection ? to.column : at.column, event.shiftKey);
    vertical.scrollToIndex(to.line);
    if (to.column >= pins) horizontal.scrollToIndex(to.column - pins);
  };
  const copy = (event: ClipboardEvent) => {
    if (!block || window.getSelection()?.toString()) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", tsvOf(block, lines, shown, rows));
  };

  const head = (column: Column, at?: number) => (
    <HeadCell
      key={column.id}
      column={column}
      width={widthFor(column)}
      left={at}
      facts={compact ? null : facts(column)}
      rows={rows}
      remaining={left}
      look={look}
      change={change}
      shown={shown}
      onFilter={(id, filter) => change({ filters: withFilter(look.filters, id, filter) })}
      onWidth={(id, width) => setWidths((old) => ({ ...old, [id]: width }))}
      onFit={(id) => setWidths(({ [id]: _, ...others }) => others)}
    />
  );
  let edge = NUMBER_PX;
  const pinnedAt = pinned.map((column) => {
    const at = edge;
    edge += widthFor(column);
    return { column, at };
  });

  return (
    <div
      className={`tb-grid num ${look.height}`}
      ref={box}
      role="grid"
      aria-rowcount={lines.length}
      aria-colcount={shown.length}
      aria-multiselectable="true"
      tabIndex={0}
      aria-label={t.grid}
      onKeyDown={press}
      onCopy={copy}
      onPointerUp={() => {
        dragging.current = false;
      }}
    >
      <div className="tb-head" role="row" tabIndex={-1} style={{ width: totalPx, height: headPx }}>
        <span className="tb-number sticky" role="columnheader" tabIndex={-1} style={{ width: NUMBER_PX, left: 0 }}>
          {t.rowNumber}
        </span>
        {pinnedAt.map(({ column, at }) => head(column, at))}
        <span role="presentation" style={{ width: before, flex: "none" }} />
        {seen.map((column) => head(column))}
      </div>
      <div className="tb-rows" style={{ height: vertical.getTotalSize(), width: totalPx }}>
        {vertical.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          const style = {
            transform: `translateY(${item.start - headPx}px)`,
            width: totalPx,
            height: item.size,
          };
          if (line.kind === "group")
            return (
              <GroupRow
                key={line.key}
                group={line}
                style={style}
                columns={[...pinned, ...seen]}
                pins={pins}
                before={before}
                widthFor={widthFor}
                rows={rows}
                onToggle={onToggle}
              />
            );
          const row = rows[line.row] ?? [];
          const change_ = row[0];
          const cell = (column: Column, at: number, sticky?: number) => {
            const width = widthFor(column);
            const value = row[column.place];
            const chosen =
              block !== null &&
              item.index >= block.top &&
              item.index <= block.bottom &&
              at >= block.left &&
              at <= block.right;
            const differs = column.other !== undefined && change_ === "changed" && made.differs(row, column);
            return (
              <span
                key={column.id}
                role="gridcell"
                tabIndex={-1}
                aria-selected={chosen}
                className={cellClass(column, chosen, sticky !== undefined, differs)}
                style={{ width, left: sticky, ...groundOf(look.paint, column, value, spanOf(column, facts)) }}
                onPointerDown={(event) => {
                  if (event.button !== 0) return;
                  dragging.current = true;
                  choose(item.index, at, event.shiftKey);
                }}
                onPointerEnter={(event) => {
                  if (dragging.current && event.buttons === 1) choose(item.index, at, true);
                }}
                onDoubleClick={() => change({ row: line.row })}
              >
                <Cell
                  column={column}
                  value={value}
                  other={column.other === undefined ? undefined : row[column.other]}
                  search={look.search}
                  addressOf={addressFor(column)}
                  width={width}
                  height={rowPx}
                />
              </span>
            );
          };
          const marks = CHANGE_CLASS.has(String(change_)) && made.columns[0]?.name === CHANGE ? ` ${change_}` : "";
          return (
            <div
              key={line.row}
              className={`tb-row${look.row === line.row ? " on" : ""}${marks}`}
              role="row"
              tabIndex={-1}
              style={style}
            >
              <span role="rowheader" tabIndex={-1} className="tb-number sticky" style={{ width: NUMBER_PX, left: 0 }}>
                <button
                  type="button"
                  tabIndex={-1}
                  title={t.openRow}
                  aria-label={`${t.openRow} ${count(line.row)}`}
                  onClick={() => change({ row: line.row })}
                >
                  <span>{count(line.row)}</span>
                  <Icon name="full" small />
                </button>
              </span>
              {pinnedAt.map(({ column, at }, place) => cell(column, place, at))}
              <span role="presentation" style={{ width: before, flex: "none" }} />
              {columnsInSight.map(({ index }) => {
                const column = free[index];
                return column && cell(column, pins + index);
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const CHANGE_CLASS = new Set(["added", "removed", "changed", "same"]);

function cellClass(column: Column, chosen: boolean, sticky: boolean, differs: boolean): string {
  const names = ["tb-cell", column.kind];
  if (column.theirs) names.push("theirs");
  if (chosen) names.push("chosen");
  if (sticky) names.push("sticky");
  if (differs) names.push("differs");
  return names.join(" ");
}

interface GroupRowProps {
  group: Group;
  style: React.CSSProperties;
  columns: readonly Column[];
  pins: number;
  before: number;
  widthFor: (column: Column) => number;
  rows: readonly Row[];
  onToggle: (key: string) => void;
}

/** A group: its value, how many rows it has, and of each column of numbers the mean over the least and the greatest. */
function GroupRow({ group, style, columns, pins, before, widthFor, rows, onToggle }: GroupRowProps) {
  const t = useText().tables;
  const { value, depth, column: by } = group;
  let edge = NUMBER_PX;
  const cell = (column: Column, sticky: boolean) => {
    const left = edge;
    edge += widthFor(column);
    const spread = column.kind === "number" ? spreadOf(group.rows, rows, column.place) : null;
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

/** Facts of columns, told when they are first asked for. */
function useFacts(columns: readonly Column[], rows: readonly Row[]): (column: Column) => Facts {
  return useMemo(() => {
    const known = new Map<string, Facts>();
    void columns;
    return (column: Column) => {
      const found = known.get(column.id) ?? factsOf(column, rows);
      known.set(column.id, found);
      return found;
    };
  }, [columns, rows]);
}

/** Whether there is too little room for columns that stay. */
function useNarrow(box: React.RefObject<HTMLDivElement | null>): boolean {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => setNarrow((entry?.contentRect.width ?? 900) < 520));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [box]);
  return narrow;
}

/** The cells of a block as a spreadsheet takes them; of several, with the names of their columns. */
function tsvOf(
  { top, bottom, left, right }: ReturnType<typeof blockOf>,
  lines: readonly Line[],
  shown: readonly Column[],
  rows: readonly Row[],
): string {
  const columns = shown.slice(left, right + 1);
  const cells = lines
    .slice(top, bottom + 1)
    .flatMap((line) => (line.kind === "row" ? [columns.map(({ place }) => rows[line.row]?.[place])] : []));
  if (cells.length === 1 && columns.length === 1) return linesText(cells, "\t").trimEnd();
  return linesText([columns.map(({ id }) => id), ...cells], "\t");
}
