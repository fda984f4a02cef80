/** Editing a cell in place: what stands in the editor, and what leaving it means. Pure. */
import type { Run, RunEdit } from "@/api/types";

export type EditableField = "name" | "tags" | "notes";

export function isEditable(field: string): field is EditableField {
  return field === "name" || field === "tags" || field === "notes";
}

export interface CellEdit {
  run: string;
  field: EditableField;
  /** The text when the editor opened, to see whether anything changed. */
  before: string;
  draft: string;
}

/** The text the editor opens with. */
export function beginEdit(run: Run, field: EditableField): CellEdit {
  const before = field === "tags" ? run.tags.join(", ") : run[field];
  return { run: run.id, field, before, draft: before };
}

/** What to send for what stands in the editor; null when nothing changed or it cannot be. A run must have a name. */
export function commitEdit(edit: CellEdit): RunEdit | null {
  const draft = edit.draft.trim();
  if (draft === edit.before.trim()) return null;
  if (edit.field === "tags")
    return sameTags(parseTags(draft), parseTags(edit.before)) ? null : { tags: parseTags(draft) };
  if (edit.field === "name") return draft ? { name: draft } : null;
  return { notes: draft };
}

/** Tags by comma, each once, in the order written. */
export function parseTags(text: string): string[] {
  return [...new Set(text.split(/[,，]/).map((tag) => tag.trim()))].filter(Boolean);
}

function sameTags(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((tag, place) => tag === b[place]);
}

/** The tags with one more, or one fewer. */
export function withTag(tags: readonly string[], tag: string, on: boolean): string[] {
  const left = tags.filter((each) => each !== tag);
  return on ? [...left, tag] : left;
}
