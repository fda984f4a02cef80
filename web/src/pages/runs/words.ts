/** The name of a column as the page says it. */
import type { Text } from "@/ui/text";
import { column, TREND } from "./columns";

export function columnName(id: string, t: Text, trendKey?: string | null): string {
  if (id === TREND) return trendKey ? `${t.runs.trend} · ${trendKey}` : t.runs.trend;
  const { kind, path, value } = column(id);
  if (kind !== "run") return value === "last" ? path : `${path} ${t.runs.values[value]}`;
  const names: Record<string, string> = {
    name: t.runs.name,
    state: t.runs.state,
    tags: t.runs.tags,
    notes: t.runs.notes,
    created_at: t.runs.created,
    updated_at: t.runs.updatedAt,
    runtime_secs: t.runs.runtime,
    last_step: t.runs.lastStep,
    user: t.runs.user,
    host: t.runs.host,
    group: t.runs.groupField,
    job_type: t.runs.jobType,
    program: t.runs.program,
    id: t.runs.id,
  };
  return names[id] ?? id;
}
