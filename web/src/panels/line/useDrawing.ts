import { useEffect, useMemo, useReducer, useRef } from "react";
import { useProjectKeys } from "@/api/projects";
import { useBoard, zoomOf } from "@/panels/board";
import type { CurveAnswer, CurveAsk } from "@/state/curves";
import { innermost } from "@/state/groups";
import type { Zoom } from "@/state/view";
import { allKeysOf, keysOf, type LineConfig } from "./config";
import { type Drawing, draw, lineAsk, partsOf, xKindOf, xOf } from "./data";
import { FormulaError, metricsOf, parseFormula } from "./expression";
import type { Sources, Wanted } from "./traces";

/**
 * Asks for the curves of a panel and draws them in values; while a finer answer is on its way the last one stays. `out`
 * are lines that somebody took out of sight.
 */
export function useDrawing(id: string, config: LineConfig, widthPx: number, out: ReadonlySet<string> = ALL_IN) {
  const board = useBoard();
  const { entity, project, view, book, groups, baseline, tokenOf } = board;
  const settings = board.settingsOf(id);
  const { keys, wanted, problem, matched } = useWanted(entity, project, config);
  const runs = useMemo(() => {
    const first = groups ? board.runs : board.runs.slice(0, settings.most);
    return baseline && !first.includes(baseline) ? [...first, baseline] : first;
  }, [board.runs, groups, baseline, settings.most]);
  const rules = runs[0]?.rules ?? NO_RULES;
  const [firstKey = ""] = keys;
  const { stream, stepMetric, xRange, yRange } = config;
  const x = xOf({ key: firstKey, stream, stepMetric }, settings, rules);
  const { x: zoomX, y: zoomY } = zoomOf(view, id);
  // the address is read anew at every change of it: the same range is the same object, by its numbers
  const zoom = useMemo<Zoom>(
    () => ({
      x: zoomX ? [zoomX[0], zoomX[1]] : null,
      y: zoomY ? [zoomY[0], zoomY[1]] : null,
    }),
    [zoomX?.[0], zoomX?.[1], zoomY?.[0], zoomY?.[1]],
  );
  const [, again] = useReducer((n: number) => n + 1, 0);
  const kept = useRef<{ key: string; drawing: Drawing } | null>(null);
  const asks = useMemo<CurveAsk[]>(
    () =>
      widthPx > 0 && runs.length > 0
        ? keys.map((key) => lineAsk({ key, stream }, runs, x, { ...zoom, x: zoom.x ?? xRange }, widthPx))
        : [],
    [keys, stream, runs, x, zoom, xRange, widthPx],
  );
  useEffect(() => {
    const watches = asks.map((ask) => book.watch(ask, again));
    return () => {
      for (const watch of watches) watch.stop();
    };
  }, [asks, book]);
  const answers = asks.map((ask) => book.answer(ask));
  const answer = together(answers);
  const identity = answer.curves.map((curve) => identityOf(curve)).join();
  const { centre, band, most } = settings;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `identity` stands for the curves in the answers.
  const sources = useMemo<Sources>(
    () => ({
      wanted,
      byKey: new Map(keys.map((key, place) => [key, answers[place]?.curves ?? []])),
      runs,
      groups,
      baseline,
      tokenOf,
      places: Math.max(40, Math.round(widthPx / 2)),
    }),
    [identity, wanted, keys, runs, groups, baseline, tokenOf, widthPx],
  );
  // what a slider does not change is not reckoned again while it moves
  const parts = useMemo(() => partsOf(sources, { centre, band, most }), [sources, centre, band, most]);
  const fresh = useMemo(
    () => draw(sources, { x, settings, zoom, xRange, yRange }, parts, out),
    [sources, parts, out, x, settings, zoom, xRange, yRange],
  );
  const key = `${stream} ${keys.join("\n")} ${x}`;
  const waiting = answer.pending && answer.curves.length === 0;
  if (!waiting) kept.current = { key, drawing: fresh };
  const old = kept.current?.key === key ? kept.current.drawing : null;
  // while the answer for a new range is on its way, the old curves are shown in the new range
  const drawing = waiting
    ? old && runs.length > 0
      ? { ...old, x: zoom.x ?? old.x, y: zoom.y ?? old.y }
      : null
    : fresh;
  return {
    drawing,
    answer,
    x,
    xKind: xKindOf(x),
    zoom,
    settings,
    problem,
    keys,
    /** How many runs, or groups, and how many metrics there would be, and how many of them are drawn. */
    counts: {
      all: groups ? innermost(groups).length : board.runs.length,
      drawn: groups ? Math.min(most, innermost(groups).length) : Math.min(most, board.runs.length),
      metrics: wanted.length,
      matched: matched + wanted.filter(({ formula }) => formula).length,
    },
    /** Metrics that a formula needs and no run has. */
    missing: answer.pending ? [] : missingOf(wanted, sources.byKey),
  };
}

function missingOf(wanted: readonly Wanted[], byKey: Sources["byKey"]): string[] {
  const needed = wanted.flatMap(({ formula }) => (formula ? metricsOf(formula) : []));
  return [...new Set(needed)].filter((key) => (byKey.get(key)?.length ?? 0) === 0);
}

const ALL_IN: ReadonlySet<string> = new Set();

/** The metrics and formulas of a config; where a formula is none, why. */
function useWanted(entity: string, project: string, config: LineConfig) {
  const { regex, stream } = config;
  const known = useProjectKeys(entity, project, stream, regex !== "").data;
  return useMemo(() => {
    const numbers = (known ?? []).filter((each) => each.kind === "number").map((each) => each.key);
    const names = keysOf(config, numbers);
    const wanted: Wanted[] = names.map((name) => ({ name, formula: null }));
    let problem: FormulaError | null = null;
    for (const text of config.expressions) {
      try {
        wanted.push({ name: text, formula: parseFormula(text) });
      } catch (error) {
        if (!(error instanceof FormulaError)) throw error;
        problem ??= error;
      }
    }
    const needed = wanted.flatMap(({ formula }): string[] => (formula ? metricsOf(formula) : []));
    return { keys: [...new Set([...names, ...needed])], wanted, problem, matched: allKeysOf(config, numbers).length };
  }, [config, known]);
}

function together(answers: readonly CurveAnswer[]): CurveAnswer {
  if (answers.length === 0) return NOTHING;
  return {
    curves: answers.flatMap((answer) => answer.curves),
    pending: answers.some((answer) => answer.pending),
    busy: answers.some((answer) => answer.busy),
    error: answers.find((answer) => answer.error)?.error ?? null,
  };
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
