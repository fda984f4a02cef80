/** Two texts line by line: what went, what came, what stayed. Pure. */
import { diffArrays } from "diff";

export interface DiffLine {
  kind: "same" | "removed" | "added" | "gap";
  /** Line numbers from 1 in each text; null where it is not in that one. */
  before: number | null;
  after: number | null;
  /** Of a gap, how many lines are left out. */
  text: string;
  /** Of a line that is taken for the same, what it said before where that was not quite the same. */
  was?: string;
}

const CONTEXT = 3;

/**
 * All lines, with long stretches that are the same left out; null where the texts are the same. Lines for which `alike`
 * gives the same are taken for the same, and are shown as they are.
 */
export function linesOf(
  before: string,
  after: string,
  alike: (line: string) => string = (line) => line,
  context = CONTEXT,
): DiffLine[] | null {
  const [left, right] = [before, after].map((text) => (text === "" ? [] : text.replace(/\n$/, "").split("\n"))) as [
    string[],
    string[],
  ];
  const all: DiffLine[] = [];
  let [l, r] = [0, 0];
  for (const part of diffArrays(left.map(alike), right.map(alike)))
    for (let n = 0; n < part.value.length; n++) {
      if (part.added) all.push({ kind: "added", before: null, after: r + 1, text: right[r++]! });
      else if (part.removed) all.push({ kind: "removed", before: l + 1, after: null, text: left[l++]! });
      else {
        const [was, text] = [left[l++]!, right[r++]!];
        all.push({ kind: "same", before: l, after: r, text, ...(was === text ? {} : { was }) });
      }
    }
  return all.every((line) => line.kind === "same") ? null : folded(all, context);
}

function folded(lines: readonly DiffLine[], context: number): DiffLine[] {
  const near = new Uint8Array(lines.length);
  lines.forEach((line, place) => {
    if (line.kind === "same") return;
    for (let at = Math.max(0, place - context); at <= Math.min(lines.length - 1, place + context); at++) near[at] = 1;
  });
  const out: DiffLine[] = [];
  let skipped = 0;
  lines.forEach((line, place) => {
    if (near[place]) {
      if (skipped > 0) out.push(gap(skipped));
      skipped = 0;
      out.push(line);
    } else skipped += 1;
  });
  if (skipped > 0) out.push(gap(skipped));
  return out;
}

function gap(lines: number): DiffLine {
  return { kind: "gap", before: null, after: null, text: String(lines) };
}
