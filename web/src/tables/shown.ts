/** What is shown, as files and as a table that can be kept. Pure, but for the server's help with Parquet. */
import { ask, at, withParams } from "@/api/client";
import { linesText } from "@/ui/csv";
import type { Pipeline } from "./usePipeline";

export const FORMATS = ["csv", "json", "parquet"] as const;
export type Format = (typeof FORMATS)[number];

export interface Shown {
  columns: string[];
  data: unknown[][];
  /** What the file of the table says of its columns. */
  types: Record<string, unknown>;
}

/** The rows that are left, in their order, and the columns that are shown. */
export function shownOf({ shown, order, rows, table }: Pipeline): Shown {
  return {
    columns: shown.map(({ id }) => id),
    data: order.map((number) => shown.map(({ place }) => rows[number]?.[place] ?? null)),
    types: Object.fromEntries(
      shown.flatMap(({ id, name, kind }) => {
        const type = table.types?.[name];
        // times were made text
        return type === undefined || kind === "time" ? [] : [[id, type]];
      }),
    ),
  };
}

export function textOf(shown: Shown, format: "csv" | "json" | "tsv"): string {
  if (format !== "json") return linesText([shown.columns, ...shown.data], format === "csv" ? "," : "\t");
  const named = shown.data.map((row) => Object.fromEntries(shown.columns.map((name, place) => [name, row[place]])));
  return JSON.stringify(named, null, 1);
}

/** The server takes no larger one. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function parquetOf(entity: string, project: string, { columns, data }: Shown): Promise<Blob | "too much"> {
  const body = JSON.stringify({ columns, data });
  if (body.length > MOST_BYTES) return "too much";
  const answer = await ask(withParams(at("projects", entity, project, "tables", "convert"), { to: "parquet" }), {
    method: "POST",
    body: { columns, data },
    accept: "application/vnd.apache.parquet",
  });
  return answer.blob();
}
