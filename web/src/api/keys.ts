/** My API keys. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, askJson, at } from "./client";
import type { ApiKey, NewApiKey } from "./types";

const KEYS = ["api-keys"] as const;

export function useApiKeys() {
  return useQuery({
    queryKey: KEYS,
    queryFn: ({ signal }) => askJson<ApiKey[]>(at("keys"), { signal }),
  });
}

export function useMakeApiKey() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (label: string) => askJson<NewApiKey>(at("keys"), { method: "POST", body: { label } }),
    onSuccess: () => cache.invalidateQueries({ queryKey: KEYS }),
  });
}

export function useRevokeApiKey() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (id: number) => {
      await ask(at("keys", id), { method: "DELETE" });
    },
    onSettled: () => cache.invalidateQueries({ queryKey: KEYS }),
  });
}
