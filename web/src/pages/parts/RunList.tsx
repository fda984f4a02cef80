/** Runs as short rows: for home and for a project's overview. */
import { Link } from "@tanstack/react-router";
import type { Run } from "@/api/types";
import { RunDot, StatePill, Tag } from "@/ui";
import { asNumber, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "./Ago";
import { mainMetric, valueAt } from "./main-metric";
import { Runtime } from "./Runtime";
import "./parts.css";

export function RunList({ runs, project = true }: { runs: readonly Run[]; project?: boolean }) {
  const t = useText();
  return (
    <div className="run-list" role="list" aria-label={t.home.recent}>
      {runs.map((run) => (
        <Link
          key={`${run.entity}/${run.project}/${run.id}`}
          role="listitem"
          className="list-row run-line"
          to="/$entity/$project/runs/$run"
          params={{ entity: run.entity, project: run.project, run: run.id }}
        >
          <RunDot run={run} />
          <span className="run-line-name">
            <span className="cut">{run.name}</span>
            {project && <span className="cut t3">{run.project}</span>}
          </span>
          <span className="run-line-state">
            <StatePill state={run.state} />
          </span>
          <span className="run-line-tags">
            {run.tags.slice(0, 2).map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
          </span>
          <Metric run={run} />
          <span className="run-line-time num">
            <Runtime run={run} />
          </span>
          <span className="run-line-ago t3">
            <Ago time={run.created_at} />
          </span>
        </Link>
      ))}
    </div>
  );
}

function Metric({ run }: { run: Run }) {
  const name = mainMetric(run.summary);
  const value = name ? asNumber(valueAt(run.summary, name)) : null;
  return (
    <span className="run-line-metric">
      {name && value !== null && (
        <>
          <span className="t3 cut">{name}</span> <b className="num">{number(value)}</b>
        </>
      )}
    </span>
  );
}
