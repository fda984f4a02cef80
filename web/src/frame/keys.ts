/** One listener for the keyboard; the newest that wants a key gets it. */
import { useEffect, useRef } from "react";

export type KeyMap = Record<string, (event: KeyboardEvent) => void>;

const maps: { current: KeyMap }[] = [];
let prefix: { key: string; at: number } | null = null;
const CHORD_MS = 900;

/** True where keys are text. */
function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key === " " ? "Space" : event.key;
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${key.length === 1 ? key : key}`;
}

/** What a text field does itself: undo, redo, cut, copy, paste, select. */
const OF_TEXTS = /^Ctrl\+[zZyxcva]$/;

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const name = nameOf(event);
  if (typing(event.target) && (!name.startsWith("Ctrl+") || OF_TEXTS.test(name))) return;
  const chord = prefix && event.timeStamp - prefix.at < CHORD_MS ? `${prefix.key} ${name}` : null;
  prefix = null;
  for (const wanted of chord ? [chord, name] : [name])
    for (let i = maps.length - 1; i >= 0; i--) {
      const act = maps[i]!.current[wanted];
      if (!act) continue;
      event.preventDefault();
      act(event);
      return;
    }
  if (/^[a-z]$/.test(name) && maps.some((map) => Object.keys(map.current).some((key) => key.startsWith(`${name} `))))
    prefix = { key: name, at: event.timeStamp };
}

if (typeof window !== "undefined") window.addEventListener("keydown", pressed);

/** Keys of a part of the page for as long as it stands: `"Ctrl+k"`, `"g w"`, `"Space"`, `"?"`. Not while one types. */
export function useKeys(map: KeyMap, enabled = true): void {
  const current = useRef(map);
  current.current = map;
  useEffect(() => {
    if (!enabled) return;
    maps.push(current);
    return () => {
      maps.splice(maps.indexOf(current), 1);
    };
  }, [enabled]);
}
