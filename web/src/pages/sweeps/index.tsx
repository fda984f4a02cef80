/** Sweeps of a project: what each searches, how far it is, the best it found. */
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useSweeps } from "@/api/sweeps";
import type { Sweep } from "@/api/types";
import { Button, EmptyState, Snippet } from "@/ui";
import { count, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { QueryState } from "../parts/QueryState";
import { START, yamlOf } from "./config/form";
import { NewSweep } from "./config/NewSweep";
import { Progress } from "./Progress";
import { SweepPill } from "./SweepPill";
import "../parts/parts.css";
import "./sweeps.css";

export { SweepPage } from "./Sweep";

export function SweepsPage() {
  const t = useText();
  const { entity = "", project = "" } = useParams({ strict: false }) as Record<string, string | undefined>;
  const sweeps = useSweeps(entity, project);
  const [making, setMaking] = useState(false);
  if (!sweeps.isSuccess) return <QueryState query={sweeps} icon="sweep" />;
  const button = (
    <Button variant="primary" icon="plus" onClick={() => setMaking(true)}>
      {t.sweeps.make}
    </Button>
  );
  return (
    <main className="page">
      {sweeps.data.length === 0 ? (
        <EmptyState icon="sweep" title={t.sweeps.noneTitle} action={button}>
          {t.sweeps.noneWhy}
          <Snippet label="sweep.yaml" code={yamlOf(START).trimEnd()} />
          <Snippet label={t.sweeps.terminal} code={`gnomon sweep --entity ${entity} --project ${project} sweep.yaml`} />
        </EmptyState>
      ) : (
        <div className="page-in">
          <section className="ui-card">
            <header className="ui-card-head">
              <h2>{t.frame.sweeps}</h2>
              <span className="ui-count">{sweeps.data.length}</span>
              <span className="grow" />
              {button}
            </header>
            <div>
              {sweeps.data.map((sweep) => (
                <Row key={sweep.id} sweep={sweep} />
              ))}
            </div>
          </section>
        </div>
      )}
      {making && <NewSweep entity={entity} project={project} onClose={() => setMaking(false)} />}
    </main>
  );
}

function Row({ sweep }: { sweep: Sweep }) {
  const t = useText().sweeps;
  return (
    <Link
      className="list-row sw-row"
      to="/$entity/$project/sweeps/$sweep"
      params={{ entity: sweep.entity, project: sweep.project, sweep: sweep.id }}
    >
      <span className="sw-row-name">
        <b className="cut">{sweep.name}</b>
        <span className="t3 cut">
          {t.methods[sweep.method]}
          {sweep.metric && ` · ${t.goals[sweep.goal]} ${sweep.metric}`}
          {sweep.program && ` · ${sweep.program}`}
        </span>
      </span>
      <SweepPill sweep={sweep} />
      <span className="sw-row-progress">
        <Progress sweep={sweep} />
        <span className="num">
          {sweep.runs_expected === null ? t.runs(sweep.runs) : t.runsOf(count(sweep.runs), count(sweep.runs_expected))}
          {sweep.agents_at_work > 0 && ` · ${t.agents(sweep.agents_at_work)}`}
        </span>
      </span>
      <span className="sw-row-best num">
        {sweep.best ? (
          <>
            <b>{number(sweep.best.value)}</b>
            <span className="t3 cut">{sweep.best.name}</span>
          </>
        ) : (
          <span className="t3">—</span>
        )}
      </span>
      <span className="t3 sw-row-ago">
        <Ago time={sweep.created_at} />
      </span>
    </Link>
  );
}
