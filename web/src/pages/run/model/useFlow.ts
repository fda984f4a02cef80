/** Sizes of gradients or parameters over the run, read at some steps spread over all of it. */
import { useQuery } from "@tanstack/react-query";
import { readRows } from "@/api/runs";
import type { KeyInfo, Run } from "@/api/types";
import { histogramOf } from "@/media/value";
import { type FlowRow, rmsOf, spread } from "./flow";

export type Side = "gradients" | "parameters";

const STEPS = 32;
export const MOST_KEYS = 240;
/** So many names fit into one address. */
const TOGETHER = 40;
const AT_ONCE = 6;
const LIVE_MS = 15_000;

export interface Flow {
  steps: number[];
  rows: FlowRow[];
}

export function useFlow(run: Run, side: Side, keys: readonly KeyInfo[]) {
  const names = keys.map((key) => key.key).slice(0, MOST_KEYS);
  const points = Math.max(0, ...keys.map((key) => key.points));
  return useQuery({
    queryKey: ["model-flow", run.entity, run.project, run.id, side, names.length, points] as const,
    queryFn: ({ signal }) => read(run, side, names, keys, signal),
    enabled: names.length > 0,
    staleTime: LIVE_MS,
    placeholderData: (old) => old,
  });
}

async function read(
  run: Run,
  side: Side,
  names: readonly string[],
  keys: readonly KeyInfo[],
  signal: AbortSignal,
): Promise<Flow> {
  const longest = keys.reduce((most, key) => (key.points > most.points ? key : most), keys[0] as KeyInfo);
  const logged = await stepsOf(run, longest, signal);
  const steps = spread(logged, STEPS);
  const values = new Map(names.map((name) => [name, new Array<number>(steps.length).fill(Number.NaN)]));
  const asks = steps.flatMap((step, place) =>
    Array.from({ length: Math.ceil(names.length / TOGETHER) }, (_, part) => ({
      step,
      place,
      names: names.slice(part * TOGETHER, (part + 1) * TOGETHER),
    })),
  );
  const work = async () => {
    for (let ask = asks.pop(); ask; ask = asks.pop()) {
      const options = { keys: ask.names, first: ask.step, last: ask.step, limit: 1 };
      const { rows } = await readRows(run.entity, run.project, run.id, options, signal);
      for (const name of ask.names) {
        const bins = histogramOf(rows[0]?.[name]);
        const row = values.get(name);
        if (bins && row) row[ask.place] = rmsOf(bins);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { steps, rows: names.map((name) => ({ name: name.slice(side.length + 1), values: values.get(name) ?? [] })) };
}

/** The steps of a key. Of one logged very often, those of the first rows of stretches spread over the run. */
async function stepsOf(run: Run, key: KeyInfo, signal: AbortSignal): Promise<number[]> {
  const first = key.first_step ?? 0;
  const last = key.last_step ?? first;
  if (key.points <= STEPS * 2) {
    const options = { keys: [key.key], limit: STEPS * 2 };
    const { rows } = await readRows(run.entity, run.project, run.id, options, signal);
    return rows.map((row) => Number(row._step));
  }
  const found = new Set<number>();
  const begins = Array.from({ length: STEPS }, (_, i) => Math.round(first + (i / (STEPS - 1)) * (last - first)));
  await Promise.all(
    begins.map(async (begin) => {
      const options = { keys: [key.key], first: begin, limit: 1 };
      const { rows } = await readRows(run.entity, run.project, run.id, options, signal);
      const step = rows[0]?._step;
      if (typeof step === "number") found.add(step);
    }),
  );
  return [...found].sort((a, b) => a - b);
}
