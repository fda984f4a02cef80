/** The colours of the page, as numbers. */
import { inkOf, RUN_COLOURS } from "@/theme/colours";
import type { Rgb } from "./cloud";
import type { Inks } from "./colours";

const SHADES = 9;

/** As they stand in this theme. */
export function inksNow(): Inks {
  return {
    categories: Array.from({ length: RUN_COLOURS }, (_, place) => rgb(inkOf(`--r${place + 1}`))),
    shades: Array.from({ length: SHADES }, (_, place) => rgb(inkOf(`--s${place + 1}`))),
    plain: rgb(inkOf("--r1")),
  };
}

function rgb(hex: string): Rgb {
  const n = Number.parseInt(hex.slice(1), 16) || 0;
  return [n >> 16, (n >> 8) & 255, n & 255];
}
