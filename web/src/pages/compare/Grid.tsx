/** Rows of values, a column for each run: both virtual; names, heads and the baseline always in sight. */
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useEffect, useRef } from "react";
import type { Run } from "@/api/types";
import { useSize } from "@/panels/media/useSize";
import { IconButton, Menu, RunDot } from "@/ui";
import { useText } from "@/ui/text";
import { bestOf, type Row } from "./rows";
import { Value } from "./Value";

const ROW = 26;
const HEAD = 34;
const NARROW = 640;

export type GridLine =
  | { kind: "head"; title: string; count: number }
  | { kind: "row"; id: string; row: Row; name?: string; goal?: "more" | "less" | null };

export interface Sorting {
  id: string;
  descending: boolean;
}

export interface GridProps {
  lines: readonly GridLine[];
  runs: readonly Run[];
  base: Run;
  /** Places of the runs, as they stand from left to right; the baseline stands first all the same. */
  order?: readonly number[];
  sorting?: Sorting | null;
  onSort?: (id: string) => void;
  onBase?: (id: string) => void;
  onRemove?: (id: string) => void;
  label: string;
}

export function Grid(props: GridProps) {
  const { lines, runs, base, order, sorting, onSort, onBase, onRemove, label } = props;
  const t = useText().compare;
  const host = useRef<HTMLDivElement>(null);
  const [measure, room] = useSize();
  const setHost = useCallback(
    (element: HTMLDivElement | null) => {
      host.current = element;
      measure(element);
    },
    [measure],
  );
  const narrow = room > 0 && room < NARROW;
  const name = narrow ? 128 : 240;
  const column = Math.max(narrow ? 124 : 168, Math.min(320, Math.floor((room - name) / Math.max(1, runs.length))));
  const baseAt = runs.indexOf(base);
  const rest = (order ?? runs.map((_, place) => place)).filter((place) => place !== baseAt);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => host.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: rest.length,
    getScrollElement: () => host.current,
    estimateSize: () => column,
    overscan: 3,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a column has another width.
  useEffect(() => columns.measure(), [columns, column]);
  const before = name + column;
  const width = before + columns.getTotalSize();
  const cell = (place: number, left: number | null, content: ReactNode, kind: string) => (
    <div
      key={runs[place]?.id}
      className={`cp-cell ${kind}${left === null ? " base" : ""}`}
      role={kind === "of-head" ? "columnheader" : "cell"}
      style={{ left: left ?? name, width: column }}
    >
      {content}
    </div>
  );
  const cells = (of: (place: number) => ReactNode, kind: string) => [
    cell(baseAt, null, of(baseAt), kind),
    ...columns.getVirtualItems().map((item) => {
      const place = rest[item.index]!;
      return cell(place, before + item.start, of(place), kind);
    }),
  ];
  const head = (place: number) => {
    const run = runs[place]!;
    return (
      <>
        <RunDot run={run} size={8} />
        <Link
          className="cut grow"
          title={run.name}
          to="/$entity/$project/runs/$run"
          params={{ entity: run.entity, project: run.project, run: run.id }}
        >
          {run.name}
        </Link>
        {run === base && <span className="ui-badge">{t.baseline}</span>}
        {(onBase || onRemove) && (
          <Menu
            align="end"
            trigger={<IconButton icon="dots" label={t.runMenu(run.name)} small />}
            items={[
              {
                id: "base",
                icon: "pin",
                label: t.makeBaseline,
                disabled: run === base,
                onSelect: () => onBase?.(run.id),
              },
              {
                id: "remove",
                icon: "x",
                label: t.remove,
                disabled: runs.length < 2,
                onSelect: () => onRemove?.(run.id),
              },
            ]}
          />
        )}
      </>
    );
  };
  return (
    <div
      className="cp-grid"
      ref={setHost}
      role="table"
      aria-label={label}
      aria-rowcount={lines.length + 1}
      tabIndex={0}
    >
      <div className="cp-sheet" style={{ width, height: rows.getTotalSize() + HEAD }}>
        <div className="cp-top" role="row" tabIndex={-1} style={{ width }}>
          <div className="cp-name of-head" role="columnheader" tabIndex={-1} style={{ width: name }}>
            {t.path}
          </div>
          {cells(head, "of-head")}
        </div>
        {rows.getVirtualItems().map((item) => {
          const line = lines[item.index]!;
          const style = { top: item.start + HEAD, height: item.size, width };
          if (line.kind === "head")
            return (
              <div key={`head ${line.title}`} className="cp-row section" role="row" tabIndex={-1} style={style}>
                <div className="cp-name" role="rowheader" tabIndex={-1} style={{ width: name }}>
                  <b>{line.title}</b> <span className="t3 num">{line.count}</span>
                </div>
              </div>
            );
          const { id, row, name: named = row.path, goal = null } = line;
          const best = bestOf(row.values, goal);
          const sorted = sorting?.id === id ? sorting : null;
          return (
            <div key={id} className="cp-row" role="row" tabIndex={-1} style={style}>
              <div className="cp-name mono" role="rowheader" tabIndex={-1} title={named} style={{ width: name }}>
                {onSort ? (
                  <button type="button" className="cut" title={t.sortBy(named)} onClick={() => onSort(id)}>
                    {named}
                  </button>
                ) : (
                  <span className="cut">{named}</span>
                )}
                {sorted && <span className="cp-sorted">{sorted.descending ? "→ ↓" : "→ ↑"}</span>}
              </div>
              {cells(
                (place) => (
                  <Value
                    value={row.values[place]}
                    base={row.values[baseAt]}
                    isBase={place === baseAt}
                    isBest={best.has(place)}
                    goal={goal}
                  />
                ),
                row.differs ? "differs" : "",
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
