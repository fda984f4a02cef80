/** What a run had at a step. Pure. */
import type { Curve } from "@/api/series";

/** The value at `step`, or the last before it: at the end of the curve the very last one logged. Null before the first. */
export function valueAtStep(curve: Pick<Curve, "length" | "xMin" | "mean" | "last">, step: number): number | null {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve.xMin[middle] ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return null;
  return (low === curve.length ? curve.last[low - 1] : curve.mean[low - 1]) ?? null;
}

export interface Change {
  text: string;
  /** Null where it is not known which way is better. */
  better: boolean | null;
}

const LESS_IS_BETTER = /loss|err|(^|[^a-z])fid|perplexity|ppl|mae|mse|nll/i;
const MORE_IS_BETTER = /acc|auc|f1|score|reward|bleu|iou|precision|recall/i;

/** Whether a metric says by its name which way is better: what one looks at first. */
export function tellsQuality(name: string): boolean {
  return LESS_IS_BETTER.test(name) || MORE_IS_BETTER.test(name);
}

/** How far a value is from the latest, with a sign; null when there is nothing to tell. */
export function changeTo(name: string, from: number | null, to: number | null): Change | null {
  if (from === null || to === null || !Number.isFinite(from) || !Number.isFinite(to) || from === 0 || from === to)
    return null;
  const share = ((to - from) / Math.abs(from)) * 100;
  if (Math.abs(share) < 0.05) return null;
  const size = Math.abs(share);
  const text = `${share > 0 ? "▲" : "▼"} ${size >= 1000 ? ">999" : size.toFixed(size < 10 ? 1 : 0)} %`;
  const better = LESS_IS_BETTER.test(name) ? share < 0 : MORE_IS_BETTER.test(name) ? share > 0 : null;
  return { text, better };
}
