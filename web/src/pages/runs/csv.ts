/** Runs as CSV, as TSV for the clipboard. Pure. */
import type { Run } from "@/api/types";
import { linesText } from "@/ui/csv";
import { fieldValue } from "./field-value";

export function csvText(runs: readonly Run[], fields: readonly string[], separator: "," | "\t" = ","): string {
  return linesText([fields, ...runs.map((run) => fields.map((field) => fieldValue(run, field)))], separator);
}
