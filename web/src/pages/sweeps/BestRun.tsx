/** The best run so far: its value, what it was given, and what begins it again. */
import { Link } from "@tanstack/react-router";
import type { SweepDetail } from "@/api/types";
import { RunDot, Snippet, StatePill } from "@/ui";
import { number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { again } from "./command";

export function BestRun({ detail }: { detail: SweepDetail }) {
  const t = useText().sweeps;
  const { sweep, config, parameters } = detail;
  const run = detail.runs.find((each) => each.id === sweep.best?.run);
  if (!sweep.best || !run || !sweep.metric) return null;
  const searched = new Set(parameters.filter((each) => each.searched).map((each) => each.name));
  return (
    <section className="ui-card" aria-label={t.bestRun}>
      <header className="ui-card-head">
        <h2>{t.bestRun}</h2>
        <span className="grow" />
        <StatePill state={run.state} />
      </header>
      <div className="sw-bestrun">
        <Link
          className="sw-run"
          to="/$entity/$project/runs/$run"
          params={{ entity: sweep.entity, project: sweep.project, run: run.id }}
        >
          <RunDot run={run} />
          <b className="cut">{run.name}</b>
        </Link>
        <p className="num">
          <b>{number(sweep.best.value, 5)}</b> <span className="t3">{sweep.metric}</span>
          {run.last !== null && run.last !== sweep.best.value && (
            <span className="t3"> · {t.lastWas(number(run.last))}</span>
          )}
        </p>
        <dl className="num">
          {Object.entries(run.params)
            .filter(([name]) => searched.size === 0 || searched.has(name))
            .map(([name, value]) => (
              <div key={name}>
                <dt className="cut" title={name}>
                  {name}
                </dt>
                <dd className="cut" title={oneLine(value)}>
                  {oneLine(value)}
                </dd>
              </div>
            ))}
        </dl>
        <Snippet label={t.again} code={again(sweep, config, run)} />
      </div>
    </section>
  );
}
