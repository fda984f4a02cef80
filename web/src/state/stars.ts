/** The projects that a person starred: they stand first. Kept in the browser. */
import { useCallback, useSyncExternalStore } from "react";
import { parsePins } from "./pins";

const NAME = "gnomon.stars";
const listeners = new Set<() => void>();
let known: readonly string[] | null = null;

function read(): readonly string[] {
  if (known === null) {
    try {
      known = parsePins(localStorage.getItem(NAME));
    } catch {
      known = []; // private mode
    }
  }
  return known;
}

/** The starred projects, as `entity/project`, and a way to star one or not. */
export function useStars(): [ReadonlySet<string>, (project: string) => void] {
  const stars = useSyncExternalStore(subscribe, read);
  const toggle = useCallback((project: string) => {
    const now = read();
    known = now.includes(project) ? now.filter((each) => each !== project) : [...now, project];
    try {
      localStorage.setItem(NAME, JSON.stringify(known));
    } catch {
      // the choice lasts as long as the page
    }
    for (const listener of listeners) listener();
  }, []);
  return [new Set(stars), toggle];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
