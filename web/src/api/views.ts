/** Saved views of a workspace. */
import { useQuery } from "@tanstack/react-query";
import { askJson, at } from "./client";
import type { NewView, Opening, View, ViewEdit, ViewInfo } from "./types";

/** `project` for the workspace, `run` for the charts of a run. */
export type ViewPage = "project" | "run";

export function viewsKey(entity: string, project: string) {
  return ["views", entity, project] as const;
}

export function useViews(entity: string, project: string) {
  return useQuery({
    queryKey: viewsKey(entity, project),
    queryFn: ({ signal }) => askJson<ViewInfo[]>(at("projects", entity, project, "views"), { signal }),
  });
}

/** What a page opens with: the view of this number, else one's own, else the project's default, else nothing. */
export function openingQuery(entity: string, project: string, page: ViewPage, view: string | null) {
  return {
    queryKey: ["opening", entity, project, page, view],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<View | null> => {
      if (view !== null) return askJson<View>(at("projects", entity, project, "views", view), { signal });
      // what one has just left is on its way
      await lastLeft;
      return (await askJson<Opening>(at("projects", entity, project, "views", "opening", page), { signal })).view;
    },
    // it is what one works over: what somebody else saves meanwhile is told when one saves oneself
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  };
}

export function readView(entity: string, project: string, view: number): Promise<View> {
  return askJson<View>(at("projects", entity, project, "views", view));
}

export function createView(entity: string, project: string, view: NewView): Promise<View> {
  return askJson<View>(at("projects", entity, project, "views"), { method: "POST", body: view });
}

export function editView(entity: string, project: string, view: number, edit: ViewEdit): Promise<View> {
  return askJson<View>(at("projects", entity, project, "views", view), { method: "PATCH", body: edit });
}

export function deleteView(entity: string, project: string, view: number): Promise<void> {
  return askJson<void>(at("projects", entity, project, "views", view), { method: "DELETE" });
}

let lastLeft: Promise<unknown> = Promise.resolve();

/** Keeps one's own view of a page. */
export function leaveView(
  entity: string,
  project: string,
  page: ViewPage,
  spec: Record<string, unknown>,
): Promise<View> {
  const answer = askJson<View>(at("projects", entity, project, "views", "own", page), {
    method: "PUT",
    body: { spec },
    stay: true,
  });
  lastLeft = answer.catch(() => undefined);
  return answer;
}
