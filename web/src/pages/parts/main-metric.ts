/** Which metric stands for a run when there is room for one. Pure. */
import { asNumber } from "@/ui/numbers";

const WISHES = [/^val.*loss/i, /^eval.*loss/i, /^(train\/)?loss$/i, /loss/i, /acc/i, /fid|reward|score|error/i];

/** The name of the metric to show of a summary, or null when it has no number. Names with a leading `_` are ours. */
export function mainMetric(summary: Record<string, unknown>): string | null {
  const names = numericNames(summary);
  for (const wish of WISHES) {
    const found = names.find((name) => wish.test(name));
    if (found) return found;
  }
  return names[0] ?? null;
}

/** The numbers of a summary by dotted path. */
export function numericNames(summary: Record<string, unknown>, above = ""): string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(summary)) {
    if (!above && name.startsWith("_")) continue;
    const path = above ? `${above}.${name}` : name;
    if (asNumber(value) !== null) names.push(path);
    else if (typeof value === "object" && value !== null && !Array.isArray(value) && !("_type" in value))
      names.push(...numericNames(value as Record<string, unknown>, path));
  }
  return names;
}

/** What lies at a dotted path, where a name may itself have dots: the longest name that is there wins. */
export function valueAt(root: unknown, path: string): unknown {
  if (typeof root !== "object" || root === null) return undefined;
  const branch = root as Record<string, unknown>;
  if (path in branch) return branch[path];
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const head = path.slice(0, dot);
    if (head in branch) return valueAt(branch[head], path.slice(dot + 1));
  }
  return undefined;
}
