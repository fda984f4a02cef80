/** The value a run has under the server's name of a field. Pure. */
import type { Run } from "@/api/types";
import { valueAt } from "../parts/main-metric";

export function fieldValue(run: Run, field: string): unknown {
  if (field.startsWith("config.")) return unwrapped(valueAt(run.config, field.slice(7)));
  if (field.startsWith("summary.")) return valueAt(run.summary, field.slice(8));
  return (run as unknown as Record<string, unknown>)[field];
}

/** The official client keeps config values as `{value: …}`; the value is meant. */
function unwrapped(value: unknown): unknown {
  if (typeof value === "object" && value !== null && "value" in value && Object.keys(value).length <= 2)
    return (value as { value: unknown }).value;
  return value;
}
