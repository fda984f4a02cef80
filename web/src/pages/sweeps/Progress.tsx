import type { Sweep } from "@/api/types";
import { useText } from "@/ui/text";

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
