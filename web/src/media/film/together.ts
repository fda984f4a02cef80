/** Films that are played and stepped as one. */
import { createContext, useContext, useEffect, useRef } from "react";

export interface Reel {
  play: () => void;
  pause: () => void;
  /** Goes by pictures. */
  step: (by: number) => void;
  seek: (seconds: number) => void;
}

/** The reels that go together; null lets each go alone. */
const Together = createContext<Set<Reel> | null>(null);

export const TogetherProvider = Together.Provider;

/** What moves this reel, and those that go with it. `alone` is false where there are such. */
export function useReels(reel: Reel): { all: (act: (reel: Reel) => void) => void; alone: boolean } {
  const group = useContext(Together);
  const latest = useRef(reel);
  latest.current = reel;
  useEffect(() => {
    if (!group) return;
    const own: Reel = {
      play: () => latest.current.play(),
      pause: () => latest.current.pause(),
      step: (by) => latest.current.step(by),
      seek: (seconds) => latest.current.seek(seconds),
    };
    group.add(own);
    return () => {
      group.delete(own);
    };
  }, [group]);
  return { all: (act) => (group ? [...group] : [latest.current]).forEach(act), alone: group === null };
}
