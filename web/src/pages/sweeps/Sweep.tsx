/** One sweep: its state and what can be done about it, what the runs came to, the runs themselves. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useDeleteSweep, useEditSweep, useSweep } from "@/api/sweeps";
import type { Sweep, SweepDetail, SweepState } from "@/api/types";
import { FigureView } from "@/charts/FigureView";
import { Parallel, type ParallelLine } from "@/charts/Parallel";
import { axisOf, type Brushes, type Dimension, isChosen } from "@/charts/parallel";
import {
  Button,
  copyText,
  Dialog,
  EmptyState,
  errorMessage,
  Icon,
  IconButton,
  type IconName,
  Menu,
  Snippet,
  toast,
} from "@/ui";
import { count, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { QueryState } from "../parts/QueryState";
import { bestSoFar, importance, ranks } from "./progress";
import { SweepPill } from "./SweepPill";
import { SweepRuns } from "./SweepRuns";
import "../parts/parts.css";
import "../run/run.css";
import "./sweeps.css";

export function SweepPage() {
  const t = useText();
  const { entity = "", project = "", sweep = "" } = useParams({ strict: false }) as Record<string, string | undefined>;
  const found = useSweep(entity, project, sweep);
  if (!found.isSuccess)
    return (
      <QueryState
        query={found}
        icon="sweep"
        missing={{
          title: t.sweeps.missingTitle,
          why: t.sweeps.missingWhy,
          back: t.sweeps.back,
          to: "/$entity/$project/sweeps",
        }}
      />
    );
  return <SweepView key={`${entity}/${project}/${sweep}`} detail={found.data} />;
}

const METRIC = "metric ";
const MOST_AXES = 9;

function SweepView({ detail }: { detail: SweepDetail }) {
  const t = useText();
  const navigate = useNavigate();
  const { sweep, parameters, runs } = detail;
  const [brushes, setBrushes] = useState<Brushes>({});
  const [hovered, setHovered] = useState<string | null>(null);
  const rank = useMemo(() => ranks(runs, sweep.goal), [runs, sweep.goal]);
  const tied = useMemo(() => importance(parameters, runs), [parameters, runs]);
  const dimensions = useMemo((): Dimension[] => {
    const searched = parameters.filter((each) => each.searched).slice(0, MOST_AXES);
    const axes = searched.map(({ name, log }) => ({ id: name, label: name, log }));
    return sweep.metric ? [...axes, { id: METRIC, label: sweep.metric }] : axes;
  }, [parameters, sweep.metric]);
  const lines = useMemo(
    (): ParallelLine[] =>
      runs.map((run) => ({
        id: run.id,
        name: run.name,
        values: { ...run.params, [METRIC]: run.value },
        rank: rank.get(run.id) ?? null,
      })),
    [runs, rank],
  );
  const chosen = useMemo(() => {
    const axes = dimensions.map((each) =>
      axisOf(
        each,
        lines.map((line) => line.values[each.id]),
      ),
    );
    return new Set(lines.filter((line) => isChosen(axes, brushes, (id) => line.values[id])).map((line) => line.id));
  }, [dimensions, lines, brushes]);
  const figure = useMemo(
    () =>
      bestSoFar(runs, sweep.goal, {
        run: t.sweeps.runNumber,
        runs: t.frame.runs,
        best: t.sweeps.best,
        metric: sweep.metric ?? "",
      }),
    [runs, sweep.goal, sweep.metric, t],
  );
  const brushed = Object.keys(brushes).length > 0;
  const open = (run: string) =>
    void navigate({
      to: "/$entity/$project/runs/$run",
      params: { entity: sweep.entity, project: sweep.project, run },
    });
  return (
    <main className="sw">
      <Head detail={detail} />
      <div className="sw-body">
        {runs.length === 0 ? (
          <EmptyState icon="sweep" title={t.sweeps.noRunsTitle}>
            {t.sweeps.noRunsWhy}
            <Snippet code={agentLine(sweep)} />
          </EmptyState>
        ) : (
          <>
            <div className={sweep.metric ? "sw-charts" : "sw-charts one"}>
              <section className="ui-card sw-card">
                <header className="ui-card-head">
                  <h2>{t.sweeps.parameters}</h2>
                  {sweep.metric && <span className="t3 cut">→ {sweep.metric}</span>}
                  <span className="grow" />
                  {brushed && (
                    <button type="button" className="ui-badge pointer sw-clear" onClick={() => setBrushes({})}>
                      {t.sweeps.chosen(chosen.size)} ×
                    </button>
                  )}
                </header>
                <Parallel
                  dimensions={dimensions}
                  lines={lines}
                  brushes={brushes}
                  onBrush={setBrushes}
                  hovered={hovered}
                  onHover={setHovered}
                  onOpen={open}
                  label={t.sweeps.parameters}
                />
              </section>
              {sweep.metric && (
                <section className="ui-card sw-card">
                  <header className="ui-card-head">
                    <h2>{t.sweeps.best}</h2>
                    <span className="t3 cut">{sweep.metric}</span>
                    <span className="grow" />
                    {sweep.best && <b className="num sw-best">{number(sweep.best.value)}</b>}
                  </header>
                  {figure.series[1]?.x.length ? (
                    <FigureView figure={figure} />
                  ) : (
                    <p className="ui-card-empty">{t.sweeps.noValues(sweep.metric)}</p>
                  )}
                </section>
              )}
            </div>
            <div className="sw-lower">
              <SweepRuns
                sweep={sweep}
                parameters={parameters}
                runs={brushed ? runs.filter((run) => chosen.has(run.id)) : runs}
                all={runs.length}
                hovered={hovered}
                onHover={setHovered}
              />
              <div className="sw-side">
                {tied.length > 0 && sweep.metric && (
                  <section className="ui-card">
                    <header className="ui-card-head">
                      <h2>{t.sweeps.importance}</h2>
                    </header>
                    <div className="sw-ties">
                      {tied.slice(0, 10).map((each) => (
                        <div key={each.name} title={each.ordered ? t.sweeps.tieAbout : t.sweeps.tieNames}>
                          <span className="cut">{each.name}</span>
                          <span className="sw-tie">
                            <i
                              className={each.ordered && each.tie < 0 ? "down" : undefined}
                              style={{ width: `${Math.abs(each.tie) * 100}%` }}
                            />
                          </span>
                          <span className="num">{number(each.tie, 2)}</span>
                        </div>
                      ))}
                    </div>
                  </section>
                )}
                <Agents detail={detail} />
                <Config detail={detail} />
              </div>
            </div>
          </>
        )}
        {runs.length === 0 && (
          <div className="sw-lower one">
            <Config detail={detail} />
          </div>
        )}
      </div>
    </main>
  );
}

function agentLine(sweep: Sweep): string {
  return `wandb agent ${sweep.entity}/${sweep.project}/${sweep.id}`;
}

interface Control {
  state: SweepState;
  icon: IconName;
  word: "pause" | "resume" | "stop" | "cancel";
}

const PAUSE: Control = { state: "PAUSED", icon: "pause", word: "pause" };
const RESUME: Control = { state: "RUNNING", icon: "play", word: "resume" };
const STOP: Control = { state: "FINISHED", icon: "stop", word: "stop" };
const CANCEL: Control = { state: "CANCELED", icon: "x", word: "cancel" };

const CONTROLS: Record<SweepState, readonly Control[]> = {
  PENDING: [PAUSE, STOP, CANCEL],
  RUNNING: [PAUSE, STOP, CANCEL],
  PAUSED: [RESUME, STOP, CANCEL],
  FINISHED: [RESUME],
  CANCELED: [RESUME],
};

function Head({ detail }: { detail: SweepDetail }) {
  const t = useText();
  const { sweep, agents } = detail;
  const navigate = useNavigate();
  const edit = useEditSweep(sweep.entity, sweep.project, sweep.id);
  const drop = useDeleteSweep(sweep.entity, sweep.project, sweep.id);
  const [asked, setAsked] = useState<"cancel" | "delete" | null>(null);
  const failed = (error: unknown) => toast(errorMessage(error, t.common.errors), { kind: "failed" });
  const put = (state: SweepState) => {
    setAsked(null);
    edit.mutate({ state }, { onError: failed });
  };
  const remove = () =>
    drop.mutate(undefined, {
      onSuccess: () => {
        toast(t.sweeps.deleted);
        void navigate({
          to: "/$entity/$project/sweeps",
          params: { entity: sweep.entity, project: sweep.project },
        });
      },
      onError: failed,
    });
  const working = agents.filter((agent) => agent.state === "RUNNING").length;
  return (
    <header className="run-head sw-head">
      <Icon name="sweep" />
      <h1 className="cut" title={sweep.description || sweep.name}>
        {sweep.name}
      </h1>
      <SweepPill state={sweep.state} />
      <span className="run-facts num">
        <span>{t.sweeps.methods[sweep.method]}</span>
        <span>
          {sweep.runs_expected === null
            ? t.sweeps.runs(sweep.runs)
            : t.sweeps.runsOf(count(sweep.runs), count(sweep.runs_expected))}
        </span>
        <span>{t.sweeps.agents(working)}</span>
        {sweep.early_terminate && <span>{t.sweeps.early}</span>}
        {sweep.controlled_locally && <span>{t.sweeps.local}</span>}
        <span title={t.run.created}>
          <Icon name="clock" small />
          <Ago time={sweep.created_at} />
        </span>
      </span>
      <span className="grow" />
      {sweep.metric && (
        <span className="sw-goal">
          <span className="t3">{t.sweeps.goals[sweep.goal]}</span> <b>{sweep.metric}</b>
        </span>
      )}
      {CONTROLS[sweep.state].map((control) => (
        <Button
          key={control.word}
          icon={control.icon}
          title={t.sweeps.controlsAbout[control.word]}
          busy={edit.isPending && edit.variables?.state === control.state}
          onClick={() => (control.word === "cancel" ? setAsked("cancel") : put(control.state))}
        >
          {t.sweeps.controls[control.word]}
        </Button>
      ))}
      <Menu
        align="end"
        trigger={<IconButton icon="dots" label={t.common.more} />}
        items={[
          { id: "agent", icon: "term", label: t.sweeps.copyAgent, onSelect: () => void copyText(agentLine(sweep)) },
          { id: "id", icon: "copy", label: t.run.copyId, hint: sweep.id, onSelect: () => void copyText(sweep.id) },
          { id: "line", separator: true },
          { id: "delete", icon: "trash", label: t.sweeps.delete, danger: true, onSelect: () => setAsked("delete") },
        ]}
      />
      <Dialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={asked === "delete" ? t.sweeps.deleteTitle : t.sweeps.cancelTitle}
        description={asked === "delete" ? t.sweeps.deleteAbout(sweep.name) : t.sweeps.controlsAbout.cancel}
        footer={
          <>
            <Button onClick={() => setAsked(null)}>{t.sweeps.keep}</Button>
            <Button
              variant="danger"
              busy={drop.isPending}
              onClick={() => (asked === "delete" ? remove() : put("CANCELED"))}
            >
              {asked === "delete" ? t.sweeps.delete : t.sweeps.controls.cancel}
            </Button>
          </>
        }
      />
    </header>
  );
}

function Agents({ detail }: { detail: SweepDetail }) {
  const t = useText().sweeps;
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.agentsTitle}</h2>
        <span className="ui-count">{detail.agents.length}</span>
      </header>
      <div className="sw-agents">
        {detail.agents.map((agent) => (
          <div key={agent.id}>
            <span className={`sw-agent ${agent.state.toLowerCase()}`} title={t.agentStates[agent.state]} />
            <b className="cut">{agent.host || agent.id}</b>
            <span className="t3 num">{t.runs(agent.runs)}</span>
            <span className="grow" />
            <span className="t3">
              <Ago time={agent.heartbeat_at} />
            </span>
          </div>
        ))}
        <Snippet label={t.startAgent} code={agentLine(detail.sweep)} />
      </div>
    </section>
  );
}

function Config({ detail }: { detail: SweepDetail }) {
  const t = useText().sweeps;
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.config}</h2>
      </header>
      <div className="sw-config">
        {detail.warnings.map((warning) => (
          <p key={warning} className="sw-warning">
            <Icon name="warn" small />
            {warning}
          </p>
        ))}
        <Snippet code={detail.config.trimEnd()} />
      </div>
    </section>
  );
}
