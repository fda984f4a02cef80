import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, memo, type PointerEvent, useEffect, useMemo, useRef } from "react";
import type { Run } from "@/api/types";
import { useBoard } from "@/panels/board";
import { regexProblem } from "@/panels/search";
import { fieldOf, nameOf } from "@/state/fields";
import { useStore } from "@/state/store";
import type { ChangeOptions } from "@/state/useAddress";
import { isShown, type RunView } from "@/state/view";
import { runColour } from "@/theme/colours";
import { Button, EmptyState, ErrorState, Icon, IconButton, Menu, Search, Skeleton, StateMark, Tag } from "@/ui";
import { copyText } from "@/ui/controls";
import { useText } from "@/ui/text";
import { ago, useNow } from "@/ui/times";
import { ColumnPicker, FilterButton, SortButton } from "./RunTools";
import { cellOf, decimalsOf, headOf, headWidth, usualColumns } from "./runs";
import type { SidebarWidth } from "./useSidebarWidth";

const ROW = 28;
/** How many runs are looked at to choose the columns that are shown by themselves. */
const LOOKED_AT = 50;

export interface RunSidebarProps {
  view: RunView;
  change: (change: Partial<RunView> | ((old: RunView) => Partial<RunView>), options?: ChangeOptions) => void;
  runs: readonly Run[];
  total: number;
  all: number;
  shownCount: number;
  pending: boolean;
  error: unknown;
  retry: () => void;
  more: (() => void) | null;
  focused: string | null;
  toggle: (id: string) => void;
  only: (id: string) => void;
  sidebar: SidebarWidth;
  close: () => void;
}

/** The list of runs; also the legend of every chart. */
export function RunSidebar(props: RunSidebarProps) {
  const { view, change, runs, total, all, shownCount, pending, error, retry, more, focused, sidebar } = props;
  const t = useText().workspace.runs;
  const navigate = useNavigate();
  const board = useBoard();
  const { entity, project } = board;
  const problem = regexProblem(view.search);
  const filtered = view.search !== "" || view.filters.length > 0;
  const shownColumns = useMemo(() => view.columns ?? usualColumns(runs.slice(0, LOOKED_AT)), [view.columns, runs]);
  const clear = () => change({ search: "", filters: [] }, { push: true });
  const widths = shownColumns.slice(0, 2).map((field) => ` ${headWidth(field)}px`);
  const grid = `20px 14px minmax(0,1fr)${widths.join("")}`;
  return (
    <aside className="rs-side" aria-label={t.title}>
      <div className="rs-head">
        <b>{t.title}</b>
        <span className="t3 num rs-count">{t.shown(shownCount, all)}</span>
        <span className="grow" />
        <IconButton
          icon="table"
          small
          label={t.table}
          onClick={() => void navigate({ to: "/$entity/$project/runs", params: { entity, project } })}
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
        {shownColumns.slice(0, 2).map((field) => {
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
        <ColumnPicker chosen={shownColumns} onChange={(cols) => change({ columns: cols })} />
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
      <div className="rs-foot num">
        <span>{t.matching(total, all)}</span>
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

function List({ runs, view, more, columns, grid, focused, toggle, only }: ListProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const decimals = useMemo(() => columns.map((field) => decimalsOf(runs, field)), [columns, runs]);
  const items = rows.getVirtualItems();
  const end = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (more && end >= runs.length - 20) more();
  }, [more, end, runs.length]);
  const at = runs.findIndex((run) => run.id === focused);
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: "auto" });
  }, [at, rows]);
  return (
    <div className="rs-list" ref={scroll} role="listbox" aria-multiselectable="true" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const run = runs[item.index]!;
          return (
            <Row
              key={run.id}
              run={run}
              top={item.start}
              grid={grid}
              columns={columns}
              decimals={decimals}
              on={isShown(view.visibility, run.id, item.index)}
              focused={run.id === focused}
              toggle={toggle}
              only={only}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  run: Run;
  top: number;
  grid: string;
  columns: readonly string[];
  decimals: readonly number[];
  on: boolean;
  focused: boolean;
  toggle: (id: string) => void;
  only: (id: string) => void;
}

const Row = memo(function Row({ run, top, grid, columns, decimals, on, focused, toggle, only }: RowProps) {
  const words = useText();
  const t = words.workspace.runs;
  const board = useBoard();
  const navigate = useNavigate();
  const hovered = useStore(board.hover, (id) => id === run.id);
  const colour = runColour(run);
  const open = () =>
    void navigate({
      to: "/$entity/$project/runs/$run",
      params: { entity: board.entity, project: board.project, run: run.id },
    });
  return (
    <div
      className={`rs-row${on ? "" : " hid"}${hovered ? " hv" : ""}${focused ? " fc" : ""}`}
      role="option"
      tabIndex={-1}
      aria-selected={on}
      style={{ gridTemplateColumns: grid, transform: `translateY(${top}px)`, "--rc": colour } as CSSProperties}
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
      <span className="sw" style={on ? { background: colour } : { borderColor: colour }} />
      <span className="n">
        <button type="button" className="cut" title={run.name} onClick={open}>
          {run.name}
        </button>
        <span className="end">
          <span className="tools">
            <Menu
              align="end"
              trigger={<IconButton icon="dots" small label={t.more} />}
              items={[
                { id: "only", icon: "eye", label: t.only, onSelect: () => only(run.id) },
                { id: "open", icon: "chart", label: t.open, onSelect: open },
                { id: "copy", icon: "copy", label: t.copyId, hint: run.id, onSelect: () => void copyText(run.id) },
              ]}
            />
          </span>
          {run.state !== "finished" && (
            <span className="state" title={words.common.states[run.state]}>
              <StateMark state={run.state} />
              <span className="sr-only">{words.common.states[run.state]}</span>
            </span>
          )}
        </span>
      </span>
      {columns.slice(0, 2).map((field, i) => {
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
