/** The values of a media key of all the runs drawn, and the step one looks at. */
import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { arrivedQuery } from "@/api/files";
import { readRows } from "@/api/runs";
import type { Run } from "@/api/types";
import { useBoard } from "@/panels/board";
import type { PanelSpec } from "@/panels/sections";
import { useStore } from "@/state/store";
import { arrivedRows, isArriving, type MediaRow, rowAt, stepAt, stepsOf, strided } from "./data";

const ROWS_READ = 500;
const PLAY_MS = 600;
const LIVE_MS = 5000;

export interface MediaRun {
  run: Run;
  rows: MediaRow[];
}

export interface Stepping {
  steps: number[];
  step: number | undefined;
  place: number;
  playing: boolean;
  choose: (place: number) => void;
  play: (on: boolean) => void;
}

export interface Media {
  /** The runs that have the key, in the order of the list. */
  having: MediaRun[];
  stepping: Stepping;
  /** The value a run has at the step; undefined where it has none yet. */
  valueOf: (run: MediaRun) => unknown;
  pending: boolean;
  fetching: boolean;
}

export interface SteppingOptions {
  /** Every so many of the logged steps. */
  stride?: number;
  /** What is chosen here moves this panel alone; otherwise all that stand on the board. */
  alone?: boolean;
}

/** `most` is how many of the runs decide which steps there are. */
export function useMedia(spec: PanelSpec, most: number, options: SteppingOptions = {}): Media {
  const { entity, project, runs: drawn } = useBoard();
  const { key } = spec;
  // a run that logged the key has it in its summary; where none says so, all are asked
  const runs = useMemo(() => {
    const some = drawn.filter((run) => run.summary[key] !== undefined);
    return some.length > 0 ? some : drawn;
  }, [drawn, key]);
  const logged = spec.from !== "summary";
  const answers = useQueries({
    queries: runs.map((run) => ({
      queryKey: ["panel-rows", entity, project, run.id, key, run.state] as const,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readRows(entity, project, run.id, { keys: [key], limit: ROWS_READ }, signal),
      staleTime: 60_000,
      refetchInterval: run.state === "running" ? LIVE_MS : (false as const),
      placeholderData: <T>(old: T) => old,
      enabled: logged,
    })),
  });
  const arrived = useQueries({
    queries: runs.map((run) => arrivedQuery(entity, project, run.id, isArriving(run))),
  });
  const having = runs.flatMap((run, i) => {
    const read = logged ? (answers[i]?.data?.rows ?? []) : summaryRows(run, key);
    const rows = arrivedRows(read, key, isArriving(run), arrived[i]?.data);
    return rows.length > 0 ? [{ run, rows }] : [];
  });
  const steps = strided(stepsOf(having.slice(0, most)), options.stride ?? 1);
  const stepping = useStepping(steps, options.alone ?? false);
  const { step } = stepping;
  return {
    having,
    stepping,
    valueOf: ({ rows }) => (step === undefined ? undefined : rowAt(rows, step)?.[key]),
    pending: logged && answers.some((answer) => answer.isPending),
    fetching: answers.some((answer) => answer.isFetching),
  };
}

function summaryRows(run: Run, key: string): MediaRow[] {
  const value = run.summary[key];
  return value === undefined ? [] : [{ _step: run.last_step ?? 0, [key]: value }];
}

/**
 * Which of the steps one looks at: that of the board's cursor, the last where there is none. What is chosen moves the
 * cursor, and with it every panel that follows it; alone, it stands until the cursor moves again. Played, the next
 * every moment.
 */
function useStepping(steps: number[], alone: boolean): Stepping {
  const { cursor: store } = useBoard();
  const cursor = useStore(store, (at) => at);
  const [chosen, setChosen] = useState<{ step: number; cursor: number | null } | null>(null);
  const [playing, setPlaying] = useState(false);
  const own = alone && chosen !== null && chosen.cursor === cursor && steps.includes(chosen.step);
  const step = own ? chosen.step : stepAt(steps, cursor);
  const place = step === undefined ? 0 : steps.indexOf(step);
  const choose = (at: number) => {
    const to = steps[at];
    if (alone) setChosen(to === undefined ? null : { step: to, cursor });
    else if (to !== undefined) store.set(to);
  };
  const go = useRef(choose);
  go.current = choose;
  const next = (place + 1) % Math.max(1, steps.length);
  useEffect(() => {
    if (!playing || steps.length < 2) return;
    const timer = setTimeout(() => go.current(next), PLAY_MS);
    return () => clearTimeout(timer);
  }, [playing, next, steps.length]);
  return { steps, step, place, playing, choose, play: setPlaying };
}
