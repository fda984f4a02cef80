/** What the keyboard does to the board, and to the panel under the mouse. */
import { useKeys } from "@/frame/keys";
import { mostOf } from "@/plot/smooth";
import { changeSettings } from "@/state/layout";
import type { Arranging } from "./arranging";
import type { Board } from "./board";
import { flatPanels } from "./sections";

export interface BoardKeys {
  board: Board;
  arranging: Arranging;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

export function useBoardKeys({ board, arranging, undo, redo }: BoardKeys): void {
  const { view, change, under, edit, settingsOf } = board;
  // a panel that fills the screen is the one that is meant
  const here = () => {
    const id = view.panel ?? under.get();
    return id === null ? null : (flatPanels(arranging.all).find((def) => def.id === id) ?? null);
  };
  const free = () => (arranging.locked ? null : here());
  const smoother = (by: number) =>
    change(({ smoothing }) => {
      const most = mostOf(smoothing.kind);
      const step = most > 1 ? 1 : smoothing.amount >= 0.9 ? 0.02 : 0.1;
      const amount = Math.min(most, Math.max(0, Number((smoothing.amount + by * step).toFixed(3))));
      return { smoothing: { ...smoothing, amount } };
    });
  const full = () => {
    const def = here();
    if (def && view.panel === null) arranging.actions.full(def.id);
  };
  const remove = () => {
    const def = free();
    if (def && view.panel === null) arranging.actions.remove(def);
  };
  useKeys({
    x: () => {
      const order = ["", "_runtime", "_time"];
      const next = order[(order.indexOf(view.x) + 1) % order.length] ?? "";
      change({ x: next, zooms: {} }, { push: true });
    },
    l: () => {
      const def = here();
      if (def) edit((old) => changeSettings(old, def, { logY: !settingsOf(def.id).logY }));
      else change((old) => ({ logY: !old.logY }), { push: true });
    },
    s: () => smoother(1),
    S: () => smoother(-1),
    "0": () => {
      const id = here()?.id;
      change((old) => {
        if (id === undefined || old.syncZoom) return { zooms: {} };
        const { [id]: _gone, ...rest } = old.zooms;
        return { zooms: rest };
      });
    },
    f: full,
    v: full,
    e: () => {
      const def = free();
      if (def) arranging.open({ scope: "panel", panel: def.id });
    },
    d: () => {
      const def = free();
      if (def) arranging.actions.duplicate(def);
    },
    Delete: remove,
    Backspace: remove,
    "Ctrl+z": () => undo?.(),
    "Ctrl+Z": () => redo?.(),
    "Ctrl+y": () => redo?.(),
  });
  useKeys({ Escape: () => arranging.open(null) }, arranging.editing !== null);
}
