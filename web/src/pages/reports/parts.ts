/** Changes of a report's parts: pure. */
import type { Part, TextPart } from "./document";

export function newId(): string {
  return `p${Math.random().toString(36).slice(2, 10)}`;
}

/** A text part without what its maker's client had written: it was changed here. */
export function newText(id: string, text: string): TextPart {
  return { id, kind: "text", text };
}

export function withPart(parts: readonly Part[], next: Part): Part[] {
  return parts.map((part) => (part.id === next.id ? next : part));
}

export function withoutPart(parts: readonly Part[], id: string): Part[] {
  return parts.filter((part) => part.id !== id);
}

/** The part stands where the other stood. */
export function moved(parts: readonly Part[], id: string, to: string): Part[] {
  const from = parts.findIndex((part) => part.id === id);
  const place = parts.findIndex((part) => part.id === to);
  const part = parts[from];
  if (!part || place < 0) return [...parts];
  const rest = withoutPart(parts, id);
  return [...rest.slice(0, place), part, ...rest.slice(place)];
}

/** The part stands below another; at the end where none is named. */
export function inserted(parts: readonly Part[], part: Part, after: string | null): Part[] {
  const at = after === null ? parts.length : parts.findIndex((each) => each.id === after) + 1;
  return [...parts.slice(0, at), part, ...parts.slice(at)];
}

/** The line one types into, where it is a wish for a part: `/pa` is `pa`, anything else null. */
export function slashOf(text: string, caret: number): { from: number; word: string } | null {
  const from = text.lastIndexOf("\n", caret - 1) + 1;
  const end = text.indexOf("\n", caret);
  const line = text.slice(from, end < 0 ? undefined : end);
  const found = /^\/([\p{L}\d ]{0,20})$/u.exec(line);
  return found ? { from, word: found[1] ?? "" } : null;
}
