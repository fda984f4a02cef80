/** A ground for the cells of one column: how good the value is beside the others. Pure. */

const LESS_IS_BETTER = /loss|err|fid|perplexity|ppl|mae|mse|rmse|wer|cer|nll|time|latency/i;

/** The ground of a value between `low` and `high`; better values of a metric are deeper. */
export function heat(name: string, value: number, low: number, high: number): string | undefined {
  if (!Number.isFinite(value) || !(high > low)) return undefined;
  const place = (value - low) / (high - low);
  const good = LESS_IS_BETTER.test(name) ? 1 - place : place;
  const share = Math.round(4 + good * 24);
  return `color-mix(in srgb, var(--better) ${share}%, transparent)`;
}
