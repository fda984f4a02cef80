import { useNavigate } from "@tanstack/react-router";
import type { Place, ProjectPage } from "./place";

/** Ways to the pages; those of a project do nothing where no project is open. */
export function useGo(place: Place | null) {
  const navigate = useNavigate();
  const inProject = (page: ProjectPage) => () => {
    if (place?.entity && place.project)
      void navigate({ to: `/$entity/$project/${page}`, params: { entity: place.entity, project: place.project } });
  };
  return {
    home: () => void navigate({ to: "/home" }),
    workspace: inProject("workspace"),
    runs: inProject("runs"),
    overview: inProject("overview"),
    sweeps: inProject("sweeps"),
    artifacts: inProject("artifacts"),
    reports: inProject("reports"),
    alerts: inProject("alerts"),
    projectSettings: inProject("settings"),
    settings: (part: string) => void navigate({ to: "/settings/$part", params: { part } }),
    entity: (entity: string) => void navigate({ to: "/$entity", params: { entity } }),
    project: (entity: string, project: string) =>
      void navigate({ to: "/$entity/$project/workspace", params: { entity, project } }),
    run: (entity: string, project: string, run: string) =>
      void navigate({ to: "/$entity/$project/runs/$run", params: { entity, project, run } }),
    report: (entity: string, project: string, report: string) =>
      void navigate({ to: "/$entity/$project/reports/$report", params: { entity, project, report } }),
    sweep: (entity: string, project: string, sweep: string) =>
      void navigate({ to: "/$entity/$project/sweeps/$sweep", params: { entity, project, sweep } }),
    artifact: (entity: string, project: string, type: string, name: string) =>
      void navigate({ to: "/$entity/$project/artifacts/$type/$name", params: { entity, project, type, name } }),
    metric: (entity: string, project: string, key: string) =>
      void navigate({
        to: "/$entity/$project/workspace",
        params: { entity, project },
        search: { m: `^${key.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$` } as never,
      }),
  };
}
