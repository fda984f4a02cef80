/** The columns that a person pinned in a project: in the table they stand still, in the list beside the charts they are shown. */
import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
const known = new Map<string, readonly string[]>();
const NONE: readonly string[] = [];

const storedAs = (entity: string, project: string) => `gnomon.pins.${entity}/${project}`;

function read(name: string): readonly string[] {
  let pins = known.get(name);
  if (!pins) {
    pins = parsePins(stored(name));
    known.set(name, pins);
  }
  return pins;
}

function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // private mode
  }
}

/** Pins as they were kept; of what is odd, nothing. */
export function parsePins(text: string | null): readonly string[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list.filter((each) => typeof each === "string") : NONE;
  } catch {
    return NONE;
  }
}

/** The pinned columns of a project, kept in the browser, and a way to change them. */
export function usePins(entity: string, project: string): [readonly string[], (pins: readonly string[]) => void] {
  const name = storedAs(entity, project);
  const pins = useSyncExternalStore(subscribe, () => read(name));
  const set = useCallback(
    (next: readonly string[]) => {
      known.set(name, next);
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // the choice lasts as long as the page
      }
      for (const listener of listeners) listener();
    },
    [name],
  );
  return [pins, set];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
