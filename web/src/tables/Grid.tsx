/** The rows and columns in sight, and moving among their cells by mouse and keys. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ClipboardEvent, type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { AddressOf } from "@/media/source";
import { linesText } from "@/ui/csv";
import { useText } from "@/ui/text";
import { type Column, isMediaColumn, widthOf } from "./columns";
import { CHANGE } from "./comparing";
import type { Line } from "./groups";
import { HeadCell } from "./HeadCell";
import type { Height, Look } from "./look";
import { GroupRow, NUMBER_PX, type RowActs, RowView } from "./Rows";
import { blockOf, type Selection, stepped } from "./selection";
import type { Row } from "./table";
import { useFacts } from "./useFacts";
import type { Pipeline } from "./usePipeline";

const NO_CELLS: Row = [];
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
  const pinned = useMemo(() => shown.slice(0, pins), [shown, pins]);
  const free = useMemo(() => shown.slice(pins), [shown, pins]);
  const pinnedPx = NUMBER_PX + pinned.reduce((sum, column) => sum + widthFor(column), 0);
  const totalPx = pinnedPx + free.reduce((sum, column) => sum + widthFor(column), 0);

  const vertical = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: (place) => (lines[place]?.kind === "group" ? groupPx : rowPx),
    overscan: 5,
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

  const columnsInSight = horizontal.getVirtualItems();
  const before = columnsInSight[0] ? columnsInSight[0].start - pinnedPx : 0;
  const first = columnsInSight[0]?.index ?? 0;
  const end = (columnsInSight.at(-1)?.index ?? -1) + 1;
  const seen = useMemo(() => free.slice(first, end), [free, first, end]);
  const inSight = useMemo(() => [...pinned, ...seen], [pinned, seen]);
  const seenAt = useMemo(() => {
    let edge = pinnedPx + before;
    return seen.map((column) => {
      const at = edge;
      edge += widthFor(column);
      return { column, at };
    });
  }, [seen, before, pinnedPx, widthFor]);
  const facts = useFacts(made.columns, rows, inSight);

  // what was chosen stood in lines that are other ones now
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines or columns end the choice.
  useEffect(() => setSelection(null), [lines, shape]);

  const block = selection && blockOf(selection);
  const choose = useCallback(
    (line: number, column: number, extend: boolean) =>
      setSelection((now) => {
        const to = { line, column };
        return extend && now ? { from: now.from, to } : { from: to, to };
      }),
    [],
  );
  // rows are kept between renders, and so is what they call
  const act = useMemo(
    (): RowActs => ({
      down: (line, column, extend) => {
        dragging.current = true;
        choose(line, column, extend);
      },
      over: (line, column) => dragging.current && choose(line, column, true),
      open: (row) => change({ row }),
    }),
    [choose, change],
  );
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

  const onWidth = useCallback(
    (id: string, width: number | null) =>
      setWidths(({ [id]: _, ...others }) => (width === null ? others : { ...others, [id]: width })),
    [],
  );
  const head = (column: Column, at?: number) => (
    <HeadCell
      key={column.id}
      column={column}
      width={widthFor(column)}
      left={at}
      facts={facts.told(column)}
      compact={compact}
      rows={rows}
      remaining={left}
      look={look}
      change={change}
      shown={shown}
      onWidth={onWidth}
    />
  );
  const pinnedAt = useMemo(() => {
    let edge = NUMBER_PX;
    return pinned.map((column) => {
      const at = edge;
      edge += widthFor(column);
      return { column, at };
    });
  }, [pinned, widthFor]);

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
            top: item.start - headPx,
            width: totalPx,
            height: item.size,
          };
          if (line.kind === "group")
            return (
              <GroupRow
                key={line.key}
                group={line}
                style={style}
                columns={inSight}
                pins={pins}
                before={before}
                widthFor={widthFor}
                rows={rows}
                onToggle={onToggle}
              />
            );
          const inBlock = block !== null && item.index >= block.top && item.index <= block.bottom;
          return (
            <RowView
              key={line.row}
              row={rows[line.row] ?? NO_CELLS}
              number={line.row}
              line={item.index}
              top={item.start - headPx}
              height={rowPx}
              width={totalPx}
              pinned={pinnedAt}
              seen={seenAt}
              first={pins + first}
              widthFor={widthFor}
              addressFor={addressFor}
              from={inBlock ? block.left : -1}
              to={inBlock ? block.right : -1}
              on={look.row === line.row}
              compares={made.columns[0]?.name === CHANGE}
              paint={look.paint}
              facts={facts.now}
              search={look.search}
              act={act}
            />
          );
        })}
      </div>
    </div>
  );
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
