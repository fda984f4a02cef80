/** All facts of a run: what it was told, what it found, how and where it ran. */
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useEditRun, useNameOfRun } from "@/api/runs";
import type { Parent, Run } from "@/api/types";
import { givenConfig } from "@/state/fields";
import { CopyButton, errorMessage, Icon, StatePill, Tree, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { duration, moment } from "@/ui/times";
import { nest } from "@/ui/tree-rows";
import { Ago } from "../../parts/Ago";
import { Runtime } from "../../parts/Runtime";
import { TextCard } from "../../parts/TextCard";
import { AlertsCard } from "../AlertsCard";
import { EditsCard } from "../edits/EditsCard";
import { Fact } from "../Fact";
import { commitAddress, machineOf } from "../machine";
import { Changes } from "./Changes";
import { Forks } from "./Forks";
import { Packages } from "./Packages";
import { Reproduce } from "./Reproduce";
import "../diff/diff.css";

export function Overview({ run }: { run: Run }) {
  const t = useText();
  const config = useMemo(() => givenConfig(run.config), [run.config]);
  const summary = useMemo(() => nest(shown(run.summary), "/"), [run.summary]);
  return (
    <div className="page">
      <div className="page-in run-overview">
        <div className="run-column">
          <Notes run={run} />
          <Tree title={t.run.config} value={config} empty={t.run.noConfig.replaceAll("`", "")} />
          <How run={run} />
          <Changes run={run} />
          <Reproduce run={run} />
        </div>
        <div className="run-column">
          <Facts run={run} />
          <AlertsCard run={run} />
          <EditsCard run={run} />
          <Tree title={t.run.summary} value={summary} empty={t.run.noSummary} />
          <Hardware run={run} />
          <Attempts run={run} />
          <Forks run={run} />
          <Packages run={run} />
        </div>
      </div>
    </div>
  );
}

function shown(summary: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(summary).filter(([name]) => !name.startsWith("_")));
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{title}</h2>
      </header>
      {children}
    </section>
  );
}

function Facts({ run }: { run: Run }) {
  const t = useText();
  return (
    <Card title={t.run.facts}>
      <dl className="run-dl">
        <Fact name={t.run.state}>
          <StatePill state={run.state} />
          {run.exit_code !== null && run.exit_code !== 0 && (
            <span className="t3">
              {t.run.exitCode} {run.exit_code}
            </span>
          )}
        </Fact>
        <Fact name={t.run.created}>
          <span>{moment(run.created_at)}</span>
          <span className="t3">
            <Ago time={run.created_at} />
          </span>
        </Fact>
        {run.finished_at !== null ? (
          <Fact name={t.run.finished}>{moment(run.finished_at)}</Fact>
        ) : (
          <Fact name={t.run.updated}>
            <Ago time={run.updated_at} />
          </Fact>
        )}
        <Fact name={t.run.runtime}>
          <Runtime run={run} />
        </Fact>
        {run.last_step !== null && <Fact name={t.run.steps}>{count(run.last_step)}</Fact>}
        {run.parent && (
          <Fact name={t.edits.forkedFrom}>
            <ParentLink run={run} parent={run.parent} />
          </Fact>
        )}
        {run.sweep && (
          <Fact name={t.run.sweep}>
            <Link
              className="ui-link"
              to="/$entity/$project/sweeps/$sweep"
              params={{ entity: run.entity, project: run.project, sweep: run.sweep }}
            >
              {run.sweep}
            </Link>
          </Fact>
        )}
        {run.user && <Fact name={t.run.user}>{run.user}</Fact>}
        {run.host && <Fact name={t.run.host}>{run.host}</Fact>}
        {run.group && <Fact name={t.run.group}>{run.group}</Fact>}
        {run.job_type && <Fact name={t.run.jobType}>{run.job_type}</Fact>}
        <Fact name={t.run.id}>
          <span className="mono">{run.id}</span>
          <CopyButton value={run.id} />
        </Fact>
      </dl>
    </Card>
  );
}

function ParentLink({ run, parent }: { run: Run; parent: Parent }) {
  const t = useText();
  const name = useNameOfRun(run.entity, run.project, parent.run) ?? parent.run;
  return (
    <Link
      className="ui-link"
      to="/$entity/$project/runs/$run"
      params={{ entity: run.entity, project: run.project, run: parent.run }}
    >
      {parent.step === null ? name : t.edits.atStep(name, count(parent.step))}
    </Link>
  );
}

function Notes({ run }: { run: Run }) {
  const t = useText();
  const edit = useEditRun(run.entity, run.project);
  return (
    <TextCard
      title={t.run.notes}
      text={run.notes}
      none={t.run.noNotes}
      editLabel={t.runs.editNotes}
      rows={4}
      className="run-notes"
      onSave={(notes) => {
        if (notes !== run.notes)
          edit.mutate(
            { run: run.id, edit: { notes } },
            { onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }) },
          );
      }}
    />
  );
}

function How({ run }: { run: Run }) {
  const t = useText();
  const machine = machineOf(run.metadata);
  const commit = commitAddress(machine.remote, machine.commit);
  const nothing = !machine.command && !machine.python && !machine.commit && !run.program;
  return (
    <Card title={t.run.how}>
      {nothing ? (
        <p className="ui-card-empty">{t.run.noMetadata}</p>
      ) : (
        <>
          {machine.command && (
            <div className="run-command">
              <span className="t3">$</span>
              <code className="mono">{machine.command}</code>
              <CopyButton value={machine.command} />
            </div>
          )}
          <dl className="run-dl">
            {machine.directory && (
              <Fact name={t.run.directory}>
                <span className="mono">{machine.directory}</span>
              </Fact>
            )}
            {machine.program && (
              <Fact name={t.run.program}>
                <span className="mono">{machine.program}</span>
              </Fact>
            )}
            {machine.python && <Fact name={t.run.python}>{machine.python}</Fact>}
            {machine.os && <Fact name={t.run.os}>{machine.os}</Fact>}
            {typeof run.client.cli_version === "string" && (
              <Fact name={t.run.client}>wandb {run.client.cli_version}</Fact>
            )}
            {machine.commit && (
              <Fact name={t.run.git}>
                <span className="mono">{machine.commit.slice(0, 10)}</span>
                {machine.branch && <span className="ui-badge">{machine.branch}</span>}
                {machine.dirty && <span className="t3">{t.run.changed}</span>}
                {commit && (
                  <a className="ui-link" href={commit} target="_blank" rel="noreferrer noopener">
                    <Icon name="external" small />
                  </a>
                )}
                <CopyButton value={machine.commit} />
              </Fact>
            )}
            {machine.remote && (
              <Fact name={t.run.remote}>
                <span className="mono">{machine.remote}</span>
              </Fact>
            )}
          </dl>
        </>
      )}
    </Card>
  );
}

function Hardware({ run }: { run: Run }) {
  const t = useText();
  const machine = machineOf(run.metadata);
  if (!machine.cpu && !machine.memory && machine.gpus.length === 0 && !machine.cores) return null;
  const gpus = [...new Set(machine.gpus)].map((name) => ({
    name,
    n: machine.gpus.filter((each) => each === name).length,
  }));
  return (
    <Card title={t.run.hardware}>
      <dl className="run-dl">
        {gpus.length > 0 && (
          <Fact name={t.run.gpu}>
            {gpus.map(({ name, n }) => (
              <span key={name}>{n > 1 ? `${n} × ${name}` : name}</span>
            ))}
            {machine.cuda && <span className="ui-badge">CUDA {machine.cuda}</span>}
          </Fact>
        )}
        {(machine.cpu || machine.cores) && (
          <Fact name={t.run.cpu}>
            {machine.cpu && <span>{machine.cpu}</span>}
            {machine.cores && (
              <span className="t3">{t.run.cores(String(machine.cores[0]), String(machine.cores[1]))}</span>
            )}
          </Fact>
        )}
        {machine.memory && <Fact name={t.run.memory}>{machine.memory}</Fact>}
        {machine.disk && <Fact name={t.run.disk}>{machine.disk}</Fact>}
      </dl>
    </Card>
  );
}

function Attempts({ run }: { run: Run }) {
  const t = useText();
  if (run.attempts.length === 0) return null;
  return (
    <Card title={t.run.attempts}>
      <ol className="run-attempts">
        {run.attempts.map((attempt, place) => (
          <li key={attempt.journal}>
            <b>{t.run.attempt(place + 1)}</b>
            <span className="t2">
              {attempt.host} {attempt.pid > 0 && <span className="t3">{t.run.pid(attempt.pid)}</span>}
            </span>
            <span className="t3">
              {moment(attempt.started_at)}
              {attempt.exit_code !== null && attempt.exit_code !== 0 && ` · ${t.run.exitCode} ${attempt.exit_code}`}
            </span>
            <span className="num">
              {attempt.finished_at === null
                ? run.state === "running"
                  ? t.run.stillRunning
                  : "—"
                : duration(attempt.finished_at - attempt.started_at)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
