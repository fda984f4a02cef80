/** Who is signed in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, askJson, at } from "./client";
import type { Viewer } from "./types";

export type Credentials = { link: string } | { key: string } | { user: string; password: string };

export function signIn(credentials: Credentials): Promise<Viewer> {
  return askJson<Viewer>(at("session"), { method: "POST", body: credentials, stay: true });
}

export async function signOut(): Promise<void> {
  await ask(at("session"), { method: "DELETE" });
}

export const viewerQuery = {
  queryKey: ["viewer"] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => askJson<Viewer>(at("viewer"), { signal }),
  staleTime: 5 * 60_000,
};

export function useViewer() {
  return useQuery(viewerQuery);
}

export function useSignIn() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: (viewer) => {
      cache.clear();
      cache.setQueryData(viewerQuery.queryKey, viewer);
    },
  });
}

/** Signs out and forgets everything that was read while signed in. */
export function useSignOut() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    onSettled: () => {
      cache.clear();
      window.location.assign("/sign-in");
    },
  });
}
