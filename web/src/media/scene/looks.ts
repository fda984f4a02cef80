/** How a scene is seen at first, and what there is to switch. Pure. */
import type { Cloud } from "./cloud";
import { categoriesOf, colouringsOf } from "./colours";
import type { Look, Model } from "./model";

const MANY = 100_000;
const FEW = 3000;

export function firstLook(model: Pick<Model, "up" | "told">, cloud: Cloud | null): Look {
  const { points } = model.told;
  return {
    up: model.up,
    grid: true,
    labels: true,
    hidden: new Set(),
    colouring: cloud ? colouringsOf(cloud)[0]! : "plain",
    size: points > MANY ? 1.5 : points > FEW ? 2.5 : 4,
    hiddenCategories: new Set(),
    surface: "shaded",
    paint: "own",
  };
}

export interface LabelCount {
  label: string;
  boxes: number;
}

/** The labels that boxes have, the most frequent first. */
export function labelsOf({ boxes }: Cloud): LabelCount[] {
  const found = new Map<string, number>();
  for (const { label } of boxes) found.set(label, (found.get(label) ?? 0) + 1);
  return [...found]
    .map(([label, many]) => ({ label, boxes: many }))
    .sort((a, b) => b.boxes - a.boxes || a.label.localeCompare(b.label));
}

/** Categories one can tell apart; a cloud of one alone has nothing to switch. */
export function switchable(cloud: Cloud): ReturnType<typeof categoriesOf> {
  const found = categoriesOf(cloud);
  return found && found.length > 1 ? found : null;
}

/** The set with the value in it, or without it where it was. */
export function flipped<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
