/** The runs of a sweep with the values they were given. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { SweepDetail, SweepRun } from "@/api/types";
import { compareCells } from "@/tables/table";
import { Button, Icon, RunDot, StatePill } from "@/ui";
import { asNumber, columnDecimals, inColumn, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { stoppedEarly } from "./standing";

export interface SweepRunsProps {
  detail: SweepDetail;
  /** Those that are chosen. */
  runs: readonly SweepRun[];
  hovered: string | null;
  onHover: (id: string | null) => void;
}

interface Sorting {
  column: string;
  descending: boolean;
}

const VALUE = "value ";
const STARTED = "started ";
const OBJECTIVE = "objective ";
const SHOWN = 200;
const MOST_COMPARED = 12;

/** What a run has in a column. */
function cellOf(run: SweepRun, column: string): unknown {
  if (column === VALUE) return run.value;
  if (column === STARTED) return run.created_at;
  return column.startsWith(OBJECTIVE) ? run.values[Number(column.slice(OBJECTIVE.length))] : run.params[column];
}

export function SweepRuns({ detail, runs, hovered, onHover }: SweepRunsProps) {
  const t = useText();
  const navigate = useNavigate();
  const { sweep, parameters } = detail;
  const all = detail.runs.length;
  const [sort, setSort] = useState<Sorting>({
    column: sweep.metric ? VALUE : STARTED,
    descending: !sweep.metric || sweep.goal === "maximize",
  });
  const [most, setMost] = useState(SHOWN);
  const searched = parameters.filter((each) => each.searched);
  const columns = (searched.length > 0 ? searched : parameters).map((each) => each.name);
  const objectives = sweep.metrics.slice(1).map(({ name }, place) => ({ id: `${OBJECTIVE}${place + 1}`, name }));
  const front = useMemo(() => new Set(detail.front), [detail.front]);
  const order = useMemo(() => {
    const sign = sort.descending ? -1 : 1;
    return runs.toSorted((a, b) => {
      const [x, y] = [cellOf(a, sort.column) ?? null, cellOf(b, sort.column) ?? null];
      if (x === null || y === null) return Number(x === null) - Number(y === null);
      return sign * compareCells(x, y);
    });
  }, [runs, sort]);
  const numeric = [VALUE, ...objectives.map((each) => each.id), ...columns];
  const decimals = new Map(
    numeric.map((column) => [column, columnDecimals(runs.flatMap((run) => asNumber(cellOf(run, column)) ?? []))]),
  );
  const head = (column: string, name: string, right: boolean) => (
    <th
      key={column}
      className={right ? "end" : undefined}
      aria-sort={sort.column === column ? (sort.descending ? "descending" : "ascending") : undefined}
    >
      <button
        type="button"
        title={name}
        onClick={() => setSort((now) => ({ column, descending: now.column === column ? !now.descending : false }))}
      >
        <span className="cut">{name}</span>
        {sort.column === column && <Icon name={sort.descending ? "down" : "up"} small />}
      </button>
    </th>
  );
  const isRight = (column: string) => runs.some((run) => asNumber(cellOf(run, column)) !== null);
  const value = (run: SweepRun, column: string) => {
    const found = cellOf(run, column);
    return found === null || found === undefined ? "—" : text(found, column);
  };
  const compare = () =>
    void navigate({
      to: "/$entity/$project/compare",
      params: { entity: sweep.entity, project: sweep.project },
      search: {
        runs: order
          .slice(0, MOST_COMPARED)
          .map((run) => run.id)
          .join(","),
      } as never,
    });
  const text = (value: unknown, column: string) => {
    const size = asNumber(value);
    return size === null ? oneLine(value) : inColumn(size, decimals.get(column) ?? 0);
  };
  return (
    <section className="ui-card sw-runs">
      <header className="ui-card-head">
        <h2>{t.frame.runs}</h2>
        <span className="ui-count">{runs.length === all ? all : t.run.found(String(runs.length), String(all))}</span>
        <span className="grow" />
        {runs.length > 1 && (
          <Button variant="bare" icon="compare" onClick={compare}>
            {t.sweeps.compare(Math.min(runs.length, MOST_COMPARED))}
          </Button>
        )}
      </header>
      <div className="sw-table num">
        <table>
          <thead>
            <tr>
              <th>{t.home.run}</th>
              <th>{t.home.state}</th>
              {sweep.metric && head(VALUE, sweep.metric, true)}
              {objectives.map(({ id, name }) => head(id, name, true))}
              {columns.map((column) => head(column, column, isRight(column)))}
              {head(STARTED, t.home.started, true)}
            </tr>
          </thead>
          <tbody>
            {order.slice(0, most).map((run) => (
              <tr
                key={run.id}
                className={`${run.id === sweep.best?.run ? "best" : ""}${run.id === hovered ? " hi" : ""}`}
                onPointerEnter={() => onHover(run.id)}
                onPointerLeave={() => onHover(null)}
              >
                <td>
                  <Link
                    className="sw-run"
                    to="/$entity/$project/runs/$run"
                    params={{ entity: sweep.entity, project: sweep.project, run: run.id }}
                  >
                    <RunDot run={run} />
                    <span className="cut">{run.name}</span>
                    {run.id === sweep.best?.run && <Icon name="star" small />}
                    {front.has(run.id) && (
                      <span className="ui-badge" title={t.sweeps.frontAbout(front.size)}>
                        {t.sweeps.onFront}
                      </span>
                    )}
                  </Link>
                </td>
                <td>
                  <span className="sw-state">
                    <StatePill state={run.state} />
                    {stoppedEarly(sweep, run) && (
                      <span className="ui-badge" title={t.sweeps.stoppedAbout}>
                        {t.sweeps.stoppedEarly}
                      </span>
                    )}
                  </span>
                </td>
                {sweep.metric && <td className="end">{value(run, VALUE)}</td>}
                {objectives.map(({ id }) => (
                  <td key={id} className="end">
                    {value(run, id)}
                  </td>
                ))}
                {columns.map((column) => (
                  <td key={column} className={isRight(column) ? "end" : undefined} title={oneLine(run.params[column])}>
                    {value(run, column)}
                  </td>
                ))}
                <td className="end t3">
                  <Ago time={run.created_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {order.length > most && (
          <button type="button" className="ui-btn sw-more" onClick={() => setMost(most * 4)}>
            {t.workspace.tip.more(order.length - most)}
          </button>
        )}
      </div>
    </section>
  );
}
