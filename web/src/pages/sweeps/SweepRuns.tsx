/** The runs of a sweep with the values they were given. */
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Sweep, SweepParameter, SweepRun } from "@/api/types";
import { compareCells } from "@/media/table";
import { Icon, RunDot, StatePill } from "@/ui";
import { asNumber, columnDecimals, inColumn, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";

export interface SweepRunsProps {
  sweep: Sweep;
  parameters: readonly SweepParameter[];
  runs: readonly SweepRun[];
  /** How many there are without the choice. */
  all: number;
  hovered: string | null;
  onHover: (id: string | null) => void;
}

interface Sorting {
  column: string;
  descending: boolean;
}

const VALUE = "value ";
const STARTED = "started ";
const SHOWN = 200;

export function SweepRuns({ sweep, parameters, runs, all, hovered, onHover }: SweepRunsProps) {
  const t = useText();
  const [sort, setSort] = useState<Sorting>({
    column: sweep.metric ? VALUE : STARTED,
    descending: !sweep.metric || sweep.goal === "maximize",
  });
  const [most, setMost] = useState(SHOWN);
  const searched = parameters.filter((each) => each.searched);
  const columns = (searched.length > 0 ? searched : parameters).map((each) => each.name);
  const cell = (run: SweepRun, column: string): unknown =>
    column === VALUE ? run.value : column === STARTED ? run.created_at : run.params[column];
  const order = useMemo(() => {
    const at = (run: SweepRun): unknown =>
      sort.column === VALUE ? run.value : sort.column === STARTED ? run.created_at : run.params[sort.column];
    const sign = sort.descending ? -1 : 1;
    return runs.toSorted((a, b) => {
      const [x, y] = [at(a) ?? null, at(b) ?? null];
      if (x === null || y === null) return Number(x === null) - Number(y === null);
      return sign * compareCells(x, y);
    });
  }, [runs, sort]);
  const decimals = useMemo(
    () =>
      new Map(
        [VALUE, ...columns].map((column) => [
          column,
          columnDecimals(runs.flatMap((run) => asNumber(column === VALUE ? run.value : run.params[column]) ?? [])),
        ]),
      ),
    [runs, columns],
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
  const isRight = (column: string) => runs.some((run) => asNumber(cell(run, column)) !== null);
  const text = (value: unknown, column: string) => {
    const size = asNumber(value);
    return size === null ? oneLine(value) : inColumn(size, decimals.get(column) ?? 0);
  };
  return (
    <section className="ui-card sw-runs">
      <header className="ui-card-head">
        <h2>{t.frame.runs}</h2>
        <span className="ui-count">{runs.length === all ? all : t.run.found(String(runs.length), String(all))}</span>
      </header>
      <div className="sw-table num">
        <table>
          <thead>
            <tr>
              <th>{t.home.run}</th>
              <th>{t.home.state}</th>
              {sweep.metric && head(VALUE, sweep.metric, true)}
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
                  </Link>
                </td>
                <td>
                  <StatePill state={run.state} />
                </td>
                {sweep.metric && <td className="end">{run.value === null ? "—" : text(run.value, VALUE)}</td>}
                {columns.map((column) => (
                  <td key={column} className={isRight(column) ? "end" : undefined} title={oneLine(run.params[column])}>
                    {run.params[column] === undefined ? "—" : text(run.params[column], column)}
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
