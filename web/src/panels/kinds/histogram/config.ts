/** What a histogram panel shows. Pure. */
import type { KeySpec } from "@/panels/sections";
import { numberIn, oneOf, type Raw, textIn } from "../read";
import { STATISTICS, type Statistic } from "../values";

export const LOOKS = ["heat", "offset", "overlay", "runs"] as const;

export interface HistogramConfig {
  /** The key of logged histograms, or a field of runs where `look` is `runs`. */
  key: string;
  look: (typeof LOOKS)[number];
  statistic: Statistic;
  bins: number;
  /** The value was never logged at a step: it stands in the summary alone. */
  from: "summary" | null;
}

export function readHistogram(raw: Raw): HistogramConfig {
  return {
    key: textIn(raw, "key"),
    look: oneOf(raw, "look", LOOKS, "heat"),
    statistic: oneOf(raw, "statistic", STATISTICS, "last"),
    bins: numberIn(raw, "bins", 20, 2, 100),
    from: raw.from === "summary" ? "summary" : null,
  };
}

export function specOf({ key, from }: HistogramConfig): KeySpec {
  return from ? { kind: "histogram", key, stream: "history", from } : { kind: "histogram", key, stream: "history" };
}
