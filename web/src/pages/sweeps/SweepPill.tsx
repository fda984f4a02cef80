import type { RunState, Sweep } from "@/api/types";
import { StateMark } from "@/ui";
import { useText } from "@/ui/text";
import { useNow } from "@/ui/times";
import { type Standing, standingOf } from "./standing";

/** A sweep's state wears the shape of the run state that is most like it. */
const LIKE: Record<Standing, RunState> = {
  PENDING: "pending",
  RUNNING: "running",
  WAITING: "pending",
  PAUSED: "preempting",
  FINISHED: "finished",
  CANCELED: "killed",
};

export function SweepPill({ sweep }: { sweep: Sweep }) {
  const t = useText().sweeps.states;
  const standing = standingOf(sweep, useNow());
  return (
    <span className={`ui-state pill ${LIKE[standing]}`}>
      <StateMark state={LIKE[standing]} />
      {t[standing]}
    </span>
  );
}
