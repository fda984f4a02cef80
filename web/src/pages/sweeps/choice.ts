/** What is chosen among the runs of a sweep: spans along the axes, which every chart and the table go by. Pure. */
import type { Sweep, SweepDetail, SweepParameter } from "@/api/types";
import type { ParallelLine } from "@/charts/Parallel";
import { type Axis, axisOf, type Brush, type Brushes, type Dimension, isChosen } from "@/charts/parallel";
import type { SearchParams } from "@/state/view";

/** The dimension of the metric; a space keeps it apart from the names of parameters. */
export const METRIC = "metric ";
const MOST_AXES = 9;

export function dimensionsOf(sweep: Sweep, parameters: readonly SweepParameter[]): Dimension[] {
  const searched = parameters.filter((each) => each.searched).slice(0, MOST_AXES);
  const axes: Dimension[] = searched.map(({ name, log }) => ({ id: name, label: name, log }));
  if (sweep.metrics.length > 1)
    return [...axes, ...sweep.metrics.map(({ name }, place) => ({ id: `${METRIC}${place}`, label: name }))];
  return sweep.metric ? [...axes, { id: METRIC, label: sweep.metric }] : axes;
}

export function linesOf(detail: SweepDetail, rank: ReadonlyMap<string, number>): ParallelLine[] {
  return detail.runs.map((run) => ({
    id: run.id,
    name: run.name,
    values: {
      ...run.params,
      [METRIC]: run.value,
      ...Object.fromEntries(run.values.map((value, place) => [`${METRIC}${place}`, value])),
    },
    rank: rank.get(run.id) ?? null,
  }));
}

export function axesOf(dimensions: readonly Dimension[], lines: readonly ParallelLine[]): Axis[] {
  return dimensions.map((each) =>
    axisOf(
      each,
      lines.map((line) => line.values[each.id]),
    ),
  );
}

/** The ids of the runs within all spans. */
export function chosenOf(axes: readonly Axis[], lines: readonly ParallelLine[], brushes: Brushes): Set<string> {
  return new Set(lines.filter((line) => isChosen(axes, brushes, (id) => line.values[id])).map((line) => line.id));
}

/** The spans of an address, such as `lr:0.2-0.5,metric%20:0-0.1`; what cannot be read is left out. */
export function readBrushes(text: string | undefined): Brushes {
  const found: Record<string, Brush> = {};
  for (const piece of (text ?? "").split(",")) {
    const parts = /^(.+):(\d(?:\.\d+)?)-(\d(?:\.\d+)?)$/.exec(piece);
    if (parts?.[1]) found[unescaped(parts[1])] = [Number(parts[2]), Number(parts[3])];
  }
  return found;
}

export function writeBrushes(brushes: Brushes): string {
  return Object.entries(brushes)
    .map(([id, [from, to]]) => `${escaped(id)}:${share(from)}-${share(to)}`)
    .join(",");
}

const escaped = (id: string) => id.replaceAll("%", "%25").replaceAll(",", "%2c").replaceAll(":", "%3a");
const unescaped = (id: string) => id.replaceAll("%3a", ":").replaceAll("%2c", ",").replaceAll("%25", "%");
const share = (at: number) => String(Number(at.toFixed(3)));

/** What of the page stands in the address: the spans, and the parameter that is looked at alone. */
export interface Chosen {
  brushes: Brushes;
  x: string | null;
}

export const readChosen = (params: SearchParams): Chosen => ({
  brushes: readBrushes(params.brush),
  x: params.x ?? null,
});
export const writeChosen = ({ brushes, x }: Chosen): Record<string, string | undefined> => ({
  brush: writeBrushes(brushes) || undefined,
  x: x ?? undefined,
});
