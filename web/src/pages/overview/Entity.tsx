/** A user or a team: their projects, what they did lately, who belongs to them. */
import { useQueries } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useProjects } from "@/api/projects";
import { runsQuery } from "@/api/runs";
import type { Project, RunSearch } from "@/api/types";
import { EmptyState, ErrorState, Skeleton } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { FirstRun } from "../parts/Empty";
import { ProjectTable } from "../parts/ProjectTable";
import { RunList } from "../parts/RunList";
import { Waiting } from "../parts/Waiting";
import { Activity } from "./Activity";
import { Members } from "./Members";
import "../parts/parts.css";
import "./overview.css";

const RECENT_PROJECTS = 8;
const LOOK_BACK = 500;
const NEWEST: RunSearch = { sort: [{ field: "created_at", descending: true }], limit: LOOK_BACK };

export function EntityPage() {
  const t = useText();
  const { entity = "" } = useParams({ strict: false });
  const projects = useProjects();
  if (projects.isPending) return <Waiting />;
  if (projects.isError)
    return (
      <div className="page">
        <ErrorState error={projects.error} onRetry={() => void projects.refetch()} />
      </div>
    );
  const own = projects.data.filter((project) => project.entity === entity);
  return (
    <div className="page">
      <div className="page-in">
        <header className="page-head entity-head">
          <span className="overview-face">{entity.slice(0, 2).toUpperCase()}</span>
          <h1>{entity}</h1>
          <span className="t3">{t.overview.entityFacts(own.length, count(runsOf(own)))}</span>
        </header>
        {own.length === 0 ? (
          <div className="overview-columns">
            <section className="ui-card overview-first">
              <EmptyState icon="box" title={t.home.noProjects}>
                {t.home.noProjectsWhy}
                <FirstRun project="first-project" />
              </EmptyState>
            </section>
            <Members entity={entity} />
          </div>
        ) : (
          <Filled entity={entity} projects={own} />
        )}
      </div>
    </div>
  );
}

function runsOf(projects: readonly Project[]): number {
  return projects.reduce((sum, project) => sum + project.runs, 0);
}

function Filled({ entity, projects }: { entity: string; projects: readonly Project[] }) {
  const t = useText();
  const fresh = projects
    .filter((project) => project.runs > 0)
    .toSorted((a, b) => b.updated_at - a.updated_at)
    .slice(0, RECENT_PROJECTS);
  const recent = useQueries({
    queries: fresh.map((project) => runsQuery(project.entity, project.name, NEWEST)),
    combine: (answers) => ({
      runs: answers.flatMap((answer) => answer.data?.runs ?? []).sort((a, b) => b.created_at - a.created_at),
      pending: answers.some((answer) => answer.isPending),
      error: answers.find((answer) => answer.isError)?.error,
      retry: () => answers.forEach((answer) => void answer.refetch()),
    }),
  });
  const { runs } = recent;
  return (
    <div className="overview-columns">
      <div className="overview-column">
        <ProjectTable projects={projects} entity={false} />
        <section className="ui-card">
          <header className="ui-card-head">
            <h2>{t.overview.recent}</h2>
          </header>
          {recent.error && runs.length === 0 ? (
            <ErrorState error={recent.error} onRetry={recent.retry} inline />
          ) : recent.pending && runs.length === 0 ? (
            <Skeleton rows={6} height={16} gap={24} />
          ) : runs.length === 0 ? (
            <p className="ui-card-empty">{t.overview.emptyTitle}</p>
          ) : (
            <RunList runs={runs.slice(0, 10)} />
          )}
        </section>
      </div>
      <div className="overview-column">
        <Activity runs={runs} part={runsOf(projects) > runs.length} />
        <Members entity={entity} />
      </div>
    </div>
  );
}
