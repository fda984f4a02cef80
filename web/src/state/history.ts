/** What can be undone: pure, and knows nothing of what is changed. */

export interface History<T> {
  /** As it was before each change, the last at the end. */
  past: readonly T[];
  /** As it was after each change that was undone, the last undone at the end. */
  future: readonly T[];
  /** What the last change was about, and when: changes of one thing in a row are one. */
  tag: string;
  at: number;
}

export const NO_HISTORY: History<never> = { past: [], future: [], tag: "", at: 0 };

const LONGEST = 100;
/** A slider that is dragged, or a title that is typed, is one change. */
const TOGETHER_MS = 900;

/** The history after a change of what was `before`. An empty tag is a change of its own. */
export function recorded<T>(history: History<T>, before: T, tag: string, now: number): History<T> {
  const goesOn = tag !== "" && tag === history.tag && now - history.at < TOGETHER_MS && history.past.length > 0;
  return { past: goesOn ? history.past : [...history.past, before].slice(-LONGEST), future: [], tag, at: now };
}

/** Back by one change from what is `now`; null where there is none. */
export function undone<T>(history: History<T>, now: T): { history: History<T>; value: T } | null {
  const value = history.past.at(-1);
  if (value === undefined) return null;
  return {
    history: { past: history.past.slice(0, -1), future: [...history.future, now], tag: "", at: 0 },
    value,
  };
}

/** Forward again by one change that was undone. */
export function redone<T>(history: History<T>, now: T): { history: History<T>; value: T } | null {
  const value = history.future.at(-1);
  if (value === undefined) return null;
  return {
    history: { past: [...history.past, now], future: history.future.slice(0, -1), tag: "", at: 0 },
    value,
  };
}
