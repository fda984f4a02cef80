/** Curves: one Arrow answer, cut into typed-array views without copying a number. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { tableFromIPC } from "@uwdata/flechette";
import { ApiError, ask, at } from "./client";
import type { SeriesHead, SeriesHeads, SeriesQuery } from "./types";

/** One curve of one run. All columns have the same length; a bucket of a raw curve is one point. */
export interface Curve {
  run: string;
  key: string;
  raw: boolean;
  /** How many points the asked range holds, before bucketing. */
  points: number;
  length: number;
  xMin: Float64Array;
  xMax: Float64Array;
  low: Float64Array;
  high: Float64Array;
  mean: Float64Array;
  first: Float64Array;
  last: Float64Array;
  stepFirst: Float64Array;
  stepLast: Float64Array;
  /** The step of the least finite value, the earliest where several are equal; `stepFirst` where there is none. */
  stepLow: Float64Array;
  stepHigh: Float64Array;
  count: Int32Array;
  nan: Int32Array;
  posInf: Int32Array;
  negInf: Int32Array;
}

export interface Series {
  x: string;
  curves: Curve[];
}

const ARROW = "application/vnd.apache.arrow.stream";

export async function readSeries(
  entity: string,
  project: string,
  query: SeriesQuery,
  signal?: AbortSignal,
): Promise<Series> {
  const answer = await ask(at("projects", entity, project, "series"), {
    method: "POST",
    body: query,
    signal,
    accept: ARROW,
  });
  return decodeSeries(await answer.arrayBuffer());
}

/** The curves of an Arrow stream whose schema metadata `gnomon` says where each begins and how long it is. */
export function decodeSeries(bytes: ArrayBuffer | Uint8Array): Series {
  const table = tableFromIPC(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
  const heads = table.schema.metadata?.get("gnomon");
  if (!heads) throw new ApiError("Broken", "The series answer has no heads.");
  const parsed = JSON.parse(heads) as SeriesHeads;
  const float = (name: string): Float64Array => toFloats(table.getChild(name)?.toArray() ?? []);
  const int = (name: string): Int32Array => toInts(table.getChild(name)?.toArray() ?? []);
  const columns = {
    xMin: float("x_min"),
    xMax: float("x_max"),
    low: float("low"),
    high: float("high"),
    mean: float("mean"),
    first: float("first"),
    last: float("last"),
    stepFirst: float("step_first"),
    stepLast: float("step_last"),
    stepLow: float("step_low"),
    stepHigh: float("step_high"),
    count: int("count"),
    nan: int("nan"),
    posInf: int("pos_inf"),
    negInf: int("neg_inf"),
  };
  return { x: parsed.x, curves: parsed.series.map((head) => slice(head, columns)) };
}

type CurveColumns = Omit<Curve, "run" | "key" | "raw" | "points" | "length">;

function slice(head: SeriesHead, columns: CurveColumns): Curve {
  const { start, length } = head;
  const end = start + length;
  return {
    run: head.run,
    key: head.key,
    raw: head.raw,
    points: head.points,
    length,
    xMin: columns.xMin.subarray(start, end),
    xMax: columns.xMax.subarray(start, end),
    low: columns.low.subarray(start, end),
    high: columns.high.subarray(start, end),
    mean: columns.mean.subarray(start, end),
    first: columns.first.subarray(start, end),
    last: columns.last.subarray(start, end),
    stepFirst: columns.stepFirst.subarray(start, end),
    stepLast: columns.stepLast.subarray(start, end),
    stepLow: columns.stepLow.subarray(start, end),
    stepHigh: columns.stepHigh.subarray(start, end),
    count: columns.count.subarray(start, end),
    nan: columns.nan.subarray(start, end),
    posInf: columns.posInf.subarray(start, end),
    negInf: columns.negInf.subarray(start, end),
  };
}

/** An Arrow column with nulls comes out as a plain array; a null is a missing number. */
function toFloats(values: ArrayLike<unknown>): Float64Array {
  if (values instanceof Float64Array) return values;
  return Float64Array.from(values, (value) => (value === null || value === undefined ? Number.NaN : Number(value)));
}

function toInts(values: ArrayLike<unknown>): Int32Array {
  if (values instanceof Int32Array) return values;
  return Int32Array.from(values, (value) => Number(value ?? 0));
}

export function seriesQuery(entity: string, project: string, query: SeriesQuery) {
  return {
    queryKey: ["series", entity, project, query] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => readSeries(entity, project, query, signal),
    placeholderData: keepPreviousData,
    structuralSharing: false,
  };
}

/** The curves of a query; the old ones stay while new ones are fetched, and an answer no one waits for is cancelled. */
export function useSeries(entity: string, project: string, query: SeriesQuery, enabled = true) {
  return useQuery({ ...seriesQuery(entity, project, query), enabled });
}
