/** Runs as CSV, as TSV for the clipboard. Pure. */
import type { Run } from "@/api/types";
import { fieldOf } from "@/state/fields";
import { linesText } from "@/ui/csv";

export function csvText(runs: readonly Run[], fields: readonly string[], separator: "," | "\t" = ","): string {
  return linesText([fields, ...runs.map((run) => fields.map((field) => fieldOf(run, field)))], separator);
}
