/** How far a value is from the baseline, in a drawing. Better and worse are told by sign and arrow too. */
import type { Run } from "@/api/types";
import { nameOf } from "@/state/fields";
import { goalOf } from "@/state/goals";
import { number } from "@/ui/numbers";

export function deltaText(delta: number): string {
  return delta === 0 ? "=" : `${delta > 0 ? "▲ +" : "▼ "}${number(delta, 3)}`;
}

/** Teal where it is better, red where it is worse, grey where nobody knows which way is better. */
export function deltaToken(delta: number, field: string, runs: readonly Run[]): string {
  const goal = field.startsWith("config.") ? null : goalOf(nameOf(field), runs);
  if (goal === null || delta === 0) return "--text-3";
  return delta > 0 === (goal === "more") ? "--better" : "--worse";
}

export function Delta(props: { x: number; y: number; delta: number; field: string; runs: readonly Run[] }) {
  const { x, y, delta, field, runs } = props;
  return (
    <text className="delta" x={x} y={y} textAnchor="end" style={{ fill: `var(${deltaToken(delta, field, runs)})` }}>
      {deltaText(delta)}
    </text>
  );
}
