/** Runs that somebody picks out of one chart, by a brush or a box: they stand out in all the others. */
import { useCallback, useEffect } from "react";
import { useStore } from "@/state/store";
import { useBoard } from "./board";

export interface Chosen {
  /** The panel they were picked in. */
  panel: string;
  runs: ReadonlySet<string>;
}

/** Whether none of these runs is among those picked. */
export function standsBack(chosen: Chosen | null, runs: readonly { id: string }[]): boolean {
  return chosen !== null && !runs.some((run) => chosen.runs.has(run.id));
}

export function useChosen(): Chosen | null {
  return useStore(useBoard().chosen, (chosen) => chosen);
}

/** What a panel picks: one panel of a board at a time. `letGo` is called when another one picks, or this one goes. */
export function usePicking(panel: string, letGo: () => void) {
  const { chosen } = useBoard();
  useEffect(
    () =>
      chosen.subscribe((now) => {
        if (now?.panel !== panel) letGo();
      }),
    [chosen, panel, letGo],
  );
  useEffect(
    () => () => {
      if (chosen.get()?.panel === panel) chosen.set(null);
    },
    [chosen, panel],
  );
  return useCallback(
    (runs: readonly string[] | null) => chosen.set(runs && { panel, runs: new Set(runs) }),
    [chosen, panel],
  );
}
