/** Sweeps of a project: what each searches, how far it is, the best it found. */
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useMakeSweep, useSweeps } from "@/api/sweeps";
import type { Sweep } from "@/api/types";
import { Button, Dialog, EmptyState, Snippet, TextArea, toast } from "@/ui";
import { count, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { QueryState } from "../parts/QueryState";
import { SweepPill } from "./SweepPill";
import "../parts/parts.css";
import "./sweeps.css";

export { SweepPage } from "./Sweep";

const SAMPLE = `method: bayes
metric:
  name: val/loss
  goal: minimize
program: train.py
parameters:
  lr:
    distribution: log_uniform_values
    min: 0.0001
    max: 0.1
  batch_size:
    values: [32, 64, 128]
`;

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
          <Snippet label="sweep.yaml" code={SAMPLE.trimEnd()} />
          <Snippet label={t.sweeps.terminal} code={`wandb sweep --entity ${entity} --project ${project} sweep.yaml`} />
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
      <NewSweep entity={entity} project={project} open={making} onClose={() => setMaking(false)} />
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
      <SweepPill state={sweep.state} />
      <span className="sw-row-progress">
        <Progress sweep={sweep} />
        <span className="num">
          {sweep.runs_expected === null ? t.runs(sweep.runs) : t.runsOf(count(sweep.runs), count(sweep.runs_expected))}
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

const SEGMENTS = ["finished", "running", "failed", "crashed", "killed"] as const;

/** The runs of a sweep by how they ended, as parts of a bar. */
export function Progress({ sweep }: { sweep: Sweep }) {
  const t = useText().common.states;
  const whole = Math.max(sweep.runs_expected ?? 0, sweep.runs, 1);
  return (
    <span className="sw-progress" aria-hidden="true">
      {SEGMENTS.map((state) => {
        const n = sweep.runs_by_state[state] ?? 0;
        return n > 0 ? (
          <i
            key={state}
            title={`${t[state]}: ${n}`}
            style={{ width: `${(n / whole) * 100}%`, background: `var(--${state})` }}
          />
        ) : null;
      })}
    </span>
  );
}

interface NewSweepProps {
  entity: string;
  project: string;
  open: boolean;
  onClose: () => void;
}

function NewSweep({ entity, project, open, onClose }: NewSweepProps) {
  const t = useText();
  const navigate = useNavigate();
  const make = useMakeSweep(entity, project);
  const [config, setConfig] = useState(SAMPLE);
  const go = () =>
    make.mutate(
      { config },
      {
        onSuccess: ({ sweep, warnings }) => {
          onClose();
          for (const warning of warnings) toast(warning, { kind: "failed", lastsMs: 9000 });
          void navigate({ to: "/$entity/$project/sweeps/$sweep", params: { entity, project, sweep: sweep.id } });
        },
      },
    );
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t.sweeps.make}
      description={t.sweeps.makeAbout}
      width={560}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button variant="primary" busy={make.isPending} onClick={go}>
            {t.sweeps.create}
          </Button>
        </>
      }
    >
      <TextArea
        rows={16}
        className="mono sw-yaml"
        spellCheck={false}
        aria-label="YAML"
        aria-invalid={make.isError}
        value={config}
        onChange={(event) => {
          setConfig(event.target.value);
          if (make.isError) make.reset();
        }}
      />
      {make.isError && <p className="ui-field-error">{make.error.message}</p>}
    </Dialog>
  );
}
