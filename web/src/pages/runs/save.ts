/** The table as a file, in the form that was asked for. */
import { ask, at } from "@/api/client";
import type { Run } from "@/api/types";
import { download, fileName } from "@/panels/line/export";
import { csvText, saveText } from "./csv";
import { latexText, markdownText, paperOf, sqlOf } from "./papers";
import { columnStats } from "./stats";

export const EXPORT_FORMATS = ["csv", "markdown", "latex", "parquet", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export async function saveRuns(
  entity: string,
  project: string,
  format: ExportFormat,
  runs: readonly Run[],
  fields: readonly string[],
  group: string | null,
): Promise<void> {
  const name = (ending: string) => fileName(`${project}-runs`, ending);
  switch (format) {
    case "csv":
      return saveText(csvText(runs, fields), name("csv"), "text/csv");
    case "markdown":
      return saveText(markdownText(paperOf(runs, fields, group)), name("md"), "text/markdown");
    case "latex":
      return saveText(latexText(paperOf(runs, fields, group)), name("tex"), "application/x-tex");
    case "json":
      return saveText(JSON.stringify(runs, null, 1), name("json"), "application/json");
    case "parquet": {
      const { numeric } = columnStats(runs, fields);
      const answer = await ask(at("projects", entity, project, "sql"), {
        method: "POST",
        body: { query: sqlOf(runs, fields, numeric) },
        accept: "application/vnd.apache.parquet",
      });
      return download(name("parquet"), await answer.blob());
    }
  }
}
