/** The panel that a card stands for, and by what it is dragged. */
import type { DraggableAttributes, DraggableSyntheticListeners } from "@dnd-kit/core";
import { createContext, useContext } from "react";
import type { PanelDef } from "@/state/layout";

export interface Handle {
  attributes: DraggableAttributes;
  listeners: DraggableSyntheticListeners;
  ref: (element: HTMLElement | null) => void;
}

const Panel = createContext<PanelDef | null>(null);
const Grip = createContext<Handle | null>(null);

export const PanelProvider = Panel.Provider;
export const HandleProvider = Grip.Provider;

/** The panel one stands in. */
export function usePanel(): PanelDef | null {
  return useContext(Panel);
}

/** By what the panel is dragged; null where it stands fast. */
export function useHandle(): Handle | null {
  return useContext(Grip);
}
