/** Changes of a named view that were not saved yet: they stay with the browser until they are saved or dropped. */
import type { ViewInfo } from "@/api/types";
import { type Layout, readLayout } from "@/state/layout";

export interface Draft {
  /** Which state of the view was changed. */
  since: number;
  layout: Layout;
}

const nameOf = (entity: string, project: string, view: number) => `gnomon.draft.${entity}/${project}.${view}`;

export function readDraft(entity: string, project: string, view: ViewInfo): Draft | null {
  if (view.kind === "own") return null;
  try {
    const raw = JSON.parse(localStorage.getItem(nameOf(entity, project, view.id)) ?? "null") as Partial<Draft> | null;
    return raw && typeof raw.since === "number" ? { since: raw.since, layout: readLayout(raw.layout) } : null;
  } catch {
    return null;
  }
}

export function keepDraft(entity: string, project: string, view: number, draft: Draft): void {
  try {
    localStorage.setItem(nameOf(entity, project, view), JSON.stringify(draft));
  } catch {
    // a browser that keeps nothing keeps no drafts
  }
}

export function dropDraft(entity: string, project: string, view: number): void {
  try {
    localStorage.removeItem(nameOf(entity, project, view));
  } catch {
    // as above
  }
}
