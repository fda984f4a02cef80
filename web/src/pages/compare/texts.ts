/** Texts among the files of runs; a run that has no such file has null. */
import type { QueryClient } from "@tanstack/react-query";
import { fileAddress, filesQuery, readFileText } from "@/api/files";

const MOST_BYTES = 4_000_000;

export function runTextQuery(entity: string, project: string, run: string, path: string) {
  return {
    queryKey: ["run-text", entity, project, run, path] as const,
    queryFn: async ({ signal, client }: { signal: AbortSignal; client: QueryClient }): Promise<string | null> => {
      const files = await client.ensureQueryData({ ...filesQuery(entity, project, run), staleTime: 60_000 });
      if (!files.some((file) => file.path === path)) return null;
      return (await readFileText(fileAddress(entity, project, run, path), MOST_BYTES, signal)).text;
    },
    staleTime: 60_000,
  };
}
