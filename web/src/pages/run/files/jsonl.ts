/** Lines of JSON as a table. Pure. */
import type { Csv } from "./csv";

const MOST_COLUMNS = 100;

/** A row a line, a column a name that any line has; null where the lines are no objects. */
export function jsonlTable(text: string, limit: number, cut: boolean): Csv | null {
  const lines = text.split("\n");
  if (cut) lines.pop();
  const objects: Record<string, unknown>[] = [];
  const head: string[] = [];
  const known = new Set<string>();
  let more = cut;
  for (const line of lines) {
    if (!line.trim()) continue;
    if (objects.length === limit) {
      more = true;
      break;
    }
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return null;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    objects.push(value as Record<string, unknown>);
    for (const name of Object.keys(value))
      if (!known.has(name) && head.length < MOST_COLUMNS) {
        known.add(name);
        head.push(name);
      }
  }
  if (objects.length === 0) return null;
  const cell = (value: unknown) =>
    value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return { head, rows: objects.map((object) => head.map((name) => cell(object[name]))), more };
}
