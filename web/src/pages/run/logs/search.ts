/** Finding text in lines, as the page marks it. Pure; which lines hold it is the server's to say. */

export type StreamChoice = "all" | "stdout" | "stderr";

export const LEVELS = ["error", "warn", "info", "debug"] as const;
export type LevelChoice = (typeof LEVELS)[number];

/** What finds a text whatever the case of its letters; null where it is no pattern. */
export function finder(wanted: string, regex: boolean): RegExp | null {
  if (!wanted) return null;
  try {
    return new RegExp(regex ? wanted : wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  } catch {
    return null;
  }
}

const MOST_HITS = 500;

/** Places in a line, as `[start, end)`, where it is found. */
export function hitsIn(text: string, wanted: RegExp | null): [number, number][] {
  if (!wanted) return [];
  const hits: [number, number][] = [];
  for (const found of text.matchAll(wanted)) {
    if (found[0].length > 0) hits.push([found.index, found.index + found[0].length]);
    if (hits.length >= MOST_HITS) break;
  }
  return hits;
}

/** The place in `hits` after `line`, or before it, around the end. */
export function nextHit(hits: readonly number[], line: number, step: 1 | -1): number {
  if (hits.length === 0) return -1;
  if (step === 1) {
    const place = hits.findIndex((hit) => hit > line);
    return place < 0 ? 0 : place;
  }
  for (let place = hits.length - 1; place >= 0; place--) if ((hits[place] as number) < line) return place;
  return hits.length - 1;
}
