/** How tall rows of tables are: a choice kept in local storage, set on the document for CSS to see. */
import { useSyncExternalStore } from "react";

export type Density = "compact" | "regular" | "relaxed";

const STORED = "gnomon.density";
const ROW_PX: Record<Density, number> = { compact: 24, regular: 28, relaxed: 36 };
const listeners = new Set<() => void>();

function read(): Density {
  try {
    const value = localStorage.getItem(STORED);
    return value === "compact" || value === "relaxed" ? value : "regular";
  } catch {
    return "regular";
  }
}

let density = read();
apply();

function apply(): void {
  if (typeof document === "undefined") return;
  document.documentElement.dataset.density = density;
  document.documentElement.style.setProperty("--row", `${ROW_PX[density]}px`);
}

export function setDensity(next: Density): void {
  density = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // private mode: the choice lasts as long as the page
  }
  apply();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useDensity(): Density {
  return useSyncExternalStore(subscribe, () => density);
}

/** The height of a table row in pixels, for virtual lists. */
export function useRowHeight(): number {
  return ROW_PX[useDensity()];
}
