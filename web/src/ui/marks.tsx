/** Small marks: the dot of a run, the shape of a state, a tag. */
import type { ReactNode } from "react";
import type { RunState } from "@/api/types";
import { type Coloured, runColour } from "@/theme/colours";
import { IconButton } from "./controls";
import { useText } from "./text";

/** A run's colour. `number` is the run's number in its project. A square stands for a group. */
export function RunDot({ run, size = 10, square }: { run: Coloured; size?: number; square?: boolean }) {
  return (
    <span
      className="ui-dot"
      aria-hidden="true"
      style={{ width: size, height: size, background: runColour(run), borderRadius: square ? 2 : "50%" }}
    />
  );
}

const SHAPES: Record<RunState, ReactNode> = {
  running: (
    <>
      <circle cx="6" cy="6" r="3" fill="currentColor" />
      <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeOpacity=".35" strokeWidth="1.4" />
    </>
  ),
  finished: (
    <>
      <circle cx="6" cy="6" r="5" fill="currentColor" />
      <path d="M3.6 6.1 5.3 7.8 8.4 4.5" fill="none" stroke="var(--card)" strokeWidth="1.4" />
    </>
  ),
  failed: (
    <>
      <path d="M6 .8 11.2 6 6 11.2.8 6Z" fill="currentColor" />
      <path d="M6 3.6v2.8M6 8.2v.1" stroke="var(--card)" strokeWidth="1.4" strokeLinecap="round" />
    </>
  ),
  crashed: (
    <>
      <path d="M6 1 11.4 10.6H.6Z" fill="currentColor" />
      <path d="M6 4.4v2.8M6 8.9v.1" stroke="var(--card)" strokeWidth="1.3" strokeLinecap="round" />
    </>
  ),
  killed: (
    <>
      <rect x="1.2" y="1.2" width="9.6" height="9.6" rx="1.5" fill="currentColor" />
      <path d="M4 6h4" stroke="var(--card)" strokeWidth="1.4" />
    </>
  ),
  pending: <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2 1.6" />,
  preempting: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2 1.6" />
      <circle cx="6" cy="6" r="2" fill="currentColor" />
    </>
  ),
};

/** The shape of a state alone. */
export function StateMark({ state }: { state: RunState }) {
  return (
    <svg className={`ui-state-mark ${state}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}

/** A state with its shape, colour and name; `pill` puts it on a soft ground. */
export function StatePill({ state, pill }: { state: RunState; pill?: boolean }) {
  const t = useText();
  return (
    <span className={`ui-state ${state}${pill ? " pill" : ""}`}>
      <StateMark state={state} />
      {t.common.states[state]}
    </span>
  );
}

export function Tag({ children, onRemove, accent }: { children: ReactNode; onRemove?: () => void; accent?: boolean }) {
  const t = useText();
  return (
    <span className={`ui-tag${accent ? " accent" : ""}${onRemove ? " removable" : ""}`}>
      <span className="cut">{children}</span>
      {onRemove && <IconButton icon="x" small label={t.common.remove} onClick={onRemove} />}
    </span>
  );
}
