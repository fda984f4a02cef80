/** What an edit did, in a phrase. */
import type { HistoryEdit } from "@/api/types";
import { count } from "@/ui/numbers";
import type { Text } from "@/ui/text";

export function wordsFor(what: HistoryEdit, t: Text["edits"]): string {
  switch (what.kind) {
    case "rewind":
      return t.what.rewind(count(what.after_step));
    case "rename":
      return t.what.rename(what.key, what.to);
    case "delete": {
      const steps = stepsOf(what.first_step ?? null, what.last_step ?? null, t);
      return steps ? `${metricsOf(what.keys ?? null, t)}, ${steps}` : metricsOf(what.keys ?? null, t);
    }
  }
}

function metricsOf(keys: readonly string[] | null, t: Text["edits"]): string {
  if (keys === null) return t.what.deleteAll;
  return keys.length === 1 ? t.what.deleteOne(keys[0] ?? "") : t.what.deleteMany(keys.length);
}

function stepsOf(first: number | null, last: number | null, t: Text["edits"]): string {
  if (first !== null && last !== null) return t.what.steps(count(first), count(last));
  if (first !== null) return t.what.from(count(first));
  return last !== null ? t.what.upTo(count(last)) : "";
}

/** A whole number as it was typed; null where it is none. */
export function wholeNumber(text: string): number | null {
  const trimmed = text.replaceAll(/[\s,_]/g, "");
  return /^-?\d+$/.test(trimmed) && Number.isSafeInteger(Number(trimmed)) ? Number(trimmed) : null;
}
