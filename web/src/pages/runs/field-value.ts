/** The value a run has under the server's name of a field. Pure. */
import type { Run } from "@/api/types";
import { fieldOf } from "@/state/fields";

export function fieldValue(run: Run, field: string): unknown {
  const value = fieldOf(run, field);
  return field.startsWith("config.") ? unwrapped(value) : value;
}

/** The official client keeps config values as `{value: …}`; the value is meant. */
function unwrapped(value: unknown): unknown {
  if (typeof value === "object" && value !== null && "value" in value && Object.keys(value).length <= 2)
    return (value as { value: unknown }).value;
  return value;
}
