/** Which lines and columns of a scrolled table are in sight, found by arithmetic: lines are of one height. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

/** Beyond what is in sight, so that nothing is empty before the next frame is drawn. */
const MORE_LINES = 6;
const MORE_COLUMNS = 2;
/** Told in steps: what comes in sight is drawn a few lines, or columns, at a time. */
const LINES_A_STEP = 2;
const COLUMNS_A_STEP = 2;

export interface Measures {
  count: number;
  linePx: number;
  /** What stands above the lines. */
  headPx: number;
  /** What stands before the columns that move. */
  pinnedPx: number;
  /** Where each column begins, and where the last one ends. */
  edges: readonly number[];
}

export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** First and last, both in sight; the last is before the first where there are none. */
export interface Sight {
  lines: readonly [number, number];
  columns: readonly [number, number];
  /** Whether columns have moved below those that stand still. */
  scrolled: boolean;
}

export function sightOf(measures: Measures, { left, top, width, height }: Place): Sight {
  const { count, linePx, headPx, pinnedPx, edges } = measures;
  const columns = edges.length - 1;
  const firstLine = Math.floor(top / linePx) - MORE_LINES;
  const lastLine = Math.ceil((top + height - headPx) / linePx) - 1 + MORE_LINES;
  const firstColumn = at(edges, left) - MORE_COLUMNS;
  const lastColumn = at(edges, left + Math.max(0, width - pinnedPx)) + MORE_COLUMNS;
  return {
    lines: stepped(firstLine, lastLine, LINES_A_STEP, count),
    columns: stepped(firstColumn, lastColumn, COLUMNS_A_STEP, columns),
    scrolled: left > 0,
  };
}

/** The column that lies there. */
function at(edges: readonly number[], px: number): number {
  let [low, high] = [0, edges.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? 0) <= px) low = middle;
    else high = middle - 1;
  }
  return low;
}

function stepped(first: number, last: number, step: number, count: number): readonly [number, number] {
  const from = Math.floor(first / step) * step;
  const to = Math.ceil((last + 1) / step) * step - 1;
  return [Math.max(0, Math.min(from, count - 1)), Math.min(to, count - 1)];
}

/** Where to scroll to, of one direction, so that what lies from `start` to `end` is in sight of `room` pixels. */
export function shownFrom(now: number, start: number, end: number, room: number): number {
  if (start < now) return start;
  return end > now + room ? end - room : now;
}

/**
 * Which elements the lines take: one that is still in sight keeps its own, one that comes takes those of one that left,
 * as to say other words costs less than to be made anew.
 */
export function slotsOf(before: ReadonlyMap<string, number>, ids: readonly string[]): ReadonlyMap<string, number> {
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  for (const id of ids) {
    const slot = before.get(id);
    if (slot === undefined) continue;
    slots.set(id, slot);
    taken.add(slot);
  }
  let next = 0;
  for (const id of ids) {
    if (slots.has(id)) continue;
    while (taken.has(next)) next += 1;
    slots.set(id, next);
    taken.add(next);
  }
  return slots;
}

const NOTHING: Sight = { lines: [0, -1], columns: [0, -1], scrolled: false };

export function useSight(box: RefObject<HTMLElement | null>, measures: Measures) {
  const { count, linePx, headPx, pinnedPx, edges } = measures;
  const known = useMemo(
    (): Measures => ({ count, linePx, headPx, pinnedPx, edges }),
    [count, linePx, headPx, pinnedPx, edges],
  );
  const [sight, setSight] = useState(NOTHING);
  const size = useRef({ width: 0, height: 0 });
  const look = useCallback(() => {
    const own = box.current;
    if (!own) return;
    const next = sightOf(known, { left: own.scrollLeft, top: own.scrollTop, ...size.current });
    setSight((old) => (sameSight(old, next) ? old : next));
  }, [box, known]);

  useLayoutEffect(() => {
    const own = box.current;
    if (!own) return;
    size.current = { width: own.clientWidth, height: own.clientHeight };
    look();
  }, [box, look]);
  useEffect(() => {
    const own = box.current;
    if (!own) return;
    const resized = new ResizeObserver(() => {
      size.current = { width: own.clientWidth, height: own.clientHeight };
      look();
    });
    resized.observe(own);
    own.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      own.removeEventListener("scroll", look);
    };
  }, [box, look]);

  const show = useCallback(
    (line: number, column: number) => {
      const own = box.current;
      if (!own) return;
      const { linePx, headPx, pinnedPx, edges } = known;
      own.scrollTop = shownFrom(own.scrollTop, line * linePx, (line + 1) * linePx, own.clientHeight - headPx);
      if (column < 0) return;
      const [start, end] = [edges[column] ?? 0, edges[column + 1] ?? 0];
      own.scrollLeft = shownFrom(own.scrollLeft, start, end, own.clientWidth - pinnedPx);
    },
    [box, known],
  );
  return { sight, show };
}

function sameSight(a: Sight, b: Sight): boolean {
  return (
    a.lines[0] === b.lines[0] &&
    a.lines[1] === b.lines[1] &&
    a.columns[0] === b.columns[0] &&
    a.columns[1] === b.columns[1] &&
    a.scrolled === b.scrolled
  );
}
