/** Which way a metric is better. Pure. */
import type { Run } from "@/api/types";

const LESS_IS_BETTER = /loss|err|fid|perplexity|ppl|mae|mse|rmse|wer|cer|nll|latency/i;

/** Whether more of a metric is better: what `define_metric` said, else what its name suggests; null where neither. */
export function goalOf(path: string, runs: readonly Run[]): "more" | "less" | null {
  const key = path.replace(/\.(min|max|mean|best|last|first)$/, "");
  for (const run of runs)
    for (const rule of run.rules)
      if (rule.goal && (rule.name === key || (rule.name.endsWith("*") && key.startsWith(rule.name.slice(0, -1)))))
        return rule.goal === "maximize" ? "more" : "less";
  if (LESS_IS_BETTER.test(key)) return "less";
  return /acc|f1|auc|score|precision|recall|reward|bleu|iou|map\b/i.test(key) ? "more" : null;
}
