/** Where in the run one looks: the step under the pointer, else the one chosen, else the last. */
import { useEffect } from "react";
import type { Run } from "@/api/types";
import { type Board, useBoard } from "@/panels/board";
import { useStore } from "@/state/store";
import { useAddress } from "../../parts/address";

const OURS = "cursor";

export interface Cursor {
  step: number;
  last: number;
  /** The step chosen with the slider; null follows the run. */
  chosen: number | null;
  choose: (step: number | null) => void;
}

export function useCursor(run: Run): Cursor {
  const board = useBoard();
  const [address, setAddress] = useAddress();
  const last = run.last_step ?? 0;
  const asked = address.step === undefined ? Number.NaN : Number(address.step);
  const chosen = Number.isFinite(asked) ? Math.max(0, Math.min(last, asked)) : null;
  const hovered = useStore(board.pointer, (at) =>
    at && at.panel !== OURS && at.xKey === "_step" ? Math.round(at.x) : null,
  );
  useMark(board, chosen);
  return {
    step: hovered ?? chosen ?? last,
    last,
    chosen,
    choose: (step) => setAddress({ step: step === null ? undefined : String(step) }),
  };
}

/** Draws the crosshair at the chosen step on every plot, for as long as the pointer is on none. */
function useMark(board: Board, step: number | null): void {
  useEffect(() => {
    const { pointer } = board;
    const put = () => {
      if (step === null || pointer.get() !== null) return;
      pointer.set({
        x: step,
        xKey: "_step",
        panel: OURS,
        xKind: "step",
        near: [],
        lines: [],
        curves: new Map(),
        title: "",
        clientX: 0,
        clientY: 0,
      });
    };
    const take = () => {
      if (pointer.get()?.panel === OURS) pointer.set(null);
    };
    take();
    put();
    // plots that come into sight after it was put there are told again by the next change
    const stop = pointer.subscribe((at) => {
      if (at === null) queueMicrotask(put);
    });
    return () => {
      stop();
      take();
    };
  }, [board, step]);
}
