/** A project at a glance. */
import { Link, useParams } from "@tanstack/react-router";
import { useLiveRuns } from "@/api/live";
import { useColumns, useEditProject, useProject, useProjectKeys } from "@/api/projects";
import { useRuns } from "@/api/runs";
import type { Project, Run, RunSearch, RunState } from "@/api/types";
import { EmptyState, ErrorState, errorMessage, Skeleton, StateMark, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { duration } from "@/ui/times";
import { Ago } from "../parts/Ago";
import { FirstRun } from "../parts/Empty";
import { RunList } from "../parts/RunList";
import { TextCard } from "../parts/TextCard";
import { Waiting } from "../parts/Waiting";
import { Activity } from "./Activity";
import "../parts/parts.css";
import "./overview.css";

/** How many of the newest runs the totals and the calendar are made from. */
const LOOK_BACK = 1000;
const NEWEST: RunSearch = { sort: [{ field: "created_at", descending: true }], limit: LOOK_BACK };

export function OverviewPage() {
  const { entity = "", project: name = "" } = useParams({ strict: false });
  const project = useProject(entity, name);
  useLiveRuns(entity, name);
  if (project.isPending) return <Waiting />;
  if (project.isError)
    return (
      <div className="page">
        <ErrorState error={project.error} onRetry={() => void project.refetch()} />
      </div>
    );
  return <Overview key={`${entity}/${name}`} project={project.data} />;
}

function Overview({ project }: { project: Project }) {
  const t = useText();
  const runs = useRuns(project.entity, project.name, NEWEST);
  const keys = useProjectKeys(project.entity, project.name);
  const columns = useColumns(project.entity, project.name);
  const newest = runs.data?.runs ?? [];
  const params = { entity: project.entity, project: project.name };
  return (
    <div className="page">
      <div className="page-in">
        <header className="page-head overview-head">
          <h1>{project.name}</h1>
          <span className="grow" />
          <Link to="/$entity/$project/runs" params={params} className="ui-btn">
            {t.overview.allRuns}
          </Link>
          <Link to="/$entity/$project/workspace" params={params} className="ui-btn ui-btn-primary">
            {t.overview.workspace}
          </Link>
        </header>
        <dl className="overview-totals">
          <Total name={t.overview.runs} value={count(project.runs)} />
          <Total
            name={t.overview.running}
            value={
              <>
                {project.running > 0 && <StateMark state="running" />}
                {count(project.running)}
              </>
            }
          />
          <Total
            name={t.overview.computed}
            value={runs.data ? duration(newest.reduce((sum, run) => sum + run.runtime_secs, 0)) : "…"}
          />
          <Total
            name={t.overview.metrics}
            value={keys.data ? count(keys.data.filter((key) => key.kind === "number").length) : "…"}
          />
          <Total name={t.overview.configKeys} value={columns.data ? count(columns.data.config.length) : "…"} />
          <Total name={t.overview.lastActive} value={<Ago time={project.updated_at} />} />
        </dl>
        {project.runs === 0 ? (
          <section className="ui-card overview-first">
            <EmptyState icon="chart" title={t.overview.emptyTitle}>
              {t.overview.emptyWhy}
              <FirstRun project={project.name} />
            </EmptyState>
          </section>
        ) : (
          <div className="overview-columns">
            <div className="overview-column">
              <About project={project} />
              <section className="ui-card">
                <header className="ui-card-head">
                  <h2>{t.overview.recent}</h2>
                </header>
                {runs.isError ? (
                  <ErrorState error={runs.error} onRetry={() => void runs.refetch()} inline />
                ) : runs.isPending ? (
                  <Skeleton rows={6} height={16} gap={24} />
                ) : (
                  <RunList runs={newest.slice(0, 10)} project={false} />
                )}
              </section>
            </div>
            <div className="overview-column">
              <Activity runs={newest} part={project.runs > LOOK_BACK} />
              <States runs={newest} />
              <People project={project} />
            </div>
          </div>
        )}
      </div>
    </div>
  );
}

function Total({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="num">{value}</dd>
    </div>
  );
}

function About({ project }: { project: Project }) {
  const t = useText();
  const edit = useEditProject(project.entity, project.name);
  return (
    <TextCard
      title={t.overview.about}
      text={project.description}
      none={t.overview.noDescription}
      add={t.overview.addDescription}
      label={t.overview.description}
      rows={6}
      className="overview-text"
      onSave={(description) =>
        edit.mutate(
          { description },
          { onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }) },
        )
      }
    />
  );
}

const ORDER: RunState[] = ["running", "finished", "failed", "crashed", "killed", "pending", "preempting"];

function States({ runs }: { runs: readonly Run[] }) {
  const t = useText();
  const counted = ORDER.map((state) => ({ state, runs: runs.filter((run) => run.state === state).length })).filter(
    (each) => each.runs > 0,
  );
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.overview.states}</h2>
      </header>
      <div className="overview-bar" aria-hidden="true">
        {counted.map((each) => (
          <span key={each.state} style={{ flexGrow: each.runs, background: `var(--${each.state})` }} />
        ))}
      </div>
      <ul className="overview-states">
        {counted.map((each) => (
          <li key={each.state}>
            <StateMark state={each.state} />
            <span className="grow">{t.common.states[each.state]}</span>
            <span className="num">{count(each.runs)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function People({ project }: { project: Project }) {
  const t = useText();
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.overview.people}</h2>
        <span className="ui-count">{project.users.length || ""}</span>
      </header>
      {project.users.length === 0 ? (
        <p className="ui-card-empty">{t.overview.noPeople}</p>
      ) : (
        <ul className="overview-people">
          {project.users.map((user) => (
            <li key={user}>
              <span className="overview-face">{user.slice(0, 2).toUpperCase()}</span>
              {user}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
