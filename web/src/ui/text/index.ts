/** Every word the page says, in the language the person chose. `en` is the list of what there is to say. */
import { useSyncExternalStore } from "react";
import { en, type Text } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";
export type { Text };

export const LANGUAGES: readonly { id: Language; name: string }[] = [
  { id: "en", name: "English" },
  { id: "zh", name: "简体中文" },
];

const STORE = "gnomon.language";
const texts: Record<Language, Text> = { en, zh };
const listeners = new Set<() => void>();
let current: Language = remembered();

function remembered(): Language {
  try {
    const kept = localStorage.getItem(STORE);
    if (kept === "en" || kept === "zh") return kept;
  } catch {
    // storage may be closed to us; the browser's own language decides
  }
  return typeof navigator !== "undefined" && navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function language(): Language {
  return current;
}

/** The locale for dates and numbers. */
export function locale(): string {
  return current === "zh" ? "zh-CN" : "en-GB";
}

export function setLanguage(next: Language): void {
  current = next;
  try {
    localStorage.setItem(STORE, next);
  } catch {
    // kept for this visit only
  }
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, language);
}

/** The words of the current language; the component renders again when the language changes. */
export function useText(): Text {
  return texts[useLanguage()];
}

/** The words of the current language, outside components. */
export function text(): Text {
  return texts[current];
}
