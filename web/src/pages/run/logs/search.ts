/** Finding text in lines. Pure. */
import type { ConsoleLine } from "@/api/types";
import { plainText } from "./ansi";

export type StreamChoice = "all" | "stdout" | "stderr";

/** Places in a line, as `[start, end)`, where the text is found, letters of both cases alike. */
export function hitsIn(text: string, wanted: string): [number, number][] {
  if (!wanted) return [];
  const hay = text.toLowerCase();
  const needle = wanted.toLowerCase();
  const hits: [number, number][] = [];
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length))
    hits.push([at, at + needle.length]);
  return hits;
}

/** What a look through some lines found: which lines hold the text, and which are of the stream. */
export interface Found {
  hits: number[];
  ofStream: number[];
}

export function look(lines: readonly ConsoleLine[], wanted: string, stream: StreamChoice, found: Found): void {
  const needle = wanted.toLowerCase();
  for (const line of lines) {
    if (stream !== "all" && line.stream !== stream) continue;
    if (stream !== "all") found.ofStream.push(line.line);
    if (needle && plainText(line.text).toLowerCase().includes(needle)) found.hits.push(line.line);
  }
}

/** The place in `hits` at or after `line`, around the end. */
export function nextHit(hits: readonly number[], line: number, step: 1 | -1): number {
  if (hits.length === 0) return -1;
  if (step === 1) {
    const place = hits.findIndex((hit) => hit > line);
    return place < 0 ? 0 : place;
  }
  for (let place = hits.length - 1; place >= 0; place--) if ((hits[place] as number) < line) return place;
  return hits.length - 1;
}
