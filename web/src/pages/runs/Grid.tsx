/** The table itself: rows and columns both virtual, header and pinned columns standing still. */
import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Run, Sort } from "@/api/types";
import { fieldOf } from "@/state/fields";
import { runToken } from "@/theme/colours";
import { useRowHeight } from "@/theme/density";
import { Checkbox, copyText, type MenuItem, toast } from "@/ui";
import { oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { isRight } from "./Cell";
import { type Column, column, type Layout, TREND } from "./columns";
import { csvText } from "./csv";
import { beginEdit, type CellEdit, isEditable } from "./editing";
import { GroupLine, type GroupSays } from "./GroupLine";
import { HeadCell, KindBand } from "./HeadCell";
import type { Goal } from "./heat";
import { WaitingLine } from "./lines";
import { RunLine } from "./RunLine";
import { lineAt, type TableLine } from "./segments";
import { slotsOf, useSight } from "./sight";
import { columnStats, NO_STATS, type Stats } from "./stats";
import { useTrends } from "./trend";
import { MOST } from "./useSelection";
import type { Table } from "./useTable";

const STEP = 16;
const HEAD_PX = 50;
const GROUP_CELL_PX = 156;
const DELTA_PX = 56;
/** The word in the head that says which value of a metric it is. */
const VALUE_PX = 28;

export interface GridProps {
  entity: string;
  project: string;
  table: Table;
  layout: Layout;
  widths: Readonly<Record<string, number>>;
  sorting: readonly Sort[];
  trendKey: string | null;
  isMetric: (id: string) => boolean;
  heated: ReadonlySet<string>;
  goalOf: (id: string) => Goal | null;
  baseline: Run | null;
  says: GroupSays;
  /** By id; the selected runs need not be in sight. */
  selected: ReadonlyMap<string, Run>;
  onSelect: (runs: readonly Run[], on: boolean) => void;
  onSelectAll: (on: boolean) => void;
  onRange: (first: number, last: number) => void;
  onSeen: (columns: ReadonlySet<string>) => void;
  onSort: (field: string, more: boolean) => void;
  onLayout: (layout: Layout) => void;
  onMove: (id: string, target: string) => void;
  onWidth: (id: string, width: number) => void;
  onEdit: (edit: CellEdit) => void;
  onToggleGroup: (id: string) => void;
  onOpen: (run: Run) => void;
  /** The run whose line the keyboard stands in, for what is told of it beside the table. */
  onAt: (run: Run | null) => void;
  columnMenu: (id: string) => MenuItem[];
  rowMenu: (run: Run) => ReactNode;
}

export function Grid(props: GridProps) {
  const { table, layout, widths, selected, onRange, baseline } = props;
  const { lines } = table;
  const t = useText();
  const rowPx = useRowHeight();
  const box = useRef<HTMLDivElement>(null);
  const [edit, setEdit] = useState<CellEdit | null>(null);
  const [active, setActive] = useState<{ row: number; column: string } | null>(null);
  const anchor = useRef<number | null>(null);
  const slots = useRef<ReadonlyMap<string, number>>(new Map());
  const narrow = useNarrow();

  const known = useRef({ order: layout.order, looked: new WeakSet<readonly Run[]>(), stats: NO_STATS });
  const stats = useMemo(() => {
    if (known.current.order !== layout.order)
      known.current = { order: layout.order, looked: new WeakSet(), stats: NO_STATS };
    const { looked, stats: before } = known.current;
    const fresh = table.blocks.filter((block) => !looked.has(block));
    for (const block of fresh) looked.add(block);
    const next = columnStats(fresh.flat(), layout.order, table.spans, before);
    if (!sameStats(before, next)) known.current.stats = next;
    return known.current.stats;
  }, [table.blocks, layout.order, table.spans]);
  const grouped = table.groups !== null;
  const hasBaseline = baseline !== null;
  const { isMetric } = props;
  const { pinned, free } = useMemo(() => {
    const sized = (id: string): Column => {
      const each = column(id);
      const width = widths[id] ?? each.width;
      if (narrow && id === "name") return { ...each, width: Math.min(width, 168) };
      if (id in widths) return { ...each, width };
      // a group's cell holds a mean, its spread and a count; beside a baseline stands how far it is
      const span = grouped ? stats.spans.get(id) : undefined;
      const spread = span && span[0] !== span[1] ? Math.max(width, GROUP_CELL_PX) : width;
      const delta = hasBaseline && each.kind === "summary" && stats.numeric.has(id) ? DELTA_PX : 0;
      const tag = isMetric(id) ? VALUE_PX : 0;
      return { ...each, width: Math.max(spread, width + tag) + delta };
    };
    const stands = (id: string) => id === "name" || (!narrow && layout.pinned.includes(id));
    const rest = layout.order.filter((id) => !stands(id));
    const still = narrow ? [] : layout.pinned.filter((id) => id !== "name" && layout.order.includes(id));
    return { pinned: ["name", ...still].map(sized), free: rest.map(sized) };
  }, [layout, widths, narrow, grouped, hasBaseline, stats, isMetric]);
  const pinnedPx = pinned.reduce((sum, each) => sum + each.width, 0);

  const edges = useMemo(() => {
    const found = [0];
    for (const each of free) found.push((found.at(-1) ?? 0) + each.width);
    return found;
  }, [free]);
  const { sight, show } = useSight(box, { count: lines.count, linePx: rowPx, headPx: HEAD_PX, pinnedPx, edges });
  const [firstRow, lastRow] = sight.lines;
  const [firstColumn, lastColumn] = sight.columns;
  useEffect(() => onRange(firstRow, Math.max(firstRow, lastRow)), [firstRow, lastRow, onRange]);

  const hasTrend = layout.order.includes(TREND);
  const trends = useTrends(props.entity, props.project, hasTrend ? props.trendKey : null, table.blocks);

  const before = edges[firstColumn] ?? 0;
  const totalPx = pinnedPx + (edges.at(-1) ?? 0);
  const shown = useMemo(() => free.slice(firstColumn, lastColumn + 1), [free, firstColumn, lastColumn]);
  // told in steps, so that not every column that comes in sight draws the page anew
  const [from, to] = [Math.floor(firstColumn / STEP) * STEP, (Math.floor(Math.max(0, lastColumn) / STEP) + 1) * STEP];
  const { onSeen } = props;
  useEffect(
    () => onSeen(new Set([...pinned, ...free.slice(from, to)].map((each) => each.id))),
    [pinned, free, from, to, onSeen],
  );
  const columns = useMemo(() => [...pinned, ...free], [pinned, free]);

  // lines are kept between renders, so what they call looks at what is true by then
  const { onAt } = props;
  const now = useRef({ table, selected, onAt });
  now.current = { table, selected, onAt };
  const select = async (row: number, on: boolean, range: boolean) => {
    const from = range && anchor.current !== null ? anchor.current : row;
    anchor.current = row;
    const line = lineAt(now.current.table.lines, row);
    if (from === row && line?.kind === "group")
      props.onSelect(await now.current.table.collectAll(line.group, MOST), on);
    else props.onSelect(await now.current.table.collect(Math.min(from, row), Math.max(from, row)), on);
  };

  const commit = () => {
    if (edit) props.onEdit(edit);
    setEdit(null);
    box.current?.focus({ preventScroll: true });
  };
  const runAt = (row: number): Run | undefined => {
    const line = lineAt(lines, row);
    return line ? table.runOf(line) : undefined;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== box.current) return;
    const at = active ?? { row: -1, column: columns[0]?.id ?? "name" };
    const place = columns.findIndex((each) => each.id === at.column);
    const go = (row: number, to: number) => {
      event.preventDefault();
      const next = {
        row: Math.max(0, Math.min(lines.count - 1, row)),
        column: columns[Math.max(0, Math.min(columns.length - 1, to))]?.id ?? "name",
      };
      setActive(next);
      props.onAt(runAt(next.row) ?? null);
      show(
        next.row,
        free.findIndex((each) => each.id === next.column),
      );
    };
    const line = lineAt(lines, at.row);
    const run = runAt(at.row);
    const whole = event.ctrlKey || event.metaKey;
    if (event.key === "ArrowDown") go(at.row + 1, place);
    else if (event.key === "ArrowUp") go(at.row - 1, place);
    else if (event.key === "ArrowRight") go(Math.max(0, at.row), place + 1);
    else if (event.key === "ArrowLeft") go(Math.max(0, at.row), place - 1);
    else if (event.key === "Home") go(whole ? 0 : Math.max(0, at.row), 0);
    else if (event.key === "End") go(whole ? lines.count - 1 : Math.max(0, at.row), columns.length - 1);
    else if (event.key === "PageDown") go(at.row + 20, place);
    else if (event.key === "PageUp") go(at.row - 20, place);
    else if (event.key === "Escape") {
      setActive(null);
      props.onAt(null);
    } else if (event.key === " " && line) {
      event.preventDefault();
      void select(at.row, run ? !selected.has(run.id) : !allOf(line), event.shiftKey);
    } else if (event.key === "Enter" && line) {
      event.preventDefault();
      if (line.kind === "group") props.onToggleGroup(line.group.id);
      else if (run && isEditable(at.column) && at.column !== "name") setEdit(beginEdit(run, at.column));
      else if (run) props.onOpen(run);
    } else if (event.key === "F2" && run && isEditable(at.column)) {
      event.preventDefault();
      setEdit(beginEdit(run, at.column));
    } else if (whole && event.key === "a") {
      event.preventDefault();
      props.onSelectAll(true);
    } else if (whole && event.key === "c" && line && !window.getSelection()?.toString()) {
      event.preventDefault();
      const fields = layout.order.filter((id) => id !== TREND);
      const text =
        selected.size > 0
          ? csvText([...selected.values()], fields, "\t")
          : run
            ? String(oneLine(fieldOf(run, at.column)))
            : line.kind === "group"
              ? line.group.name
              : "";
      void copyText(text).then((done) => done && toast(t.runs.copied(selected.size)));
    }
  };

  /** As far as is known: of a group that is folded, whether as many runs as it has are selected. */
  const allOf = (line: TableLine): boolean => {
    if (line.kind === "run") return false;
    const { path, runs } = line.group;
    let n = 0;
    for (const run of selected.values())
      if (path.every(({ field, value }) => sameValue(fieldOf(run, field), value))) n += 1;
    return n > 0 && n >= Math.min(runs, MOST);
  };

  const drawn = drawnIn(table, firstRow, lastRow);
  slots.current = slotsOf(
    slots.current,
    drawn.map((each) => each.id),
  );
  const all = table.total > 0 && selected.size >= Math.min(table.total, MOST);
  return (
    <div
      ref={box}
      className={`runs-grid${table.stale ? " stale" : ""}`}
      role="grid"
      aria-label={t.runs.title}
      aria-rowcount={lines.count}
      aria-colcount={columns.length}
      aria-busy={table.stale}
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-scrolled={sight.scrolled || undefined}
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
                    checked={all ? true : selected.size > 0 ? "indeterminate" : false}
                    label={t.runs.selectAll}
                    onChange={(on) => props.onSelectAll(on)}
                  />
                ) : null
              }
            />
          ))}
          <span style={{ width: before, flex: "none" }} />
          {shown.map((each) => (
            <HeadCell key={each.id} {...props} column={each} right={isRight(each, stats.numeric)} />
          ))}
        </div>
      </div>
      <div
        className="runs-body"
        style={{ height: lines.count * rowPx, width: totalPx, "--runs-line": `${rowPx - 1}px` } as CSSProperties}
        role="rowgroup"
      >
        {drawn.map(({ id, index, line, run }) => {
          const key = slots.current.get(id);
          const common = {
            top: index * rowPx,
            height: rowPx,
            index,
            depth: line.depth,
            active: active?.row === index ? active.column : null,
            pinned,
            shown,
            before,
            stats,
          };
          if (line.kind === "group")
            return (
              <GroupLine
                key={key}
                {...common}
                group={line.group}
                open={line.open}
                says={props.says}
                selected={allOf(line)}
                onToggle={() => props.onToggleGroup(line.group.id)}
                onSelect={(on) => void select(index, on, false)}
              />
            );
          if (!run) return <WaitingLine key={key} {...common} />;
          return (
            <RunLine
              key={key}
              {...common}
              run={run}
              token={runToken(run)}
              selected={selected.has(run.id)}
              curve={trends.get(run.id)}
              heated={props.heated}
              goalOf={props.goalOf}
              baseline={baseline}
              edit={edit?.run === run.id ? edit : null}
              menu={props.rowMenu}
              onActive={(id) => {
                setActive({ row: index, column: id });
                now.current.onAt(run);
              }}
              onSelect={(on, range) => void select(index, on, range)}
              onBegin={(id) => isEditable(id) && setEdit(beginEdit(run, id))}
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
    </div>
  );
}

/** The lines in sight, each with a name that it keeps wherever it stands. */
function drawnIn({ lines, runOf }: Table, first: number, last: number) {
  return Array.from({ length: Math.max(0, Math.min(last, lines.count - 1) - first + 1) }, (_, place) => {
    const index = first + place;
    const line = lineAt(lines, index);
    if (!line) return [];
    const run = line.kind === "run" ? runOf(line) : undefined;
    const own = line.kind === "group" ? line.group.id : run ? `${line.group?.id ?? ""} ${run.id}` : `waiting ${index}`;
    return [{ id: own, index, line, run }];
  }).flat();
}

function sameValue(a: unknown, b: unknown): boolean {
  const none = (value: unknown) => value === undefined || value === null;
  if (none(a) || none(b)) return none(a) && none(b);
  // a run is in the group of each of its tags
  if (Array.isArray(a) && !Array.isArray(b)) return a.includes(b);
  return JSON.stringify(a) === JSON.stringify(b);
}

function sameStats(a: Stats, b: Stats): boolean {
  return (
    a.numeric.size === b.numeric.size &&
    [...b.numeric].every((id) => {
      const [one, other] = [a.spans.get(id), b.spans.get(id)];
      return (
        a.numeric.has(id) &&
        a.decimals.get(id) === b.decimals.get(id) &&
        one?.[0] === other?.[0] &&
        one?.[1] === other?.[1]
      );
    })
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
