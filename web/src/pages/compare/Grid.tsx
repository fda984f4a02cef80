/** Rows of values, a column for each run: both virtual, the names and the heads always in sight. */
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import type { Run } from "@/api/types";
import { IconButton, Menu, RunDot } from "@/ui";
import { asNumber, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { delta, type Row, same } from "./rows";

const ROW = 26;
const NAME = 260;
const COLUMN = 176;

export type GridLine =
  | { kind: "head"; title: string; count: number }
  | { kind: "row"; row: Row; goal?: "more" | "less" | null };

export interface GridProps {
  lines: readonly GridLine[];
  runs: readonly Run[];
  base: Run;
  /** What a delta is worth: of results, better and worse are coloured. */
  onBase?: (id: string) => void;
  onRemove?: (id: string) => void;
  label: string;
}

export function Grid({ lines, runs, base, onBase, onRemove, label }: GridProps) {
  const words = useText();
  const t = words.compare;
  const host = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => host.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: runs.length,
    getScrollElement: () => host.current,
    estimateSize: () => COLUMN,
    overscan: 3,
  });
  const width = NAME + columns.getTotalSize();
  const baseAt = runs.indexOf(base);
  const cells = (cell: (run: Run, place: number) => ReactNode, name: string) =>
    columns.getVirtualItems().map((item) => {
      const run = runs[item.index]!;
      return (
        <div
          key={run.id}
          className={`cp-cell ${name}${item.index === baseAt ? " base" : ""}`}
          role={name === "of-head" ? "columnheader" : "cell"}
          style={{ left: NAME + item.start, width: item.size }}
        >
          {cell(run, item.index)}
        </div>
      );
    });
  return (
    <div className="cp-grid" ref={host} role="table" aria-label={label} aria-rowcount={lines.length + 1}>
      <div className="cp-sheet" style={{ width, height: rows.getTotalSize() + 34 }}>
        <div className="cp-top" role="row" tabIndex={-1} style={{ width }}>
          <div className="cp-name of-head" role="columnheader" tabIndex={-1}>
            {t.path}
          </div>
          {cells(
            (run) => (
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
            ),
            "of-head",
          )}
        </div>
        {rows.getVirtualItems().map((item) => {
          const line = lines[item.index]!;
          const style = { top: item.start + 34, height: item.size, width };
          if (line.kind === "head")
            return (
              <div key={`head ${line.title}`} className="cp-row section" role="row" tabIndex={-1} style={style}>
                <div className="cp-name" role="rowheader" tabIndex={-1}>
                  <b>{line.title}</b> <span className="t3 num">{line.count}</span>
                </div>
              </div>
            );
          const { row, goal } = line;
          return (
            <div key={`${row.path} ${item.index}`} className="cp-row" role="row" tabIndex={-1} style={style}>
              <div className="cp-name mono" role="rowheader" tabIndex={-1} title={row.path}>
                <span className="cut">{row.path}</span>
              </div>
              {cells(
                (_, place) => (
                  <Value
                    value={row.values[place]}
                    base={row.values[baseAt]}
                    isBase={place === baseAt}
                    goal={goal ?? null}
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

interface ValueProps {
  value: unknown;
  base: unknown;
  isBase: boolean;
  goal: "more" | "less" | null;
}

function Value({ value, base, isBase, goal }: ValueProps) {
  const differs = !isBase && !same(value, base);
  const text = value === undefined ? "—" : oneLine(value);
  const numeric = asNumber(value) !== null;
  const found = differs && numeric ? delta(value, base) : null;
  const good = found && goal && found.by !== 0 ? found.by > 0 === (goal === "more") : null;
  return (
    <>
      <span
        className={`cut grow${numeric ? " num" : ""}${value === undefined ? " t3" : ""}${differs ? " unlike" : ""}`}
        title={text}
      >
        {text}
      </span>
      {found && (
        <span className={`cp-delta num${good === null ? "" : good ? " better" : " worse"}`}>
          {found.by > 0 ? "+" : ""}
          {found.share !== null && Math.abs(found.share) < 10
            ? `${number(found.share * 100, 2)}%`
            : number(found.by, 3)}
        </span>
      )}
    </>
  );
}
