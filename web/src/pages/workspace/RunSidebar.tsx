import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Run } from "@/api/types";
import { useBoard } from "@/panels/board";
import { standsBack } from "@/panels/chosen";
import { regexProblem } from "@/panels/search";
import { fieldOf, nameOf } from "@/state/fields";
import { type Grouping, innermost, type RunGroup } from "@/state/groups";
import { usePins } from "@/state/pins";
import { useStore } from "@/state/store";
import type { ChangeOptions } from "@/state/useAddress";
import { flip, isShown, MOST_PINNED, type RunView, writeList } from "@/state/view";
import { Button, EmptyState, ErrorState, Icon, IconButton, Menu, Search, Skeleton, StateMark, Tag } from "@/ui";
import { useText } from "@/ui/text";
import { ago, useNow } from "@/ui/times";
import { ColourDot, RunMenu } from "./RunMenu";
import { ColumnPicker, FilterButton, SortButton } from "./RunTools";
import { groupCell, type ListRow, listRows } from "./rows";
import { cellOf, columnWidth, decimalsOf, headOf, roomFor, tableAddress, usualColumns } from "./runs";
import type { SidebarWidth } from "./useSidebarWidth";

const ROW = 28;
/** How many runs are looked at to choose the columns that are shown by themselves. */
const LOOKED_AT = 50;

export interface RunSidebarProps {
  view: RunView;
  change: (change: Partial<RunView> | ((old: RunView) => Partial<RunView>), options?: ChangeOptions) => void;
  runs: readonly Run[];
  /** The groups of these runs and what colours them. */
  grouping: Grouping;
  total: number;
  all: number;
  shownCount: number;
  pending: boolean;
  error: unknown;
  retry: () => void;
  more: (() => void) | null;
  focused: string | null;
  /** Told which runs stand in the list, in its order. */
  order: { current: readonly string[] };
  toggle: (id: string) => void;
  only: (id: string) => void;
  sidebar: SidebarWidth;
  close: () => void;
}

/** The list of runs; also the legend of every chart. */
export function RunSidebar(props: RunSidebarProps) {
  const { view, change, runs, total, all, shownCount, pending, error, retry, more, focused, sidebar } = props;
  const words = useText();
  const t = words.workspace.runs;
  const navigate = useNavigate();
  const board = useBoard();
  const { entity, project } = board;
  const problem = regexProblem(view.search);
  const filtered = view.search !== "" || view.filters.length > 0;
  const [pins] = usePins(entity, project);
  // what stands still in the table is shown here, but for what only the table asks for
  const ofTable = useMemo(
    () => pins.filter((field) => /^(config|summary)\.|^(last_step|runtime_secs)$/.test(field)),
    [pins],
  );
  const chosen = useMemo(
    () => view.columns ?? (ofTable.length > 0 ? ofTable : usualColumns(runs.slice(0, LOOKED_AT))),
    [view.columns, ofTable, runs],
  );
  const grouped = view.group.length > 0;
  const shownColumns = useMemo(() => roomFor(chosen, sidebar.width, grouped), [chosen, sidebar.width, grouped]);
  const clear = () => change({ search: "", filters: [] }, { push: true });
  const widths = shownColumns.map((field, place) => ` ${columnWidth(field, grouped && place === 0)}px`);
  const grid = `20px 14px minmax(0,1fr)${widths.join("")}`;
  return (
    <aside className="rs-side" aria-label={t.title}>
      <div className="rs-head">
        <b>{t.title}</b>
        <span className="t3 num rs-count">{t.shown(shownCount, all)}</span>
        <span className="grow" />
        <IconButton
          icon="compare"
          small
          label={words.runList.compare}
          disabled={board.runs.length < 2}
          onClick={() =>
            void navigate({
              to: "/$entity/$project/compare",
              params: { entity, project },
              search: { runs: writeList(board.runs.map((run) => run.id)) } as never,
            })
          }
        />
        <IconButton
          icon="table"
          small
          label={t.table}
          onClick={() =>
            void navigate({
              to: "/$entity/$project/runs",
              params: { entity, project },
              search: tableAddress(view) as never,
            })
          }
        />
        <IconButton icon="left" small label={t.hideSidebar} className="ws-desk" onClick={sidebar.toggle} />
        <IconButton icon="x" small label={t.hideSidebar} className="ws-phone" onClick={props.close} />
      </div>
      <div className="rs-search">
        <Search
          className="grow"
          value={view.search}
          onChange={(search) => change({ search })}
          placeholder={t.search}
          invalid={problem !== null}
        />
        <FilterButton onAdd={(text) => change((old) => ({ filters: [...old.filters, text] }), { push: true })} />
        <SortButton view={view} change={change} />
      </div>
      {problem && <p className="rs-problem">{t.badRegex(problem)}</p>}
      {view.filters.length > 0 && (
        <div className="rs-chips">
          {view.filters.map((each) => (
            <Tag
              key={each}
              accent
              onRemove={() => change((old) => ({ filters: old.filters.filter((f) => f !== each) }), { push: true })}
            >
              {each}
            </Tag>
          ))}
        </div>
      )}
      {error !== null && error !== undefined && (
        <div className="rs-problem">
          <ErrorState error={error} onRetry={retry} inline />
        </div>
      )}
      <div className="rs-row rs-names" style={{ gridTemplateColumns: grid }}>
        <VisibilityMenu {...props} />
        <span />
        <button
          type="button"
          className="cut"
          onClick={() => change({ sort: { field: "name", descending: false } }, { push: true })}
        >
          {t.name}
        </button>
        {shownColumns.map((field) => {
          const sorted = view.sort.field === field;
          return (
            <button
              key={field}
              type="button"
              className={sorted ? "v on" : "v"}
              title={nameOf(field)}
              onClick={() =>
                change({ sort: { field, descending: sorted ? !view.sort.descending : true } }, { push: true })
              }
            >
              <span className="cut">{headOf(field)}</span>
              {sorted && <span>{view.sort.descending ? "↓" : "↑"}</span>}
            </button>
          );
        })}
        <ColumnPicker chosen={chosen} onChange={(cols) => change({ columns: cols })} />
      </div>
      {pending ? (
        <Skeleton rows={8} />
      ) : runs.length === 0 && !error ? (
        <EmptyState
          title={filtered ? t.noneMatch : t.none}
          action={filtered && <Button onClick={clear}>{t.clearAll}</Button>}
        >
          {filtered && t.noneMatchWhy(all - total)}
        </EmptyState>
      ) : (
        <List {...props} more={more} columns={shownColumns} grid={grid} focused={focused} />
      )}
      <ColourLegend grouping={props.grouping} />
      <div className="rs-foot num">
        <span>{t.matching(total, all)}</span>
        {view.group.length > 0 && runs.length < total && (
          <span title={words.runList.partWhy}>{words.runList.part(runs.length)}</span>
        )}
        <span className="grow" />
        <Updated runs={runs} />
      </div>
      <Resizer sidebar={sidebar} label={t.resize} />
    </aside>
  );
}

function VisibilityMenu({ change }: RunSidebarProps) {
  const t = useText().workspace.runs;
  const set = (rule: "first" | "all" | "none") => () => change({ visibility: { rule, flipped: [] } }, { push: true });
  return (
    <Menu
      trigger={<IconButton icon="eye" small label={t.visibility} />}
      items={[
        { id: "first", label: t.showFirst, onSelect: set("first") },
        { id: "all", label: t.showAll, onSelect: set("all") },
        { id: "none", label: t.hideAll, onSelect: set("none") },
      ]}
    />
  );
}

function Updated({ runs }: { runs: readonly Run[] }) {
  const t = useText().workspace.runs;
  const now = useNow();
  const last = Math.max(0, ...runs.map((run) => run.updated_at));
  return last > 0 ? <span>{t.updated(ago(last, Math.max(now, last)))}</span> : null;
}

type ListProps = RunSidebarProps & { columns: readonly string[]; grid: string };

function List(props: ListProps) {
  const t = useText().workspace.runs;
  const { runs, view, change, more, columns, grid, focused, toggle, only } = props;
  const board = useBoard();
  const { groups, tokenOf } = props.grouping;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  // a group has the colour its line has in the charts
  const tokens = useMemo(
    () => new Map(innermost(board.groups ?? []).map((group) => [group.id, group.token])),
    [board.groups],
  );
  const list = useMemo(() => listRows(runs, groups, closed), [runs, groups, closed]);
  useEffect(() => {
    props.order.current = list.flatMap((row) => (row.kind === "run" ? [row.id] : []));
  }, [list, props.order]);
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const decimals = useMemo(() => columns.map((field) => decimalsOf(runs, field)), [columns, runs]);
  const items = rows.getVirtualItems();
  const end = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (more && end >= list.length - 20) more();
  }, [more, end, list.length]);
  const at = list.findIndex((row) => row.id === focused);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: "auto" });
  }, [at, rows]);
  const places = useMemo(() => new Map(runs.map((run, place) => [run.id, place])), [runs]);
  const shows = (run: Run) => isShown(view.visibility, run.id, places.get(run.id) ?? 0);
  /** All of a group on, or all of it off. */
  const toggleGroup = (group: RunGroup, on: boolean) =>
    change(
      (old) => {
        const wrong = group.runs.filter((run) => isShown(old.visibility, run.id, places.get(run.id) ?? 0) !== on);
        const flipped = wrong.reduce<readonly string[]>((out, run) => flip(out, run.id), old.visibility.flipped);
        return { visibility: { ...old.visibility, flipped } };
      },
      { push: true },
    );
  const fold = (id: string) =>
    setClosed((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <div className="rs-list" ref={scroll} role="list" aria-label={t.title} tabIndex={0}>
      <div role="none" style={{ height: rows.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const row = list[item.index]!;
          if (row.kind === "group")
            return (
              <GroupRow
                key={row.id}
                row={row}
                top={item.start}
                grid={grid}
                columns={columns}
                decimals={decimals}
                token={tokens.get(row.id) ?? row.group.token}
                on={row.group.runs.some(shows)}
                toggle={toggleGroup}
                fold={fold}
              />
            );
          return (
            <Row
              key={row.id}
              run={row.run}
              depth={row.depth}
              top={item.start}
              grid={grid}
              columns={columns}
              decimals={decimals}
              token={tokenOf(row.run)}
              on={isShown(view.visibility, row.id, row.place)}
              pinned={view.pinned.includes(row.id)}
              focused={row.id === focused}
              toggle={toggle}
              only={only}
              change={change}
            />
          );
        })}
      </div>
    </div>
  );
}

interface GroupRowProps {
  row: ListRow & { kind: "group" };
  top: number;
  grid: string;
  columns: readonly string[];
  decimals: readonly number[];
  token: string;
  on: boolean;
  toggle: (group: RunGroup, on: boolean) => void;
  fold: (id: string) => void;
}

/** A group: its square, how many runs it has, and what they have in common. */
function GroupRow({ row, top, grid, columns, decimals, token, on, toggle, fold }: GroupRowProps) {
  const t = useText().runList;
  const board = useBoard();
  const { group, depth, open } = row;
  const hovered = useStore(board.hover, (id) => id === group.id);
  const back = useStore(board.chosen, (chosen) => standsBack(chosen, group.runs));
  const colour = `var(${token})`;
  const field = group.path.at(-1)?.field ?? "";
  return (
    <div
      className={`rs-row group${on ? "" : " hid"}${back ? " back" : ""}${hovered ? " hv" : ""}`}
      role="listitem"
      aria-label={group.name}
      style={
        {
          gridTemplateColumns: grid,
          transform: `translateY(${top}px)`,
          "--rc": colour,
          "--depth": depth,
        } as CSSProperties
      }
      onPointerEnter={() => board.hover.set(group.id)}
      onPointerLeave={() => board.hover.set(null)}
    >
      <button
        type="button"
        className="e"
        aria-label={on ? t.hideGroup : t.showGroup}
        aria-pressed={on}
        onClick={() => toggle(group, !on)}
      >
        <Icon name={on ? "eye" : "eyeOff"} small />
      </button>
      <span className="sw square" style={on ? { background: colour } : { borderColor: colour }} />
      <span className="n">
        <button
          type="button"
          className="cut"
          title={`${nameOf(field)}: ${group.name}`}
          aria-expanded={open}
          aria-label={`${group.name}: ${open ? t.fold : t.unfold}`}
          onClick={() => fold(group.id)}
        >
          {group.name} <span className="t3 num">{group.runs.length}</span>
          <Icon name={open ? "down" : "right"} small />
        </button>
      </span>
      {columns.map((each, i) => {
        const text = groupText(group.runs, each, decimals[i] ?? 0);
        return (
          <span key={each} className="v" title={`${nameOf(each)}: ${text}`}>
            {i === 0 ? text : text.replace(/ ±.*/, "")}
          </span>
        );
      })}
    </div>
  );
}

/** `7.57 ± .36`, both with as many decimals as the deviation has meaning; or the one value that all runs have. */
function groupText(runs: readonly Run[], field: string, decimals: number): string {
  const found = groupCell(runs, field);
  if (!found) return "";
  if ("value" in found) return cellOf(found.value, decimals).text;
  const meant = Math.min(Math.max(1 - Math.floor(Math.log10(found.deviation)), 0), 3);
  return `${cellOf(found.mean, meant).text} ± ${cellOf(found.deviation, meant).text.replace(/^0(?=\.)/, "")}`;
}

interface RowProps {
  run: Run;
  depth: number;
  top: number;
  grid: string;
  columns: readonly string[];
  decimals: readonly number[];
  token: string;
  on: boolean;
  pinned: boolean;
  focused: boolean;
  toggle: (id: string) => void;
  only: (id: string) => void;
  change: RunSidebarProps["change"];
}

const Row = memo(function Row(props: RowProps) {
  const { run, depth, top, grid, columns, decimals, token, on, pinned, focused, toggle, only, change } = props;
  const words = useText();
  const t = words.workspace.runs;
  const board = useBoard();
  const navigate = useNavigate();
  const hovered = useStore(board.hover, (id) => id === run.id);
  const back = useStore(board.chosen, (chosen) => standsBack(chosen, [run]));
  const isBase = board.baseline?.id === run.id;
  const open = () =>
    void navigate({
      to: "/$entity/$project/runs/$run",
      params: { entity: board.entity, project: board.project, run: run.id },
    });
  return (
    <div
      className={`rs-row${on ? "" : " hid"}${back ? " back" : ""}${hovered ? " hv" : ""}${focused ? " fc" : ""}`}
      role="listitem"
      aria-label={run.name}
      style={
        {
          gridTemplateColumns: grid,
          transform: `translateY(${top}px)`,
          "--rc": `var(${token})`,
          "--depth": depth,
        } as CSSProperties
      }
      onPointerEnter={() => board.hover.set(run.id)}
      onPointerLeave={() => board.hover.set(null)}
    >
      <button
        type="button"
        className="e"
        aria-label={on ? t.hide : t.show}
        aria-pressed={on}
        onClick={(event) => (event.altKey ? only(run.id) : toggle(run.id))}
      >
        <Icon name={on ? "eye" : "eyeOff"} small />
      </button>
      <ColourDot run={run} on={on} token={token} />
      <span className="n">
        <button type="button" className="cut" title={run.name} onClick={open}>
          {run.name}
        </button>
        <span className="end">
          <span className="tools">
            <RunMenu
              run={run}
              only={() => only(run.id)}
              isPinned={pinned}
              onPin={(pin) =>
                change(
                  (old) => ({
                    pinned: pin
                      ? [...old.pinned, run.id].slice(-MOST_PINNED)
                      : old.pinned.filter((each) => each !== run.id),
                  }),
                  { push: true },
                )
              }
              onBaseline={(base) => change({ baseline: base ? run.id : null }, { push: true })}
            />
          </span>
          {pinned && (
            <span className="state" title={words.runList.isPinned}>
              <Icon name="pin" small />
              <span className="sr-only">{words.runList.isPinned}</span>
            </span>
          )}
          {isBase && (
            <span className="state base" title={words.runList.isBaseline}>
              <Icon name="flag" small />
              <span className="sr-only">{words.runList.isBaseline}</span>
            </span>
          )}
          {run.state !== "finished" && (
            <span className="state" title={words.common.states[run.state]}>
              <StateMark state={run.state} />
              <span className="sr-only">{words.common.states[run.state]}</span>
            </span>
          )}
        </span>
      </span>
      {columns.map((field, i) => {
        const cell = cellOf(fieldOf(run, field), decimals[i] ?? 0);
        return (
          <span key={field} className={cell.odd ? "v odd" : "v"} title={`${nameOf(field)}: ${cell.text}`}>
            <span className="num-padded" data-pad={cell.pad}>
              {cell.text}
            </span>
          </span>
        );
      })}
    </div>
  );
});

/** What the colours mean, where a field decides them. */
function ColourLegend({ grouping: { key } }: Pick<RunSidebarProps, "grouping">) {
  const t = useText().runList;
  if (!key) return null;
  return (
    <div className="rs-key" role="group" aria-label={t.colouredBy(nameOf(key.field))}>
      <b className="cut">{nameOf(key.field)}</b>
      {key.entries.slice(0, MOST_KEY).map((entry) => (
        <span key={entry.name} title={`${entry.name}: ${entry.runs}`}>
          <i style={{ background: `var(${entry.token})` }} />
          <span className="cut">{entry.name}</span>
        </span>
      ))}
    </div>
  );
}

const MOST_KEY = 8;

/** The right edge of the list, to be dragged; a double click gives the usual width. */
function Resizer({ sidebar, label }: { sidebar: SidebarWidth; label: string }) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const move = (event: PointerEvent) => {
    if (from.current) sidebar.setWidth(from.current.width + event.clientX - from.current.x);
  };
  return (
    <div
      className="rs-resize"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={sidebar.width}
      tabIndex={0}
      onPointerDown={(event) => {
        from.current = { x: event.clientX, width: sidebar.width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={() => {
        from.current = null;
      }}
      onDoubleClick={() => sidebar.setWidth(312)}
      onKeyDown={(event) => {
        const by = event.key === "ArrowLeft" ? -16 : event.key === "ArrowRight" ? 16 : 0;
        if (by !== 0) sidebar.setWidth(sidebar.width + by);
      }}
    />
  );
}
