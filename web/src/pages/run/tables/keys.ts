/** Which of a run's keys are tables. Pure. */
import type { KeyInfo } from "@/api/types";
import { kindOf } from "@/media/value";

export function tableKeys(keys: readonly KeyInfo[]): string[] {
  return keys
    .filter((key) => key.kind === "media" && kindOf(key.type) === "table" && !key.hidden)
    .map(({ key }) => key)
    .sort();
}
