/** Teams: who shares an entity, and what each of them may do there. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, askJson, at, withParams } from "./client";
import type { Team, User } from "./types";

export const ROLES = ["viewer", "member", "admin"] as const;
export type TeamRole = (typeof ROLES)[number];

export function teamQuery(entity: string) {
  return {
    queryKey: ["team", entity] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => askJson<Team>(at("teams", entity), { signal }),
    retry: false,
  };
}

/** The team of this name; an entity that is a person's own has none, which is no error worth trying again. */
export function useTeam(entity: string, enabled: boolean) {
  return useQuery({ ...teamQuery(entity), enabled });
}

/** Makes somebody a member, or gives a member another role. */
export function useSetMember(team: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ user, role }: { user: string; role: TeamRole }) =>
      askJson<Team>(at("teams", team, "members", user), { method: "PUT", body: { role } }),
    onSuccess: (after) => cache.setQueryData(teamQuery(team).queryKey, after),
  });
}

export function useDropMember(team: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (user: string) => {
      await ask(at("teams", team, "members", user), { method: "DELETE" });
    },
    onSettled: () => cache.invalidateQueries({ queryKey: teamQuery(team).queryKey }),
  });
}

/** Makes a team with whoever makes it as its first admin; for administrators of the server. */
export function useMakeTeam() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ name, by }: { name: string; by: string }) =>
      askJson<Team>(at("teams"), { method: "POST", body: { name, members: { [by]: "admin" } } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["viewer"] }),
  });
}

/** Users one may know of whose names begin so. */
export function useUsers(query: string, enabled: boolean) {
  return useQuery({
    queryKey: ["users", query] as const,
    queryFn: ({ signal }) => askJson<User[]>(withParams(at("users", "search"), { query }), { signal }),
    enabled,
  });
}
