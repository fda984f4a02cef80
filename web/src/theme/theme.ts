import { useSyncExternalStore } from "react";

/** What a person chose; `system` follows the machine. Kept in local storage, read by `public/theme.js` too. */
export type ThemeChoice = "light" | "dark" | "system";
export type Theme = "light" | "dark";

const STORED = "gnomon.theme";
const system = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null;
/** Paper is light, whatever the screen is. */
const paper = typeof matchMedia === "function" ? matchMedia("print") : null;
let printing = false;
const listeners = new Set<() => void>();

function read(): ThemeChoice {
  try {
    const value = localStorage.getItem(STORED);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

let choice = read();

function resolve(): Theme {
  if (printing || paper?.matches) return "light";
  return choice === "system" ? (system?.matches ? "dark" : "light") : choice;
}

let theme = resolve();

function apply(): void {
  theme = resolve();
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

system?.addEventListener("change", () => {
  if (choice === "system") apply();
});

paper?.addEventListener("change", apply);

/** Whoever begins to print, this page's menu or the browser's: what listens has drawn again before the printer looks. */
function print(next: boolean): void {
  printing = next;
  apply();
}

if (typeof addEventListener === "function") {
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
}

/** Chooses a theme, on this page and for the next visit. */
export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  try {
    if (next === "system") localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, next);
  } catch {
    // private mode: the choice lasts as long as the page
  }
  apply();
}

export function currentTheme(): Theme {
  return theme;
}

/** Prints the page with light colours, charts too, which are drawn again before the printer sees them. */
export async function printLight(): Promise<void> {
  print(true);
  for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
  window.print();
}

/** Calls back when colours change, for what is drawn on canvas. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The theme as it shows now. */
export function useTheme(): Theme {
  return useSyncExternalStore(onTheme, () => theme);
}

/** What was chosen, for the switch itself. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(onTheme, () => choice);
}
