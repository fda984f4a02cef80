/** Texts among the files of runs; a run that has no such file has null. */
import { isApiError } from "@/api/client";
import { fileAddress, readFileText } from "@/api/files";

const MOST_BYTES = 4_000_000;

export function runTextQuery(entity: string, project: string, run: string, path: string) {
  return {
    queryKey: ["run-text", entity, project, run, path] as const,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<string | null> => {
      try {
        return (await readFileText(fileAddress(entity, project, run, path), MOST_BYTES, signal)).text;
      } catch (error) {
        if (isApiError(error) && error.kind === "NotFound") return null;
        throw error;
      }
    },
    staleTime: 60_000,
  };
}
