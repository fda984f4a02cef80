/** The head of a sweep: how it stands, how far it is, and what can be done about it. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useDeleteSweep, useEditSweep } from "@/api/sweeps";
import type { SweepDetail, SweepState } from "@/api/types";
import { Button, copyText, Dialog, errorMessage, Icon, IconButton, type IconName, Menu, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { agentLine } from "./command";
import { Progress } from "./Progress";
import { SweepPill } from "./SweepPill";

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

const OVER: ReadonlySet<SweepState> = new Set(["FINISHED", "CANCELED"]);

type Asked = "stop" | "cancel" | "delete";

export function Head({ detail }: { detail: SweepDetail }) {
  const t = useText();
  const { sweep } = detail;
  const navigate = useNavigate();
  const edit = useEditSweep(sweep.entity, sweep.project, sweep.id);
  const drop = useDeleteSweep(sweep.entity, sweep.project, sweep.id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const failed = (error: unknown) => toast(errorMessage(error, t.common.errors), { kind: "failed" });
  const put = (control: Control) => {
    setAsked(null);
    edit.mutate(
      { state: control.state },
      { onError: failed, onSuccess: () => toast(t.sweeps.done[control.word](sweep.name)) },
    );
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
  const running = sweep.runs_by_state.running ?? 0;
  return (
    <header className="run-head sw-head">
      <Icon name="sweep" />
      <h1 className="cut" title={sweep.description || sweep.name}>
        {sweep.name}
      </h1>
      <SweepPill sweep={sweep} />
      <span className="run-facts num">
        <span>{t.sweeps.methods[sweep.method]}</span>
        <span className="sw-head-runs">
          {sweep.runs_expected !== null && <Progress sweep={sweep} />}
          {sweep.runs_expected === null
            ? t.sweeps.runs(sweep.runs)
            : t.sweeps.runsOf(count(sweep.runs), count(sweep.runs_expected))}
        </span>
        {!OVER.has(sweep.state) && <span>{t.sweeps.agents(sweep.agents_at_work)}</span>}
        {sweep.early_terminate && <span>{t.sweeps.early}</span>}
        {sweep.controlled_locally && <span>{t.sweeps.local}</span>}
        <span title={t.run.created}>
          <Icon name="clock" small />
          <Ago time={sweep.created_at} />
        </span>
      </span>
      <span className="grow" />
      {sweep.metric && (
        <span className="sw-goal cut">
          <span className="t3">{t.sweeps.goals[sweep.goal]}</span> <b>{sweep.metric}</b>
        </span>
      )}
      {CONTROLS[sweep.state].map((control) => (
        <Button
          key={control.word}
          icon={control.icon}
          title={t.sweeps.controlsAbout[control.word]}
          busy={edit.isPending && edit.variables?.state === control.state}
          onClick={() => (control === STOP || control === CANCEL ? setAsked(control.word as Asked) : put(control))}
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
        title={asked === null ? "" : t.sweeps.asked[asked]}
        description={
          asked === null
            ? ""
            : asked === "delete"
              ? t.sweeps.deleteAbout(sweep.name)
              : `${t.sweeps.controlsAbout[asked]} ${t.sweeps.underWay(running)}`
        }
        footer={
          <>
            <Button onClick={() => setAsked(null)}>{t.sweeps.keep[asked ?? "stop"]}</Button>
            <Button
              variant="danger"
              busy={drop.isPending}
              onClick={() => (asked === "delete" ? remove() : put(asked === "stop" ? STOP : CANCEL))}
            >
              {asked === "delete" ? t.sweeps.delete : t.sweeps.controls[asked ?? "stop"]}
            </Button>
          </>
        }
      />
    </header>
  );
}
