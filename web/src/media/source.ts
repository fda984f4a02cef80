/** Where the files of media are: among those of a run, or in an artifact. */
import { useQuery } from "@tanstack/react-query";
import { ask } from "@/api/client";
import { fileAddress } from "@/api/files";

export type AddressOf = (path: string) => string;

export function runFiles(entity: string, project: string, run: string): AddressOf {
  return (path) => fileAddress(entity, project, run, path);
}

/** The JSON of a file; NaN and the infinities, which JSON has no words for but files hold, are read as text. */
export function useJsonFile(address: string | null) {
  return useQuery({ ...jsonQuery(address ?? ""), enabled: address !== null });
}

export function jsonQuery(address: string) {
  return {
    queryKey: ["json-file", address] as const,
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const answer = await ask(address, { signal, accept: "*/*" });
      return readJson(await answer.text());
    },
    staleTime: Number.POSITIVE_INFINITY,
  };
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(quoteOdd(text));
  }
}

/** Python writes `NaN` and `Infinity` bare; outside of strings they become the words the page knows. */
export function quoteOdd(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  );
}
