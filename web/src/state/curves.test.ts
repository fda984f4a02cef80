import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Curve, Series } from "@/api/series";
import type { SeriesQuery } from "@/api/types";
import { type CurveAsk, CurveBook, split } from "./curves";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function curve(run: string, key: string, points = 3): Curve {
  const zeros = new Float64Array(points);
  const none = new Int32Array(points);
  return {
    run,
    key,
    raw: true,
    points,
    length: points,
    xMin: zeros,
    xMax: zeros,
    low: zeros,
    high: zeros,
    mean: zeros,
    first: zeros,
    last: zeros,
    stepFirst: zeros,
    stepLast: zeros,
    stepLow: zeros,
    stepHigh: zeros,
    count: none,
    nan: none,
    posInf: none,
    negInf: none,
  };
}

function server() {
  const asked: {
    query: SeriesQuery;
    signal: AbortSignal;
    answer: (series: Series) => void;
    fail: (e: Error) => void;
  }[] = [];
  const read = (query: SeriesQuery, signal: AbortSignal) =>
    new Promise<Series>((answer, fail) => asked.push({ query, signal, answer, fail }));
  const all = (query: SeriesQuery): Series => ({
    x: query.x ?? "_step",
    curves: query.runs.flatMap((run) => query.keys.map((key) => curve(run, key))),
  });
  return { asked, read, all };
}

const ask = (key: string, runs: string[] = ["a", "b"], more: Partial<CurveAsk> = {}): CurveAsk => ({
  key,
  runs,
  stream: "history",
  x: "_step",
  first: null,
  last: null,
  buckets: 300,
  ...more,
});

test("what panels want in the same moment is asked in one request", async () => {
  const { asked, read, all } = server();
  const book = new CurveBook(read);
  for (const key of ["loss", "acc", "lr"]) book.watch(ask(key), () => undefined);
  await vi.advanceTimersByTimeAsync(20);
  expect(asked).toHaveLength(1);
  expect(asked[0]!.query).toMatchObject({ runs: ["a", "b"], keys: ["loss", "acc", "lr"] });
  expect(book.answer(ask("loss"))).toMatchObject({ curves: [], pending: true, busy: true });
  asked[0]!.answer(all(asked[0]!.query));
  await vi.advanceTimersByTimeAsync(20);
  expect(book.answer(ask("loss")).curves).toHaveLength(2);
  expect(asked).toHaveLength(1);
});

test("what is known is not asked again: one more run costs one curve", async () => {
  const { asked, read, all } = server();
  const book = new CurveBook(read);
  const first = book.watch(ask("loss"), () => undefined);
  await vi.advanceTimersByTimeAsync(20);
  asked[0]!.answer(all(asked[0]!.query));
  await vi.advanceTimersByTimeAsync(20);
  first.stop();
  book.watch(ask("loss", ["a", "b", "c"]), () => undefined);
  await vi.advanceTimersByTimeAsync(20);
  expect(asked[1]!.query).toMatchObject({ runs: ["c"], keys: ["loss"] });
  expect(book.answer(ask("loss", ["a", "b", "c"])).curves).toHaveLength(2);
});

test("what no one waits for any more is cancelled", async () => {
  const { asked, read } = server();
  const book = new CurveBook(read);
  const watch = book.watch(ask("loss"), () => undefined);
  await vi.advanceTimersByTimeAsync(20);
  watch.stop();
  await vi.advanceTimersByTimeAsync(20);
  expect(asked[0]!.signal.aborted).toBe(true);
});

test("new rows of a run ask for its curves only, the old ones staying, and at most once a second", async () => {
  const { asked, read, all } = server();
  const book = new CurveBook(read);
  book.watch(ask("loss"), () => undefined);
  await vi.advanceTimersByTimeAsync(20);
  asked[0]!.answer(all(asked[0]!.query));
  await vi.advanceTimersByTimeAsync(20);
  book.touch("a");
  await vi.advanceTimersByTimeAsync(30);
  expect(asked[1]!.query.runs).toEqual(["a"]);
  expect(book.answer(ask("loss"))).toMatchObject({ pending: false, busy: true });
  expect(book.answer(ask("loss")).curves).toHaveLength(2);
  asked[1]!.answer(all(asked[1]!.query));
  for (let i = 0; i < 30; i++) {
    book.touch("a");
    await vi.advanceTimersByTimeAsync(100);
    asked.at(-1)!.answer(all(asked.at(-1)!.query));
  }
  expect(asked.length).toBeLessThanOrEqual(6);
  expect(asked.length).toBeGreaterThanOrEqual(4);
});

test("a failure is told, tried again, and forgotten when it passes", async () => {
  const { asked, read, all } = server();
  const book = new CurveBook(read);
  book.watch(ask("loss"), () => undefined);
  await vi.advanceTimersByTimeAsync(20);
  asked[0]!.fail(new Error("away"));
  await vi.advanceTimersByTimeAsync(20);
  expect(book.answer(ask("loss")).error?.message).toBe("away");
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked).toHaveLength(2);
  asked[1]!.answer(all(asked[1]!.query));
  await vi.advanceTimersByTimeAsync(20);
  expect(book.answer(ask("loss"))).toMatchObject({ error: null, pending: false });
});

test("requests are cut where the answer would grow too large", () => {
  const entries = Array.from({ length: 40 }, (_, k) =>
    ["a", "b", "c", "d"].map((run) => ({ run, key: `k${k}` })),
  ).flat();
  const parts = split(entries, 1000);
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.flat()).toHaveLength(entries.length);
  for (const part of parts)
    expect(new Set(part.map((e) => e.run)).size * new Set(part.map((e) => e.key)).size).toBe(part.length);
});
