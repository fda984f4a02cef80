/** Reports of a project. */
import { useQuery } from "@tanstack/react-query";
import { askJson, at } from "./client";
import type { Report, ReportInfo } from "./types";

export function useReports(entity: string, project: string) {
  return useQuery({
    queryKey: ["reports", entity, project] as const,
    queryFn: ({ signal }) => askJson<ReportInfo[]>(at("projects", entity, project, "reports"), { signal }),
  });
}

export function useReport(entity: string, project: string, id: string) {
  return useQuery({
    queryKey: ["report", entity, project, id] as const,
    queryFn: ({ signal }) => askJson<Report>(at("projects", entity, project, "reports", id), { signal }),
  });
}
