/** Projects as a table, with a search once there are many. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useStarProject } from "@/api/projects";
import type { Project } from "@/api/types";
import { IconButton, Search, StateMark } from "@/ui";
import { useText } from "@/ui/text";
import { Ago } from "./Ago";
import "./parts.css";

export function ProjectTable({ projects, entity = true }: { projects: readonly Project[]; entity?: boolean }) {
  const t = useText();
  const [query, setQuery] = useState("");
  const star = useStarProject();
  const wanted = query.trim().toLowerCase();
  const shown = projects
    .filter((project) => `${project.entity}/${project.name}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => Number(b.starred) - Number(a.starred) || b.updated_at - a.updated_at);
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.home.projects}</h2>
        <span className="ui-count">{projects.length}</span>
        <span className="grow" />
        {projects.length > 4 && (
          <Search value={query} onChange={setQuery} placeholder={t.home.findProject} className="narrow" />
        )}
      </header>
      {shown.length === 0 ? (
        <p className="ui-card-empty">{t.home.noMatchProjects}</p>
      ) : (
        <div className="project-rows">
          {shown.map((project) => (
            <div key={addressOf(project)} className="project-starred">
              <IconButton
                icon="star"
                small
                on={project.starred}
                label={project.starred ? t.home.unstar(project.name) : t.home.star(project.name)}
                onClick={() => star.mutate({ ...project, starred: !project.starred })}
              />
              <Link
                className="list-row project-row"
                to="/$entity/$project/workspace"
                params={{ entity: project.entity, project: project.name }}
              >
                <span className="project-row-name">
                  <span className="cut">
                    {entity && <span className="t3">{project.entity} / </span>}
                    <b>{project.name}</b>
                  </span>
                  {project.description && <span className="cut t3">{firstLine(project.description)}</span>}
                </span>
                {project.running > 0 && (
                  <span className="project-row-live">
                    <StateMark state="running" /> {t.home.runningCount(project.running)}
                  </span>
                )}
                <span className="project-row-runs num">{t.common.runs(project.runs)}</span>
                <span className="project-row-ago t3">
                  <Ago time={project.updated_at} />
                </span>
              </Link>
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

function addressOf(project: Project): string {
  return `${project.entity}/${project.name}`;
}

function firstLine(description: string): string {
  return (description.split("\n").find((line) => line.trim()) ?? "").replace(/^#+\s*/, "");
}
