/** Colours by role, for CSS (`runColour`) and for canvas (`inkOf`, resolved once per theme). */
import { currentTheme, onTheme } from "./theme";

export const RUN_COLOURS = 20;

/** The name of the colour token of a run; its number in the project decides, on every page. */
export function runToken(number: number): string {
  return `--r${(((number % RUN_COLOURS) + RUN_COLOURS) % RUN_COLOURS) + 1}`;
}

/** The colour of a run, for styles. */
export function runColour(number: number): string {
  return `var(${runToken(number)})`;
}

let cache = new Map<string, string>();
onTheme(() => {
  cache = new Map();
});

/** The value of a colour token as it stands in this theme, for canvas. */
export function inkOf(token: string): string {
  const key = `${currentTheme()} ${token}`;
  let value = cache.get(key);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(token).trim() || "#888";
    cache.set(key, value);
  }
  return value;
}

/** A colour of `#rrggbb` form with an opacity. */
export function withAlpha(hex: string, alpha: number): string {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) return hex;
  const n = Number.parseInt(hex.slice(1), 16);
  return `rgba(${n >> 16},${(n >> 8) & 255},${n & 255},${alpha})`;
}
