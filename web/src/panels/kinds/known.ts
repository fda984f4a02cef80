/** What a new panel begins with: pure. */
import type { Known } from "@/panels/kinds";
import { fieldOf } from "@/state/fields";
import { asNumber } from "@/ui/numbers";
import { fieldsOf } from "./values";

/** The field of the metric people most likely mean: an evaluation before training, a loss before the rest. */
export function firstMetric(known: Known): string {
  const rank = (key: string) =>
    (/^(val|valid|validation|eval|test)\b/.test(key) ? 0 : 2) + (/loss|acc/.test(key) ? 0 : 1);
  const [first] = known.history
    .filter((info) => info.kind === "number" && !info.key.startsWith("_") && !info.hidden)
    .sort((a, b) => rank(a.key) - rank(b.key) || a.key.localeCompare(b.key));
  return first ? `summary.${first.key}` : "";
}

/** The config values that are not the same for all runs: what was tried. */
export function varying(known: Known, numeric: boolean): string[] {
  return fieldsOf(known.runs, "config")
    .filter((each) => !numeric || each.numeric)
    .map((each) => each.field)
    .filter((field) => isVarying(known, field));
}

/** Whether the numbers of a field are all above zero and go over more than two orders of magnitude. */
export function isWide(known: Known, field: string): boolean {
  const values = known.runs.flatMap((run) => asNumber(fieldOf(run, field)) ?? []).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.length > 1 && low > 0 && high / low >= 100;
}

function isVarying(known: Known, field: string): boolean {
  const seen = new Set<string>();
  for (const run of known.runs) {
    seen.add(JSON.stringify(fieldOf(run, field)));
    if (seen.size > 1) return true;
  }
  return false;
}
