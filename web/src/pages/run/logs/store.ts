/** Lines of a run: what is in sight is fetched, in blocks or by number, and what was looked for is followed live. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type ConsoleSearch, findLines, MOST_PICKED, readConsole, readPicked } from "@/api/console";
import { useLive } from "@/api/live";
import type { ConsoleLine, Run } from "@/api/types";

export const BLOCK = 500;
/** An unfinished line is rewritten until it ends, so the last lines are read again when more come. */
const UNSETTLED = 50;
const MOST_BLOCKS = 200;
/** From so many lines of a block on, the block is read rather than its lines. */
const WORTH_A_BLOCK = 12;

export interface ConsoleStore {
  total: number | null;
  error: unknown;
  /** The line, when it has been read. */
  line: (number: number) => ConsoleLine | undefined;
  /** Makes sure that these lines are read. */
  want: (numbers: readonly number[]) => void;
  retry: () => void;
}

export function useConsole(run: Run): ConsoleStore {
  const { entity, project, id } = run;
  const blocks = useRef(new Map<number, ConsoleLine[]>());
  const picked = useRef(new Map<number, ConsoleLine>());
  const asked = useRef(new Set<string>());
  const totalNow = useRef<number | null>(null);
  const [, render] = useState(0);
  const [error, setError] = useState<unknown>(null);

  const once = useCallback((name: string, work: () => Promise<void>) => {
    if (asked.current.has(name)) return;
    asked.current.add(name);
    work().then(
      () => {
        asked.current.delete(name);
        setError(null);
        render((n) => n + 1);
      },
      (failure: unknown) => {
        asked.current.delete(name);
        setError(failure);
      },
    );
  }, []);

  const fetchBlock = useCallback(
    (block: number) =>
      once(`block ${block}`, async () => {
        const page = await readConsole(entity, project, id, block * BLOCK, BLOCK);
        blocks.current.delete(block);
        blocks.current.set(block, page.lines);
        const oldest = blocks.current.keys().next();
        if (blocks.current.size > MOST_BLOCKS && !oldest.done) blocks.current.delete(oldest.value);
        totalNow.current = Math.max(totalNow.current ?? 0, page.total);
      }),
    [entity, project, id, once],
  );

  useEffect(() => {
    blocks.current.clear();
    picked.current.clear();
    totalNow.current = null;
    fetchBlock(0);
  }, [fetchBlock]);

  const grow = useCallback(
    (lines: number) => {
      const before = totalNow.current ?? 0;
      const settled = Math.max(0, before - UNSETTLED);
      totalNow.current = Math.max(before, lines);
      for (const number of [...picked.current.keys()]) if (number >= settled) picked.current.delete(number);
      for (const block of [...blocks.current.keys()]) if (block >= Math.floor(settled / BLOCK)) fetchBlock(block);
      fetchBlock(Math.floor(Math.max(0, lines - 1) / BLOCK));
      render((n) => n + 1);
    },
    [fetchBlock],
  );
  useLive(entity, project, {
    onConsole: (event) => event.run === id && grow(event.lines),
    onGap: () => grow(totalNow.current ?? 0),
  });

  const want = useCallback(
    (numbers: readonly number[]) => {
      const missing = new Map<number, number[]>();
      for (const number of numbers) {
        const block = Math.floor(number / BLOCK);
        if (blocks.current.has(block) || picked.current.has(number)) continue;
        missing.set(block, [...(missing.get(block) ?? []), number]);
      }
      const few: number[] = [];
      for (const [block, lines] of missing)
        if (lines.length >= WORTH_A_BLOCK) fetchBlock(block);
        else few.push(...lines);
      if (few.length > 0)
        once(few.join(), async () => {
          const page = await readPicked(entity, project, id, few.slice(0, MOST_PICKED));
          if (picked.current.size > BLOCK * MOST_BLOCKS) picked.current.clear();
          for (const line of page.lines) picked.current.set(line.line, line);
        });
    },
    [fetchBlock, once, entity, project, id],
  );

  return {
    total: totalNow.current,
    error,
    line: (number) => blocks.current.get(Math.floor(number / BLOCK))?.[number % BLOCK] ?? picked.current.get(number),
    want,
    retry: () => {
      setError(null);
      fetchBlock(0);
    },
  };
}

export interface Finding {
  /** In order. */
  lines: readonly number[];
  /** All lines were looked through. */
  done: boolean;
  error: unknown;
}

/** The lines that are looked for, as the server finds them; it goes on when the run has more. Null looks for nothing. */
export function useFinding(run: Run, search: ConsoleSearch | null, total: number | null): Finding | null {
  const { entity, project, id } = run;
  const key = search === null ? "" : JSON.stringify(search);
  const [finding, setFinding] = useState<{ key: string; found: Finding } | null>(null);
  const kept = useRef({ key: "", lines: [] as number[], upTo: 0 });
  useEffect(() => {
    if (key === "" || total === null) return;
    const stop = new AbortController();
    const wanted = JSON.parse(key) as ConsoleSearch;
    if (kept.current.key !== key) kept.current = { key, lines: [], upTo: 0 };
    const again = Math.max(0, kept.current.upTo - UNSETTLED);
    kept.current.lines = kept.current.lines.filter((line) => line < again);
    const look = async () => {
      for (let first: number | null = again; first !== null; ) {
        const page: Awaited<ReturnType<typeof findLines>> = await findLines(
          entity,
          project,
          id,
          wanted,
          first,
          stop.signal,
        );
        if (stop.signal.aborted) return;
        kept.current.lines = kept.current.lines.concat(page.lines);
        kept.current.upTo = page.next ?? page.total;
        first = page.next;
        setFinding({ key, found: { lines: kept.current.lines, done: first === null, error: null } });
      }
    };
    look().catch((error: unknown) => {
      if (!stop.signal.aborted) setFinding({ key, found: { lines: kept.current.lines, done: true, error } });
    });
    return () => stop.abort();
  }, [entity, project, id, key, total]);
  return key !== "" && finding?.key === key ? finding.found : null;
}
