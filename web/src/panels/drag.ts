/** What is dragged over the board, and where it would be put. */
import type { KeyboardCoordinateGetter } from "@dnd-kit/core";
import { createContext, useContext } from "react";
import { Store, useStore } from "@/state/store";

export type Carried =
  | { kind: "panel"; id: string; section: string; title: string }
  | { kind: "section"; name: string; title: string };

/** What something can be put before, after or into. */
export type Target = Carried;

export interface Drop {
  /** `panel …` or `section …`. */
  over: string;
  after: boolean;
}

const Context = createContext<Store<Drop | null>>(new Store<Drop | null>(null));

export const DropProvider = Context.Provider;

/** On which side of this the carried thing would come: null where it would not. */
export function useDropSide(id: string): "before" | "after" | null {
  return useStore(useContext(Context), (drop) => (drop?.over === id ? (drop.after ? "after" : "before") : null));
}

/** With the arrow keys one goes from place to place rather than by pixels. */
export const nextPlace: KeyboardCoordinateGetter = (event, { context }) => {
  const { active, over, collisionRect, droppableRects, droppableContainers } = context;
  const step = STEPS[event.code];
  if (!step || !active || !collisionRect) return undefined;
  event.preventDefault();
  const kind = (active.data.current as Carried | undefined)?.kind;
  // from the place one is over, not from the small card that is carried
  const from = over?.id ?? active.id;
  const stands = droppableRects.get(from) ?? collisionRect;
  const here = { x: stands.left + stands.width / 2, y: stands.top + stands.height / 2 };
  let best: { x: number; y: number } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const each of droppableContainers.getEnabled()) {
    const rect = droppableRects.get(each.id);
    const target = each.data.current as Target | undefined;
    if (!rect || !target || each.id === from || (target.kind === "section" && kind === "panel" && rect.height > 60))
      continue;
    if (kind === "section" && target.kind !== "section") continue;
    const there = { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 };
    const along = (there.x - here.x) * step.x + (there.y - here.y) * step.y;
    const aside = Math.abs((there.x - here.x) * step.y) + Math.abs((there.y - here.y) * step.x);
    if (along < 8) continue;
    const far = along + aside * 2;
    if (far >= least) continue;
    least = far;
    best = { x: there.x - collisionRect.width / 2, y: there.y - collisionRect.height / 2 };
  }
  return best;
};

const STEPS: Record<string, { x: number; y: number }> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};
