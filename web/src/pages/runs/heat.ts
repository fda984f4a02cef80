/** A ground for the cells of a column: how good the value is beside the others. Pure. */

export type Goal = "more" | "less";

/** The ground of a value between `low` and `high`; better values are deeper, greater ones where nobody said which are. */
export function heat(goal: Goal | null, value: number, low: number, high: number): string | undefined {
  if (!Number.isFinite(value) || !(high > low)) return undefined;
  const place = (value - low) / (high - low);
  const good = goal === "less" ? 1 - place : place;
  const share = Math.round(4 + good * 24);
  return `color-mix(in srgb, var(--better) ${share}%, transparent)`;
}

/** Which way metrics are better, as a person said it, in the address: `-` before those of which less is. */
export function goalsTo(goals: ReadonlyMap<string, Goal>): string {
  return [...goals]
    .map(([path, goal]) => (goal === "less" ? "-" : "+") + path.replaceAll("%", "%25").replaceAll(",", "%2C"))
    .join(",");
}

export function goalsFrom(text: string): ReadonlyMap<string, Goal> {
  const goals = new Map<string, Goal>();
  for (const piece of text.split(",")) {
    const path = piece.slice(1).replaceAll("%2C", ",").replaceAll("%25", "%");
    if (path) goals.set(path, piece.startsWith("-") ? "less" : "more");
  }
  return goals;
}
