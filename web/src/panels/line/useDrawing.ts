import { useEffect, useMemo, useReducer, useRef } from "react";
import { useProjectKeys } from "@/api/projects";
import { useBoard, zoomOf } from "@/panels/board";
import type { CurveAnswer, CurveAsk } from "@/state/curves";
import { keysOf, type LineConfig } from "./config";
import { type Drawing, draw, lineAsk, type Wanted, xKindOf, xOf } from "./data";
import { type Formula, FormulaError, metricsOf, parseFormula } from "./expression";

/** Asks for the curves of a panel and draws them in values; while a finer answer is on its way the last one stays. */
export function useDrawing(id: string, config: LineConfig, widthPx: number) {
  const board = useBoard();
  const { entity, project, view, book, groups, baseline, tokenOf } = board;
  const settings = board.settingsOf(id);
  const { keys, wanted, problem } = useWanted(entity, project, config);
  const runs = useMemo(() => {
    const first = groups ? board.runs : board.runs.slice(0, settings.most);
    return baseline && !first.includes(baseline) ? [...first, baseline] : first;
  }, [board.runs, groups, baseline, settings.most]);
  const rules = runs[0]?.rules ?? NO_RULES;
  const [firstKey = ""] = keys;
  const { stream, stepMetric, xRange, yRange } = config;
  const x = xOf({ key: firstKey, stream, stepMetric }, settings, rules);
  const zoom = zoomOf(view, id);
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: `identity` stands for the curves in the answers.
  const fresh = useMemo(
    () =>
      draw(
        {
          wanted,
          byKey: new Map(keys.map((key, place) => [key, answers[place]?.curves ?? []])),
          runs,
          groups,
          baseline,
          tokenOf,
          places: Math.max(40, Math.round(widthPx / 2)),
        },
        { x, settings, zoom, xRange, yRange },
      ),
    [identity, wanted, keys, runs, groups, baseline, tokenOf, x, settings, zoom, xRange, yRange, widthPx],
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
    /** How many runs are not drawn because there are too many. */
    left: board.runs.length - runs.length,
  };
}

/** The metrics and formulas of a config; where a formula is none, why. */
function useWanted(entity: string, project: string, config: LineConfig) {
  const { regex, stream } = config;
  const known = useProjectKeys(entity, project, stream, regex !== "").data;
  return useMemo(() => {
    const names = keysOf(
      config,
      (known ?? []).filter((each) => each.kind === "number").map((each) => each.key),
    );
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
    const needed = wanted.flatMap(({ formula }): string[] => (formula ? metricsOf(formula as Formula) : []));
    return { keys: [...new Set([...names, ...needed])], wanted, problem };
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
