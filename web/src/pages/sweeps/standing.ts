/** How a sweep really stands: one that is to run does so only while an agent is at work. Pure. */
import type { Sweep, SweepState } from "@/api/types";

/** `WAITING` is one that goes on and that nobody works on. */
export type Standing = SweepState | "WAITING";

/** Agents give a sign of life every few seconds; one that was not heard of for so long may be gone. */
export const SILENT_SECS = 60;

type Standable = Pick<Sweep, "state" | "agents_at_work" | "runs_by_state" | "heard_at">;

export function standingOf(sweep: Standable, now: number): Standing {
  const heard = sweep.agents_at_work > 0 && now - (sweep.heard_at ?? 0) < SILENT_SECS;
  const busy = heard || (sweep.runs_by_state.running ?? 0) > 0;
  return sweep.state === "RUNNING" && !busy ? "WAITING" : sweep.state;
}

/** Whether a run was stopped because it fell behind, and not because somebody ended the sweep. */
export function stoppedEarly(sweep: Pick<Sweep, "early_terminate" | "state">, run: { stop_asked: boolean }): boolean {
  return sweep.early_terminate && run.stop_asked && sweep.state !== "CANCELED";
}
