/** What colour each point of a cloud has, and what there is to choose from. Pure. */
import type { Cloud, Rgb } from "./cloud";

export type Colouring = "rgb" | "category" | "strength" | "height" | "plain";

export interface Inks {
  /** The colours of categories, again from the first after the last. */
  categories: readonly Rgb[];
  /** Of a value from low to high. */
  shades: readonly Rgb[];
  plain: Rgb;
}

const MOST_CATEGORIES = 64;

export interface Category {
  value: number;
  points: number;
}

/** The categories of a cloud, by number; null where its fourth numbers are none: broken, negative or too many. */
export function categoriesOf({ fourth }: Cloud): Category[] | null {
  if (!fourth) return null;
  const found = new Map<number, number>();
  for (const value of fourth) {
    if (!Number.isInteger(value) || value < 0) return null;
    found.set(value, (found.get(value) ?? 0) + 1);
    if (found.size > MOST_CATEGORIES) return null;
  }
  return [...found].map(([value, points]) => ({ value, points })).sort((a, b) => a.value - b.value);
}

/** How the points can be coloured, the best way first. */
export function colouringsOf(cloud: Cloud): Colouring[] {
  const own: Colouring[] = cloud.rgb ? ["rgb"] : [];
  if (cloud.fourth) own.push(...(categoriesOf(cloud) ? (["category", "strength"] as const) : (["strength"] as const)));
  return [...own, "height", "plain"];
}

/** Red, green, blue of each point, one after another. `up` is the axis that height is along. */
export function coloursOf(cloud: Cloud, colouring: Colouring, up: 0 | 1 | 2, inks: Inks): Uint8Array {
  const many = cloud.points.length / 3;
  if (colouring === "rgb" && cloud.rgb) return cloud.rgb;
  const out = new Uint8Array(many * 3);
  if (colouring === "category" && cloud.fourth) {
    for (let at = 0; at < many; at++) out.set(categoryInk(cloud.fourth[at]!, inks), at * 3);
    return out;
  }
  const values =
    colouring === "strength" && cloud.fourth
      ? (at: number) => cloud.fourth![at]!
      : colouring === "height"
        ? (at: number) => cloud.points[at * 3 + up]!
        : null;
  if (!values) {
    for (let at = 0; at < many; at++) out.set(inks.plain, at * 3);
    return out;
  }
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < many; at++) {
    const value = values(at);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const ramp = rampOf(inks.shades);
  const scale = high > low ? (RAMP - 1) / (high - low) : 0;
  for (let at = 0; at < many; at++) {
    const place = Math.max(0, Math.min(RAMP - 1, Math.round((values(at) - low) * scale) || 0)) * 3;
    out[at * 3] = ramp[place]!;
    out[at * 3 + 1] = ramp[place + 1]!;
    out[at * 3 + 2] = ramp[place + 2]!;
  }
  return out;
}

export function categoryInk(value: number, { categories }: Inks): Rgb {
  return categories[Math.abs(Math.round(value)) % categories.length]!;
}

const RAMP = 256;

/** The shades with all between them. */
function rampOf(shades: readonly Rgb[]): Uint8Array {
  const ramp = new Uint8Array(RAMP * 3);
  for (let at = 0; at < RAMP; at++) {
    const place = (at / (RAMP - 1)) * (shades.length - 1);
    const [from, to] = [shades[Math.floor(place)]!, shades[Math.ceil(place)]!];
    for (let part = 0; part < 3; part++)
      ramp[at * 3 + part] = Math.round(from[part]! + (to[part]! - from[part]!) * (place % 1));
  }
  return ramp;
}

/** The places of the points to draw, where some categories are hidden; null for all. */
export function shownPoints({ fourth }: Cloud, hidden: ReadonlySet<number>): Uint32Array | null {
  if (!fourth || hidden.size === 0) return null;
  const places = new Uint32Array(fourth.length);
  let many = 0;
  for (let at = 0; at < fourth.length; at++) if (!hidden.has(fourth[at]!)) places[many++] = at;
  return places.subarray(0, many);
}
