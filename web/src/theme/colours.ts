/** Colours by role, for CSS (`runColour`) and for canvas (`inkOf`, resolved once per theme). */
import { currentTheme, onTheme } from "./theme";

export const RUN_COLOURS = 20;

/** What decides the colour of a run: the one a person chose, else its number in the project. */
export interface Coloured {
  number: number;
  colour?: number | null | undefined;
}

/** The colour token of a place in the palette; after the last comes the first again. */
export function paletteToken(place: number): string {
  return `--r${(((place % RUN_COLOURS) + RUN_COLOURS) % RUN_COLOURS) + 1}`;
}

export const SHADES = 8;

/** The token for a value that lies `at` from 0, the least, to 1, the greatest. */
export function shadeToken(at: number): string {
  return `--q${Math.round(Math.min(1, Math.max(0, at)) * (SHADES - 1)) + 1}`;
}

/** The name of the colour token of a run: the same on every page. */
export function runToken({ number, colour }: Coloured): string {
  return paletteToken(colour ?? number);
}

/** The colour of a run, for styles. */
export function runColour(run: Coloured): string {
  return `var(${runToken(run)})`;
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

/** How bright a colour of `#rrggbb` form is, from 0 to 1: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance. */
export function luminance(hex: string): number {
  const n = Number.parseInt(hex.slice(1), 16) || 0;
  const [red, green, blue] = [n >> 16, (n >> 8) & 255, n & 255].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The token for words on a colour: black or white, whichever stands out more, which is 4.5:1 on any. */
export function wordsOn(hex: string): "--on-dark" | "--on-light" {
  const ground = luminance(hex) + 0.05;
  return 1.05 / ground > ground / 0.05 ? "--on-dark" : "--on-light";
}

/** A colour of `#rrggbb` form with an opacity. */
export function withAlpha(hex: string, alpha: number): string {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) return hex;
  const n = Number.parseInt(hex.slice(1), 16);
  return `rgba(${n >> 16},${(n >> 8) & 255},${n & 255},${alpha})`;
}
