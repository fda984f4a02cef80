/** Where in the run one looks: the step under the pointer, else the one chosen, else the last. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Run } from "@/api/types";
import { type Board, useBoard } from "@/panels/board";
import { useStore } from "@/state/store";
import { useAddress } from "../../parts/address";

const OURS = "cursor";
const SETTLE_MS = 120;

export interface Cursor {
  step: number;
  last: number;
  /** The step chosen with the slider; null follows the run. */
  chosen: number | null;
  choose: (step: number | null) => void;
}

/** The cursor of the board the component stands on: every panel of it follows what is chosen. */
export function useCursor(run: Run): Cursor {
  const board = useBoard();
  const [address, setAddress] = useAddress();
  const last = run.last_step ?? 0;
  const asked = address.step === undefined ? Number.NaN : Number(address.step);
  const written = Number.isFinite(asked) ? Math.max(0, Math.min(last, Math.round(asked))) : null;
  // what is dragged moves the page at once, the address when it rests
  const [moved, setMoved] = useState<{ step: number | null } | null>(null);
  useEffect(() => {
    if (moved === null) return;
    const timer = setTimeout(() => {
      setAddress({ step: moved.step === null ? undefined : String(moved.step) });
      setMoved(null);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [moved, setAddress]);
  const chosen = moved ? moved.step : written;
  const seen = useRef(chosen);
  seen.current = chosen;
  const hovered = useStore(board.pointer, (at) =>
    at && at.panel !== OURS && at.xKey === "_step" ? Math.round(at.x) : null,
  );
  useMark(board, chosen);
  // a panel moves the cursor of the board; it is chosen then as with the slider of the page
  useEffect(
    () => board.cursor.subscribe((at) => at !== null && at !== seen.current && setMoved({ step: at })),
    [board.cursor],
  );
  const choose = useCallback(
    (step: number | null) => setMoved({ step: step === null ? null : Math.max(0, Math.min(last, Math.round(step))) }),
    [last],
  );
  return { step: hovered ?? chosen ?? last, last, chosen, choose };
}

/** Draws the crosshair at the chosen step on every plot, for as long as the pointer is on none. */
function useMark(board: Board, step: number | null): void {
  useEffect(() => {
    board.cursor.set(step);
    return () => board.cursor.set(null);
  }, [board.cursor, step]);
  const { pointer } = board;
  useEffect(() => {
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
  }, [pointer, step]);
}
