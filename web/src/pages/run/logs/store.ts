/** Lines of a run in blocks: what is in sight is fetched, what does not change any more is fetched once. */
import { useCallback, useEffect, useRef, useState } from "react";
import { readConsole } from "@/api/console";
import { useLive } from "@/api/live";
import type { ConsoleLine, Run } from "@/api/types";
import { type Found, look, type StreamChoice } from "./search";

export const BLOCK = 500;
/** An unfinished line is rewritten until it ends, so the last lines are read again when more come. */
const UNSETTLED = 50;

export interface ConsoleStore {
  total: number | null;
  error: unknown;
  /** The line, when it has been read. */
  line: (number: number) => ConsoleLine | undefined;
  /** Makes sure the lines from `first` to `last` are read. */
  want: (first: number, last: number) => void;
  /** Reads all lines once through, block by block. */
  scan: (each: (lines: readonly ConsoleLine[]) => void, signal: AbortSignal) => Promise<void>;
  retry: () => void;
}

export function useConsole(run: Run): ConsoleStore {
  const { entity, project, id } = run;
  const blocks = useRef(new Map<number, ConsoleLine[]>());
  const asked = useRef(new Set<number>());
  const totalNow = useRef<number | null>(null);
  const [, render] = useState(0);
  const [error, setError] = useState<unknown>(null);

  const read = useCallback(
    async (block: number, signal?: AbortSignal): Promise<readonly ConsoleLine[]> => {
      const page = await readConsole(entity, project, id, block * BLOCK, BLOCK, signal);
      blocks.current.set(block, page.lines);
      totalNow.current = Math.max(totalNow.current ?? 0, page.total);
      return page.lines;
    },
    [entity, project, id],
  );

  const fetchBlock = useCallback(
    (block: number) => {
      if (asked.current.has(block)) return;
      asked.current.add(block);
      read(block).then(
        () => {
          asked.current.delete(block);
          setError(null);
          render((n) => n + 1);
        },
        (failure: unknown) => {
          asked.current.delete(block);
          setError(failure);
        },
      );
    },
    [read],
  );

  useEffect(() => {
    blocks.current.clear();
    totalNow.current = null;
    fetchBlock(0);
  }, [fetchBlock]);

  const grow = useCallback(
    (lines: number) => {
      const before = totalNow.current ?? 0;
      const from = Math.floor(Math.max(0, before - UNSETTLED) / BLOCK);
      const to = Math.floor(Math.max(0, lines - 1) / BLOCK);
      totalNow.current = Math.max(before, lines);
      for (const block of [...blocks.current.keys()]) if (block >= from) fetchBlock(block);
      fetchBlock(to);
      render((n) => n + 1);
    },
    [fetchBlock],
  );
  useLive(entity, project, {
    onConsole: (event) => event.run === id && grow(event.lines),
    onGap: () => grow(totalNow.current ?? 0),
  });

  const want = useCallback(
    (first: number, last: number) => {
      for (let block = Math.floor(first / BLOCK); block <= Math.floor(last / BLOCK); block++)
        if (!blocks.current.has(block)) fetchBlock(block);
    },
    [fetchBlock],
  );

  const scan = useCallback(
    async (each: (lines: readonly ConsoleLine[]) => void, signal: AbortSignal) => {
      for (let block = 0; block * BLOCK < (totalNow.current ?? 0); block++) {
        if (signal.aborted) return;
        each(blocks.current.get(block) ?? (await read(block, signal)));
      }
    },
    [read],
  );

  return {
    total: totalNow.current,
    error,
    line: (number) => blocks.current.get(Math.floor(number / BLOCK))?.[number % BLOCK],
    want,
    scan,
    retry: () => {
      setError(null);
      fetchBlock(0);
    },
  };
}

export interface Finding extends Found {
  done: boolean;
}

/** Looks through all lines for a text or a stream; looks again when the run has more lines. */
export function useFinding(store: ConsoleStore, wanted: string, stream: StreamChoice): Finding | null {
  const [finding, setFinding] = useState<Finding | null>(null);
  const { scan, total } = store;
  const active = wanted !== "" || stream !== "all";
  useEffect(() => {
    if (!active || total === null) {
      setFinding(null);
      return;
    }
    const stop = new AbortController();
    const found: Found = { hits: [], ofStream: [] };
    let shown = 0;
    scan((lines) => {
      look(lines, wanted, stream, found);
      const now = performance.now();
      if (now - shown > 200) {
        shown = now;
        setFinding({ hits: [...found.hits], ofStream: [...found.ofStream], done: false });
      }
    }, stop.signal).then(
      () => !stop.signal.aborted && setFinding({ ...found, done: true }),
      () => undefined,
    );
    return () => stop.abort();
  }, [scan, wanted, stream, active, total]);
  return active ? finding : null;
}
