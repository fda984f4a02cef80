import { useCallback, useState } from "react";

const STORED = "gnomon.sidebar";
const USUAL = 312;
export const LEAST = 220;
export const MOST = 640;

export interface SidebarWidth {
  width: number;
  open: boolean;
  setWidth: (width: number) => void;
  toggle: () => void;
}

function read(): { width: number; open: boolean } {
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "{}") as { width?: unknown; open?: unknown };
    return { width: typeof kept.width === "number" ? clamp(kept.width) : USUAL, open: kept.open !== false };
  } catch {
    return { width: USUAL, open: true };
  }
}

function clamp(width: number): number {
  return Math.min(MOST, Math.max(LEAST, Math.round(width)));
}

/** How wide the list of runs is: a matter of this person's screen, so it is kept in the browser. */
export function useSidebarWidth(): SidebarWidth {
  const [state, setState] = useState(read);
  const keep = useCallback((next: { width: number; open: boolean }) => {
    setState(next);
    try {
      localStorage.setItem(STORED, JSON.stringify(next));
    } catch {
      // kept for this visit only
    }
  }, []);
  return {
    ...state,
    setWidth: (width) => keep({ ...state, width: clamp(width) }),
    toggle: () => keep({ ...state, open: !state.open }),
  };
}
