/** Runs that go on from a step of this one; nothing where there are none. */
import { Link } from "@tanstack/react-router";
import { useRuns } from "@/api/runs";
import type { Run, RunSearch } from "@/api/types";
import { RunDot, StatePill } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../../parts/Ago";

const LOOKED = 500;
const NEWEST: RunSearch = { sort: [{ field: "created_at", descending: true }], limit: LOOKED };

export function Forks({ run }: { run: Run }) {
  const t = useText().facts;
  const runs = useRuns(run.entity, run.project, NEWEST);
  const forks = runs.data?.runs.filter((each) => each.parent?.run === run.id) ?? [];
  if (forks.length === 0) return null;
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.forks}</h2>
        <span className="ui-count">{forks.length}</span>
        {(runs.data?.all ?? 0) > LOOKED && <span className="t3">{t.forksOf(count(LOOKED))}</span>}
      </header>
      <ul className="run-forks">
        {forks.map((fork) => (
          <li key={fork.id}>
            <RunDot run={fork} />
            <Link
              className="ui-link cut"
              to="/$entity/$project/runs/$run"
              params={{ entity: fork.entity, project: fork.project, run: fork.id }}
            >
              {fork.name}
            </Link>
            <span className="t3 num">{fork.parent?.step == null ? "" : t.atStep(count(fork.parent.step))}</span>
            <span className="grow" />
            <StatePill state={fork.state} />
            <span className="t3 num">
              <Ago time={fork.created_at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
