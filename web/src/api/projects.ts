/** Projects: the list, one of them, the keys and columns its runs have. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, askJson, at, withParams } from "./client";
import type { KeyInfo, Project, ProjectEdit, Stream } from "./types";

/** Dotted paths that at least one run of the project has. */
export interface Columns {
  config: string[];
  summary: string[];
}

export const projectsQuery = {
  queryKey: ["projects"] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => askJson<Project[]>(at("projects"), { signal }),
};

export function projectQuery(entity: string, project: string) {
  return {
    queryKey: ["project", entity, project] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => askJson<Project>(at("projects", entity, project), { signal }),
  };
}

export function columnsQuery(entity: string, project: string) {
  return {
    queryKey: ["columns", entity, project] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<Columns>(at("projects", entity, project, "columns"), { signal }),
  };
}

export function projectKeysQuery(entity: string, project: string, stream: Stream = "history") {
  return {
    queryKey: ["project-keys", entity, project, stream] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<KeyInfo[]>(withParams(at("projects", entity, project, "keys"), { stream }), { signal }),
  };
}

export function useProjects() {
  return useQuery(projectsQuery);
}

export function useProject(entity: string, project: string) {
  return useQuery(projectQuery(entity, project));
}

export function useColumns(entity: string, project: string, enabled = true) {
  return useQuery({ ...columnsQuery(entity, project), enabled });
}

export function useProjectKeys(entity: string, project: string, stream: Stream = "history", enabled = true) {
  return useQuery({ ...projectKeysQuery(entity, project, stream), enabled });
}

/** Stars a project for oneself or takes the star back: at once on the page, undone when the server refuses. */
export function useStarProject() {
  const cache = useQueryClient();
  const key = projectsQuery.queryKey;
  return useMutation({
    mutationFn: ({ entity, name, starred }: Pick<Project, "entity" | "name" | "starred">) =>
      ask(at("projects", entity, name, "star"), { method: starred ? "PUT" : "DELETE" }),
    onMutate: async ({ entity, name, starred }) => {
      await cache.cancelQueries({ queryKey: key });
      cache.setQueryData<Project[]>(key, (all) =>
        all?.map((each) => (each.entity === entity && each.name === name ? { ...each, starred } : each)),
      );
    },
    onSettled: () => cache.invalidateQueries({ queryKey: key }),
  });
}

/** Changes a project at once on the page and takes it back when the server refuses. */
export function useEditProject(entity: string, project: string) {
  const cache = useQueryClient();
  const key = projectQuery(entity, project).queryKey;
  return useMutation({
    mutationFn: (edit: ProjectEdit) =>
      askJson<Project>(at("projects", entity, project), { method: "PATCH", body: edit }),
    onMutate: async (edit) => {
      await cache.cancelQueries({ queryKey: key });
      const before = cache.getQueryData<Project>(key);
      if (before) cache.setQueryData<Project>(key, { ...before, ...edit });
      return before;
    },
    onError: (_error, _edit, before) => {
      if (before) cache.setQueryData(key, before);
    },
    onSuccess: (after) => cache.setQueryData(key, after),
    onSettled: () => cache.invalidateQueries({ queryKey: projectsQuery.queryKey }),
  });
}
