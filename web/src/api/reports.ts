/** Reports of a project: read, written, changed, deleted. */
import { useQuery } from "@tanstack/react-query";
import { askJson, at } from "./client";
import type { NewReport, Report, ReportEdit, ReportInfo } from "./types";

export function reportsKey(entity: string, project: string) {
  return ["reports", entity, project] as const;
}

export function reportKey(entity: string, project: string, id: string) {
  return ["report", entity, project, id] as const;
}

export function reportsQuery(entity: string, project: string) {
  return {
    queryKey: reportsKey(entity, project),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      askJson<ReportInfo[]>(at("projects", entity, project, "reports"), { signal }),
  };
}

export function useReports(entity: string, project: string) {
  return useQuery(reportsQuery(entity, project));
}

export function useReport(entity: string, project: string, id: string) {
  return useQuery({
    queryKey: reportKey(entity, project, id),
    queryFn: ({ signal }) => askJson<Report>(at("projects", entity, project, "reports", id), { signal }),
  });
}

export function writeReport(entity: string, project: string, report: Partial<NewReport>): Promise<Report> {
  return askJson<Report>(at("projects", entity, project, "reports"), { method: "POST", body: report });
}

/** With `since`, an edit of an older state than the server has is refused with a Conflict. */
export function editReport(entity: string, project: string, id: number, edit: ReportEdit): Promise<Report> {
  return askJson<Report>(at("projects", entity, project, "reports", id), { method: "PATCH", body: edit });
}

export function deleteReport(entity: string, project: string, id: number): Promise<void> {
  return askJson<void>(at("projects", entity, project, "reports", id), { method: "DELETE" });
}
