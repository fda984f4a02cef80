/** Runs side by side: a row a value, a column a run, only what differs by itself. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { searchRuns } from "@/api/runs";
import type { Run } from "@/api/types";
import { delta, PARTS, type Row, rowsOf, same, usualOf } from "@/pages/compare/rows";
import { useBoard } from "@/panels/board";
import { standsBack, useChosen } from "@/panels/chosen";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { matcher } from "@/panels/search";
import { useStore } from "@/state/store";
import { Search } from "@/ui";
import { asNumber, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { deltaText, deltaToken } from "../Delta";
import { CountField, ToggleField } from "../fields/parts";
import { KindFrame } from "../KindFrame";
import { flagIn, numberIn, type Raw, textsIn } from "../read";

type Part = (typeof PARTS)[number];

export interface ComparerConfig {
  differing: boolean;
  parts: readonly Part[];
  most: number;
}

export function readComparer(raw: Raw): ComparerConfig {
  const parts = textsIn(raw, "parts").filter((part): part is Part => PARTS.includes(part as Part));
  return {
    differing: flagIn(raw, "differing", true),
    parts: parts.length > 0 ? parts : ["summary", "config"],
    most: numberIn(raw, "most", 50, 2, 200),
  };
}

const ROW = 24;

/** The runs with their metadata, which lists of runs leave out: one question for all of them, where anything asks it. */
function useWhole(runs: readonly Run[], wanted: boolean) {
  const { entity, project } = useBoard();
  const ids = useMemo(() => runs.map((run) => run.id), [runs]);
  const found = useQuery({
    queryKey: ["runs-whole", entity, project, ids] as const,
    queryFn: async ({ signal }) => {
      const filter = { type: "where", field: "id", op: "in", value: ids } as const;
      const page = await searchRuns(entity, project, { filter, columns: [], whole: true, limit: ids.length }, signal);
      return new Map(page.runs.map((run) => [run.id, run.metadata]));
    },
    enabled: wanted && ids.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const { data } = found;
  const whole = useMemo(
    () => (data ? runs.map((run) => ({ ...run, metadata: data.get(run.id) ?? run.metadata })) : runs),
    [runs, data],
  );
  return { runs: whole, pending: found.isLoading, error: found.error, retry: () => void found.refetch() };
}

interface Line {
  part: Part;
  /** Null is the head of a part. */
  row: Row | null;
}

function ComparerPanel({ def, config, large }: PanelProps<ComparerConfig>) {
  const t = useText();
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const [query, setQuery] = useState("");
  const { baseline } = board;
  const chosen = useChosen();
  const listed = useMemo(() => {
    const rest = board.runs.filter((run) => run.id !== baseline?.id);
    return (baseline ? [baseline, ...rest] : rest).slice(0, config.most);
  }, [board.runs, baseline, config.most]);
  const whole = useWhole(
    listed,
    config.parts.some((part) => part === "environment" || part === "hardware"),
  );
  const { runs } = whole;
  const all = useMemo(() => config.parts.map((part) => ({ part, rows: rowsOf(part, runs) })), [config.parts, runs]);
  const lines = useMemo(() => {
    const has = matcher(query);
    return all.flatMap(({ part, rows }): Line[] => {
      const shown = rows.filter((row) => (!config.differing || runs.length < 2 || row.differs) && has(row.path));
      return shown.length > 0 ? [{ part, row: null }, ...shown.map((row): Line => ({ part, row }))] : [];
    });
  }, [all, query, config.differing, runs.length]);
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const hidden = all.reduce((sum, { rows: each }) => sum + each.filter((row) => !row.differs).length, 0);
  const title = t.kinds.names.comparer;
  return (
    <KindFrame
      def={def}
      title={title}
      large={large}
      flush
      busy={whole.pending}
      error={whole.error}
      onRetry={whole.retry}
      badges={
        <>
          {config.differing && runs.length > 1 && hidden > 0 && (
            <span className="ui-badge">{t.kinds.sameHidden(hidden)}</span>
          )}
          {board.runs.length > runs.length && (
            <span className="ui-badge">{t.kinds.more(board.runs.length - runs.length)}</span>
          )}
        </>
      }
      empty={board.runs.length === 0 ? { title: t.workspace.panels.noRuns, why: t.workspace.panels.noRunsWhy } : null}
      table={() => ({
        head: ["part", "key", ...runs.map((run) => run.name)],
        rows: lines.flatMap(({ part, row }) =>
          row ? [[part, row.path, ...row.values.map((value) => (value === undefined ? "" : plain(value)))]] : [],
        ),
      })}
    >
      <div className="kd-comparer">
        <Search value={query} onChange={setQuery} placeholder={t.kinds.searchRows} />
        <section className="kd-compare-scroll" ref={scroll} aria-label={title} tabIndex={0}>
          <div className="kd-compare-inner" style={{ minWidth: 160 + runs.length * 130 }}>
            <div className="kd-compare-row head">
              <span>{t.common.runs(runs.length)}</span>
              {runs.map((run) => (
                <span
                  key={run.id}
                  title={run.name}
                  className={hovered === run.id ? "on" : standsBack(chosen, [run]) ? "back" : undefined}
                  onPointerEnter={() => board.hover.set(run.id)}
                  onPointerLeave={() => board.hover.set(null)}
                >
                  <i style={{ background: `var(${board.tokenOf(run)})` }} />
                  <span className="cut">{run.name}</span>
                  {run.id === baseline?.id && <small>{t.kinds.baseline}</small>}
                </span>
              ))}
            </div>
            <div style={{ height: rows.getTotalSize(), position: "relative" }}>
              {rows.getVirtualItems().map((item) => {
                const line = lines[item.index];
                if (!line) return null;
                const style = { transform: `translateY(${item.start}px)`, height: ROW };
                if (!line.row)
                  return (
                    <div key={item.key} className="kd-compare-row part" style={style}>
                      <span>{t.kinds.parts[line.part]}</span>
                    </div>
                  );
                const { row } = line;
                // with a baseline what differs from it is marked, without one what differs from most of the runs
                const usual = baseline ? { value: row.values[0] } : usualOf(row.values);
                return (
                  <div key={item.key} className="kd-compare-row" style={style}>
                    <span className="cut" title={row.path}>
                      {row.path}
                    </span>
                    {runs.map((run, place) => (
                      <Cell
                        key={run.id}
                        value={row.values[place]}
                        differs={usual !== null && !same(row.values[place], usual.value)}
                        by={baseline && place > 0 ? delta(row.values[place], row.values[0]) : null}
                        lit={hovered === run.id}
                        hover={(on) => board.hover.set(on ? run.id : null)}
                        colour={(by) => deltaToken(by, `${line.part}.${row.path}`, board.runs)}
                      />
                    ))}
                  </div>
                );
              })}
            </div>
            {lines.length === 0 && (
              <p className="kd-compare-none t3">
                {query ? t.common.noMatch(query) : config.differing ? t.kinds.allSame(runs.length) : t.kinds.noKeys}
              </p>
            )}
          </div>
        </section>
      </div>
    </KindFrame>
  );
}

interface CellProps {
  value: unknown;
  differs: boolean;
  by: ReturnType<typeof delta>;
  lit: boolean;
  hover: (on: boolean) => void;
  colour: (by: number) => string;
}

function Cell({ value, differs, by, lit, hover, colour }: CellProps) {
  const numeric = asNumber(value);
  return (
    <span
      className={`num${differs ? " differs" : ""}${lit ? " on" : ""}`}
      title={oneLine(value)}
      onPointerEnter={() => hover(true)}
      onPointerLeave={() => hover(false)}
    >
      <span className="cut">{value === undefined ? "—" : numeric === null ? oneLine(value) : number(numeric, 5)}</span>
      {by && by.by !== 0 && <small style={{ color: `var(${colour(by.by)})` }}>{deltaText(by.by)}</small>}
    </span>
  );
}

function plain(value: unknown): string | number {
  const numeric = asNumber(value);
  return numeric ?? oneLine(value);
}

function ComparerEditor({ config, change }: EditorProps<ComparerConfig>) {
  const t = useText().kinds;
  return (
    <div className="kd-editor">
      <ToggleField label={t.differing} value={config.differing} onChange={(differing) => change({ differing })} />
      {PARTS.map((part) => (
        <ToggleField
          key={part}
          label={t.parts[part]}
          value={config.parts.includes(part)}
          onChange={(on) =>
            change({ parts: PARTS.filter((each) => (each === part ? on : config.parts.includes(each))) })
          }
        />
      ))}
      <CountField label={t.mostRuns} value={config.most} min={2} max={200} onChange={(most) => change({ most })} />
    </div>
  );
}

export const comparer: Kind<ComparerConfig> = {
  id: "comparer",
  icon: "compare",
  fresh: () => readComparer({}),
  read: readComparer,
  title: () => "",
  Panel: ComparerPanel,
  Editor: ComparerEditor,
};
