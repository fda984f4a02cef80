/** The ground of a cell: how its number lies among those of its column. Pure. */
import type { CSSProperties } from "react";
import { asNumber } from "@/ui/numbers";
import type { Column } from "./columns";
import type { Facts } from "./facts";
import type { Paint } from "./look";

export type Span = readonly [low: number, high: number];

export function spanOf(column: Column, facts: (column: Column) => Facts): () => Span | null {
  return () => {
    if (column.kind !== "number") return null;
    const { min, max } = facts(column);
    return max > min ? [min, max] : null;
  };
}

/** Nothing where cells are plain: then the span is not asked for. */
export function groundOf(paint: Paint, column: Column, value: unknown, span: () => Span | null): CSSProperties {
  if (paint === "plain" || column.kind !== "number") return {};
  const numeric = asNumber(value);
  const [low, high] = span() ?? [0, 0];
  if (numeric === null || !Number.isFinite(numeric) || !(high > low)) return {};
  if (paint === "heat") {
    const share = (numeric - low) / (high - low);
    return { backgroundColor: `color-mix(in srgb, var(--accent) ${Math.round(2 + share * 38)}%, transparent)` };
  }
  // bars begin at nothing where the numbers are on both sides of it
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const zero = (0 - from) / (to - from);
  const at = (numeric - from) / (to - from);
  const [a, b] = [Math.min(zero, at) * 100, Math.max(zero, at) * 100];
  const ink = "var(--tb-bar)";
  return {
    backgroundImage: `linear-gradient(90deg, transparent ${a}%, ${ink} ${a}%, ${ink} ${b}%, transparent ${b}%)`,
    backgroundSize: "100% 62%",
    backgroundPosition: "0 50%",
    backgroundRepeat: "no-repeat",
  };
}
