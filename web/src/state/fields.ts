/** The fields of a run by their names: its own, and dotted paths into config and summary. Pure. */
import type { Run } from "@/api/types";

/** The value of a field of a run: one of its own, a dotted path into config or summary, or how far a metric went. */
export function fieldOf(run: Run, field: string): unknown {
  if (field.startsWith("config.")) return given(walk(run.config, field.slice(7)));
  if (field.startsWith("summary.")) return walk(run.summary, field.slice(8));
  const extent = field.indexOf(".") > 0 ? run.extents?.[field] : undefined;
  return extent ?? run[field as keyof Run];
}

/** Keys may themselves hold dots: the longest that fits wins. */
function walk(tree: unknown, path: string): unknown {
  if (typeof tree !== "object" || tree === null) return undefined;
  const here = tree as Record<string, unknown>;
  if (path in here) return here[path];
  for (let at = path.lastIndexOf("."); at > 0; at = path.lastIndexOf(".", at - 1)) {
    const head = path.slice(0, at);
    if (head in here) return walk(here[head], path.slice(at + 1));
  }
  return undefined;
}

/** What a field is called in a list. */
export function nameOf(field: string): string {
  const extent = /^(min|max|mean)\.(.+)$/.exec(field);
  return extent ? `${extent[2]} ${extent[1]}` : field.replace(/^(config|summary)\./, "");
}

/** A config as it was given, without what the official client keeps for itself under `_wandb`. */
export function givenConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([name]) => !name.startsWith("_wandb"))
      .map(([name, value]) => [name, given(value)]),
  );
}

/** The official client keeps config values as `{value: …}`; the value is meant. */
function given(value: unknown): unknown {
  return typeof value === "object" && value !== null && "value" in value && Object.keys(value).length <= 2
    ? value.value
    : value;
}
