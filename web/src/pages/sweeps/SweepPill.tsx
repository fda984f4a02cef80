import type { RunState, SweepState } from "@/api/types";
import { StateMark } from "@/ui";
import { useText } from "@/ui/text";

/** A sweep's state wears the shape of the run state that is most like it. */
const LIKE: Record<SweepState, RunState> = {
  PENDING: "pending",
  RUNNING: "running",
  PAUSED: "preempting",
  FINISHED: "finished",
  CANCELED: "killed",
};

export function SweepPill({ state }: { state: SweepState }) {
  const t = useText().sweeps.states;
  return (
    <span className={`ui-state pill ${LIKE[state]}`}>
      <StateMark state={LIKE[state]} />
      {t[state]}
    </span>
  );
}
