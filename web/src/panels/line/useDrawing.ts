import { useEffect, useMemo, useReducer, useRef } from "react";
import { useBoard, zoomOf } from "@/panels/board";
import type { CurveAnswer, CurveAsk } from "@/state/curves";
import { type Drawing, draw, type LineSpec, lineAsk, xKindOf, xOf } from "./data";

/** Asks for the curves of a panel and draws them in values; while a finer answer is on its way the last one stays. */
export function useDrawing(spec: LineSpec, widthPx: number, buckets?: number) {
  const board = useBoard();
  const { view, runs, byId, book } = board;
  const rules = runs[0]?.rules ?? NO_RULES;
  const x = xOf(spec, view, rules);
  const zoom = zoomOf(view, spec.key);
  const [, again] = useReducer((n: number) => n + 1, 0);
  const kept = useRef<{ key: string; drawing: Drawing } | null>(null);
  const ask = useMemo<CurveAsk | null>(
    () => (widthPx > 0 ? lineAsk(spec, runs, x, zoom, buckets ?? widthPx) : null),
    [spec, runs, x, zoom, widthPx, buckets],
  );
  useEffect(() => {
    if (!ask || ask.runs.length === 0) return;
    const watch = book.watch(ask, again);
    return watch.stop;
  }, [ask, book]);
  const answer: CurveAnswer = ask ? book.answer(ask) : NOTHING;
  const logY = view.logY !== view.logFlipped.includes(spec.key);
  const known = answer.curves;
  const identity = known.map((curve) => identityOf(curve)).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `identity` stands for the curves in `known`.
  const fresh = useMemo(
    () => draw(known, byId, { smoothing: view.smoothing }, zoom, { logX: view.logX, logY, outliers: view.outliers }),
    [identity, byId, view.smoothing, zoom, view.logX, logY, view.outliers],
  );
  const key = `${spec.stream} ${spec.key} ${x}`;
  const waiting = answer.pending && known.length === 0;
  if (!waiting) kept.current = { key, drawing: fresh };
  const old = kept.current?.key === key ? kept.current.drawing : null;
  // while the answer for a new range is on its way, the old curves are shown in the new range
  const drawing = waiting
    ? old && runs.length > 0
      ? { ...old, x: zoom.x ?? old.x, y: zoom.y ?? old.y }
      : null
    : fresh;
  return { drawing, answer, x, xKind: xKindOf(x), zoom, logY, logX: view.logX };
}

const NO_RULES: readonly never[] = [];
const NOTHING: CurveAnswer = { curves: [], pending: true, busy: false, error: null };

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

function identityOf(value: object): number {
  let id = identities.get(value);
  if (id === undefined) {
    id = nextIdentity++;
    identities.set(value, id);
  }
  return id;
}
