/** What a page offers its panels beside the board itself: that they can be arranged. */
import { createContext, useContext } from "react";
import type { PanelDef } from "@/state/layout";
import type { Known } from "./kinds";
import type { Section } from "./sections";
import type { Actions } from "./useActions";

/** What the drawer edits. */
export type Editing =
  | { scope: "workspace" }
  | { scope: "section"; section: string }
  | { scope: "panel"; panel: string };

export interface Arranging {
  /** All sections, whatever the search leaves of them. */
  all: readonly Section[];
  /** Those to be seen. */
  sections: readonly Section[];
  known: Known;
  /** Nothing can be moved or taken away by accident. */
  locked: boolean;
  editing: Editing | null;
  open: (editing: Editing | null) => void;
  /** Opens the dialog of a new panel, for a section. */
  add: (section?: string) => void;
  /** Opens the dialog that says to which section a panel goes. */
  move: (panel: PanelDef) => void;
  actions: Actions;
}

const Context = createContext<Arranging | null>(null);

export const ArrangingProvider = Context.Provider;

/** Null where panels stand as they are: in reports, and beside what is compared. */
export function useArranging(): Arranging | null {
  return useContext(Context);
}
