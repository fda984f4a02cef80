/** Two texts line by line: what went, what came, what stayed. Pure. */
import { diffLines } from "diff";

export interface DiffLine {
  kind: "same" | "removed" | "added" | "gap";
  /** Line numbers from 1 in each text; null where it is not in that one. */
  before: number | null;
  after: number | null;
  /** Of a gap, how many lines are left out. */
  text: string;
}

const CONTEXT = 3;

/** All lines, with long stretches that are the same left out; null where the texts are the same. */
export function linesOf(before: string, after: string, context = CONTEXT): DiffLine[] | null {
  if (before === after) return null;
  const all: DiffLine[] = [];
  let [left, right] = [0, 0];
  for (const part of diffLines(before, after)) {
    const lines = part.value.replace(/\n$/, "").split("\n");
    for (const text of lines) {
      if (part.added) all.push({ kind: "added", before: null, after: ++right, text });
      else if (part.removed) all.push({ kind: "removed", before: ++left, after: null, text });
      else all.push({ kind: "same", before: ++left, after: ++right, text });
    }
  }
  return folded(all, context);
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
