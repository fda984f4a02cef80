/** How much each parameter has to do with the result, among the runs that are chosen. */
import { useMemo } from "react";
import type { SweepDetail, SweepRun } from "@/api/types";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { importance } from "./progress";

export interface TiesProps {
  detail: SweepDetail;
  runs: readonly SweepRun[];
  /** Whether these are only some of the runs. */
  chosen: boolean;
  onPick: (parameter: string) => void;
}

const MOST = 12;

export function Ties({ detail, runs, chosen, onPick }: TiesProps) {
  const t = useText().sweeps;
  const tied = useMemo(() => importance(detail.parameters, runs), [detail.parameters, runs]);
  if (!detail.sweep.metric || (tied.length === 0 && !chosen)) return null;
  return (
    <section className="ui-card" aria-label={t.importance}>
      <header className="ui-card-head">
        <h2>{t.importance}</h2>
        {chosen && <span className="t3">{t.ofChosen(runs.length)}</span>}
      </header>
      {tied.length === 0 ? (
        <p className="ui-card-empty">{t.tooFew}</p>
      ) : (
        <div className="sw-ties">
          {tied.slice(0, MOST).map((each) => (
            <button
              type="button"
              key={each.name}
              title={each.ordered ? t.tieAbout : t.tieNames}
              onClick={() => onPick(each.name)}
            >
              <span className="cut">{each.name}</span>
              <span className="sw-tie">
                <i
                  className={each.ordered && each.tie < 0 ? "down" : undefined}
                  style={{ width: `${Math.abs(each.tie) * 100}%` }}
                />
              </span>
              <span className="num">{number(each.tie, 2)}</span>
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
