/** The table as a text to copy or a file to keep, in the form that was asked for. */
import { ask, at } from "@/api/client";
import type { Run } from "@/api/types";
import { linesText } from "@/ui/csv";
import { download, fileName } from "@/ui/download";
import { csvText } from "./csv";
import type { Goal } from "./heat";
import { groupFields, groupRow, groupsTable, latexText, markdownText, paperOf, runRow, sqlOf } from "./papers";
import { columnStats } from "./stats";
import type { GroupNode } from "./tree";

export const EXPORT_FORMATS = ["csv", "markdown", "latex", "json", "parquet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const ENDINGS: Record<ExportFormat, string> = {
  csv: "csv",
  markdown: "md",
  latex: "tex",
  json: "json",
  parquet: "parquet",
};

/** The server takes no longer one; what names its runs reaches this with some thousands. */
const LONGEST_QUERY = 100_000;

/** Runs, or the groups that the list is in. */
export type Exported = { runs: readonly Run[] } | { groups: readonly GroupNode[]; by: readonly string[] };

/** The table as text; Parquet is none. */
export function exportText(
  format: Exclude<ExportFormat, "parquet">,
  what: Exported,
  fields: readonly string[],
  goalOf: (field: string) => Goal | null,
): string {
  const grouped = "groups" in what;
  switch (format) {
    case "csv": {
      if (!grouped) return csvText(what.runs, fields);
      const { heads, rows } = groupsTable(what.groups, what.by, fields);
      return linesText([heads, ...rows]);
    }
    case "json": {
      if (!grouped) return JSON.stringify(what.runs, null, 1);
      const { heads, rows } = groupsTable(what.groups, what.by, fields);
      const named = rows.map((row) => Object.fromEntries(heads.map((head, place) => [head, row[place]])));
      return JSON.stringify(named, null, 1);
    }
    case "markdown":
    case "latex": {
      const paper = grouped
        ? paperOf(what.groups.map(groupRow), groupFields(what.by, fields), goalOf)
        : paperOf(what.runs.map(runRow), fields, goalOf);
      return format === "markdown" ? markdownText(paper) : latexText(paper);
    }
  }
}

export function saveExport(project: string, format: ExportFormat, content: Blob | string): void {
  const blob = typeof content === "string" ? new Blob([content], { type: "text/plain;charset=utf-8" }) : content;
  download(fileName(`${project}-runs`, ENDINGS[format]), blob);
}

export async function parquetOf(
  entity: string,
  project: string,
  runs: readonly Run[],
  fields: readonly string[],
  whole: boolean,
): Promise<Blob | "too many"> {
  const { numeric } = columnStats(runs, fields);
  const query = sqlOf(runs, fields, numeric, whole);
  if (query.length > LONGEST_QUERY) return "too many";
  const answer = await ask(at("projects", entity, project, "sql"), {
    method: "POST",
    body: { query },
    accept: "application/vnd.apache.parquet",
  });
  return answer.blob();
}
