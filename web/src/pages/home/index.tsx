/** Home: what runs now, what ran last, and the projects. */
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { readAgain, useLive } from "@/api/live";
import { projectsQuery } from "@/api/projects";
import { runsQuery } from "@/api/runs";
import { useSeries } from "@/api/series";
import { useViewer } from "@/api/session";
import type { Project, Run, RunSearch } from "@/api/types";
import { EmptyState, ErrorState, RunDot, runColour, Skeleton, StateMark } from "@/ui";
import { asNumber, count, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { FirstRun } from "../parts/Empty";
import { mainMetric, valueAt } from "../parts/main-metric";
import { ProjectTable } from "../parts/ProjectTable";
import { RunList } from "../parts/RunList";
import { Runtime } from "../parts/Runtime";
import { Sparkline } from "../parts/Sparkline";
import { Waiting } from "../parts/Waiting";
import { DiskNotice } from "./DiskNotice";
import { Heard } from "./Heard";
import "./home.css";

const RUNNING: RunSearch = {
  filter: { type: "where", field: "state", op: "=", value: "running" },
  sort: [{ field: "created_at", descending: true }],
  limit: 6,
};
const RECENT: RunSearch = { sort: [{ field: "created_at", descending: true }], limit: 8 };

/** How many projects are asked for their newest runs; the rest are too long ago to matter here. */
const RECENT_PROJECTS = 5;

const PROJECTS_EVERY_MS = 3000;

export function HomePage() {
  const t = useText();
  const viewer = useViewer();
  // a project that nobody knows of yet tells nobody that it began
  const projects = useQuery({ ...projectsQuery, refetchInterval: PROJECTS_EVERY_MS });
  if (projects.isPending) return <Waiting />;
  if (projects.isError)
    return (
      <div className="page">
        <ErrorState error={projects.error} onRetry={() => void projects.refetch()} />
      </div>
    );
  return (
    <div className="page">
      <div className="page-in">
        <header className="page-head">
          <h1>{viewer.data ? t.home.hello(viewer.data.user.name) : t.home.title}</h1>
        </header>
        <DiskNotice />
        {projects.data.every((project) => project.runs === 0) ? (
          <section className="ui-card home-first">
            <EmptyState icon="chart" title={t.home.emptyTitle}>
              {t.home.emptyWhy}
              <FirstRun project="first-project" />
              <p className="home-after t3">
                {t.home.emptyAfter}{" "}
                <Link to="/settings/$part" params={{ part: "keys" }} className="ui-link">
                  {t.home.emptyKey}
                </Link>
              </p>
            </EmptyState>
          </section>
        ) : (
          <Filled projects={projects.data} />
        )}
      </div>
    </div>
  );
}

function Filled({ projects }: { projects: readonly Project[] }) {
  const t = useText();
  const busy = projects.filter((project) => project.running > 0).slice(0, RECENT_PROJECTS);
  const fresh = projects
    .filter((project) => project.runs > 0)
    .toSorted((a, b) => b.updated_at - a.updated_at)
    .slice(0, RECENT_PROJECTS);
  const running = useQueries({
    queries: busy.map((project) => runsQuery(project.entity, project.name, RUNNING)),
    combine: (answers) => answers.flatMap((answer) => answer.data?.runs ?? []),
  });
  const recent = useQueries({
    queries: fresh.map((project) => runsQuery(project.entity, project.name, RECENT)),
    combine: (answers) => ({
      runs: answers
        .flatMap((answer) => answer.data?.runs ?? [])
        .sort((a, b) => b.created_at - a.created_at)
        .slice(0, 10),
      pending: answers.some((answer) => answer.isPending),
      error: answers.find((answer) => answer.isError)?.error,
      retry: () => answers.forEach((answer) => void answer.refetch()),
    }),
  });
  return (
    <>
      {[...new Set([...busy, ...fresh])].map((project) => (
        <Listener key={`${project.entity}/${project.name}`} project={project} />
      ))}
      <section>
        <h2 className="page-section">
          {t.home.runningNow}
          <span className="ui-count">{running.length > 0 ? count(running.length) : ""}</span>
        </h2>
        {running.length === 0 ? (
          <p className="home-quiet">{t.home.nothingRunning}</p>
        ) : (
          <div className="home-running">
            {running.map((run) => (
              <RunningCard key={`${run.entity}/${run.project}/${run.id}`} run={run} />
            ))}
          </div>
        )}
      </section>
      <div className="home-columns">
        <div className="home-column">
          <ProjectTable projects={projects} entity={new Set(projects.map((project) => project.entity)).size > 1} />
          <Heard />
        </div>
        <section className="ui-card">
          <header className="ui-card-head">
            <h2>{t.home.recent}</h2>
          </header>
          {recent.error && recent.runs.length === 0 ? (
            <ErrorState error={recent.error} onRetry={recent.retry} inline />
          ) : recent.pending && recent.runs.length === 0 ? (
            <Skeleton rows={6} height={16} gap={24} />
          ) : (
            <RunList runs={recent.runs} />
          )}
        </section>
      </div>
    </>
  );
}

/** Keeps one project's part of the page fresh. */
function Listener({ project }: { project: Project }) {
  const cache = useQueryClient();
  const runs = ["runs", project.entity, project.name];
  useLive(project.entity, project.name, {
    onRun: () => {
      readAgain(cache, projectsQuery.queryKey);
      readAgain(cache, runs);
    },
    onGap: () => {
      void cache.invalidateQueries({ queryKey: projectsQuery.queryKey });
      void cache.invalidateQueries({ queryKey: runs });
    },
    onRows: (event) => {
      readAgain(cache, runs);
      void cache.invalidateQueries({
        predicate: ({ queryKey }) =>
          queryKey[0] === "series" &&
          queryKey[1] === project.entity &&
          queryKey[2] === project.name &&
          (queryKey[3] as { runs: string[] }).runs.includes(event.run),
      });
    },
  });
  return null;
}

function RunningCard({ run }: { run: Run }) {
  const t = useText();
  const key = mainMetric(run.summary);
  const query = useMemo(() => ({ runs: [run.id], keys: key ? [key] : [], buckets: 120 }), [run.id, key]);
  const series = useSeries(run.entity, run.project, query, key !== null);
  const value = key ? asNumber(valueAt(run.summary, key)) : null;
  return (
    <Link
      className="ui-card home-card"
      to="/$entity/$project/runs/$run"
      params={{ entity: run.entity, project: run.project, run: run.id }}
    >
      <div className="home-card-head">
        <RunDot run={run} />
        <b className="cut grow">{run.name}</b>
        <StateMark state={run.state} />
      </div>
      <div className="home-card-where t3 cut">{run.project}</div>
      <div className="home-card-curve">
        <Sparkline curve={series.data?.curves[0]} color={runColour(run)} width={340} height={56} filled />
      </div>
      <div className="home-card-foot num">
        <span className="cut">
          {key && value !== null && (
            <>
              <span className="t3">{key}</span> <b>{number(value)}</b>
            </>
          )}
        </span>
        <span className="grow" />
        {run.last_step !== null && <span className="t2">{t.home.step(count(run.last_step))}</span>}
        <span className="t2">
          <Runtime run={run} />
        </span>
      </div>
    </Link>
  );
}
