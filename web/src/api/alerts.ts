/** What runs said aloud: of a project, of all projects, and what of it I have read. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, askJson, at, withParams } from "./client";
import { useLive } from "./live";
import type { HeardAlert, HeardAlerts } from "./types";

export interface AlertsAsked {
  /** `info`, `warn`, `error`; none for all. */
  severities: readonly string[];
  run: string | null;
  unread: boolean;
}

const PAGE = 50;

export function useProjectAlerts(entity: string, project: string, asked: AlertsAsked) {
  return useInfiniteQuery({
    queryKey: ["project-alerts", entity, project, asked] as const,
    queryFn: ({ signal, pageParam }) =>
      askJson<HeardAlerts>(
        withParams(at("projects", entity, project, "alerts"), {
          limit: PAGE,
          before: pageParam,
          severity: asked.severities.join(",") || null,
          run: asked.run,
          unread: asked.unread ? "true" : null,
        }),
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.more ? (page.alerts.at(-1)?.id ?? null) : null),
    placeholderData: keepPreviousData,
  });
}

/** How many alerts of a project I have not read; null while that is not known. */
export function useUnread(entity: string | null, project: string | null): number | null {
  const cache = useQueryClient();
  const found = useQuery({
    queryKey: ["unread-alerts", entity, project] as const,
    queryFn: ({ signal }) =>
      askJson<HeardAlerts>(withParams(at("projects", entity ?? "", project ?? "", "alerts"), { limit: 1 }), { signal }),
    enabled: entity !== null && project !== null,
  });
  useLive(entity ?? "", project ?? "", { onAlert: () => void forget(cache) });
  return found.data?.unread ?? null;
}

/** What runs of all my projects said that I have not read. */
export function useUnreadEverywhere(limit: number) {
  return useQuery({
    queryKey: ["all-alerts", limit] as const,
    queryFn: ({ signal }) => askJson<HeardAlerts>(withParams(at("alerts"), { limit, unread: "true" }), { signal }),
    refetchInterval: 30_000,
  });
}

export interface Mark {
  alerts: readonly HeardAlert[] | "all";
  read: boolean;
}

/** Marks alerts of a project as read, or as not read; on the page at once. */
export function useMarkAlerts(entity: string, project: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ alerts, read }: Mark) => {
      await ask(at("projects", entity, project, "alerts", "read"), {
        method: "POST",
        body: alerts === "all" ? { read } : { ids: alerts.map((each) => each.id), read },
      });
    },
    onMutate: ({ alerts, read }) => {
      const ids = alerts === "all" ? null : new Set(alerts.map((each) => each.id));
      cache.setQueriesData<{ pages: HeardAlerts[]; pageParams: unknown[] }>(
        { queryKey: ["project-alerts", entity, project] },
        (old) =>
          old && {
            ...old,
            pages: old.pages.map((page) => ({
              ...page,
              alerts: page.alerts.map((each) => (ids === null || ids.has(each.id) ? { ...each, read } : each)),
            })),
          },
      );
    },
    onSettled: () => forget(cache),
  });
}

function forget(cache: ReturnType<typeof useQueryClient>): Promise<unknown> {
  return Promise.all(
    ["project-alerts", "unread-alerts", "all-alerts", "alerts"].map((name) =>
      cache.invalidateQueries({ queryKey: [name] }),
    ),
  );
}
