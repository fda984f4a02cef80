/** Teams: who shares an entity. */
import { useQuery } from "@tanstack/react-query";
import { askJson, at } from "./client";
import type { Team } from "./types";

/** The team of this name; an entity that is a person's own has none, which is no error worth trying again. */
export function useTeam(entity: string, enabled: boolean) {
  return useQuery({
    queryKey: ["team", entity] as const,
    queryFn: ({ signal }) => askJson<Team>(at("teams", entity), { signal }),
    enabled,
    retry: false,
  });
}
