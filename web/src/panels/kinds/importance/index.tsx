/** Which config values decide a metric, and which way. */
import { useEffect, useMemo, useState } from "react";
import { useBoard } from "@/panels/board";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { fieldOf, nameOf } from "@/state/fields";
import { Icon, Menu } from "@/ui";
import { useText } from "@/ui/text";
import { KeyPicker, KeysPicker } from "../fields/KeyPicker";
import { CountField, StatisticField } from "../fields/parts";
import { KindFrame } from "../KindFrame";
import { firstMetric } from "../known";
import { numberIn, oneOf, type Raw, textIn, textsIn } from "../read";
import { fieldsOf, STATISTICS, type Statistic, useValues } from "../values";
import { type Feature, featuresOf, GOOD_RUNS, type Importance, importanceOf, LEAST_RUNS } from "./forest";

export interface ImportanceConfig {
  key: string;
  statistic: Statistic;
  /** Empty is all config values that differ. */
  parameters: readonly string[];
  most: number;
}

export function readImportance(raw: Raw): ImportanceConfig {
  return {
    key: textIn(raw, "key"),
    statistic: oneOf(raw, "statistic", STATISTICS, "last"),
    parameters: textsIn(raw, "parameters"),
    most: numberIn(raw, "most", 20, 3, 100),
  };
}

const SLICE_MS = 8;

/** The importances, worked out in slices between which the page goes on; null until they are there. */
function useImportance(features: readonly Feature[], target: readonly number[]): Importance[] | null {
  const [found, setFound] = useState<{ features: readonly Feature[]; all: Importance[] } | null>(null);
  useEffect(() => {
    const work = importanceOf(features, target);
    let timer: ReturnType<typeof setTimeout>;
    const go = () => {
      const until = performance.now() + SLICE_MS;
      while (performance.now() < until) {
        const step = work.next();
        if (!step.done) continue;
        setFound({ features, all: step.value });
        return;
      }
      timer = setTimeout(go, 0);
    };
    timer = setTimeout(go, 0);
    return () => clearTimeout(timer);
  }, [features, target]);
  return found?.all ?? null;
}

function ImportancePanel({ def, config, large }: PanelProps<ImportanceConfig>) {
  const t = useText();
  const { runs, edit } = useBoard();
  const values = useValues(
    useMemo(() => [config.key], [config.key]),
    config.statistic,
  );
  const { features, target, n } = useMemo(() => {
    const goal = runs.map((run) => values.number(run, config.key) ?? Number.NaN);
    const names = config.parameters.length > 0 ? config.parameters : fieldsOf(runs, "config").map((each) => each.field);
    return {
      target: goal,
      n: goal.filter(Number.isFinite).length,
      features: names.flatMap((field) =>
        featuresOf(
          field,
          runs.map((run) => fieldOf(run, field)),
        ),
      ),
    };
  }, [runs, values.number, config.key, config.parameters]);
  const found = useImportance(features, target);
  const [by, setBy] = useState<"share" | "correlation">("share");
  const all = useMemo(() => {
    if (!found || by === "share") return found;
    return [...found].sort((a, b) => Math.abs(b.correlation || 0) - Math.abs(a.correlation || 0));
  }, [found, by]);
  const shown = all?.slice(0, config.most) ?? [];
  const targets = useMemo(
    () => fieldsOf(runs, "summary").flatMap((each) => (each.numeric ? [each.field] : [])),
    [runs],
  );
  const explain = (key: string) =>
    edit((old) => ({
      ...old,
      panels: { ...old.panels, [def.id]: { ...(old.panels[def.id] ?? def), config: { ...config, key } } },
    }));
  const title = config.key ? t.kinds.importanceOf(nameOf(config.key)) : t.kinds.names.importance;
  return (
    <KindFrame
      def={def}
      title={title}
      large={large}
      pending={values.pending || (all === null && config.key !== "")}
      error={values.error}
      onRetry={values.retry}
      after={
        targets.length > 1 && (
          <Menu
            align="end"
            items={targets.map((field) => ({
              id: field,
              label: nameOf(field),
              checked: field === config.key,
              onSelect: () => explain(field),
            }))}
            trigger={
              <button type="button" className="pn-choose" aria-label={`${t.kinds.metric}: ${nameOf(config.key)}`}>
                <span className="cut">{nameOf(config.key)}</span>
                <Icon name="down" small />
              </button>
            }
          />
        )
      }
      badges={
        <>
          <span className="ui-badge" title={t.kinds.importanceHow}>
            n = {n}
          </span>
          {n >= LEAST_RUNS && n < GOOD_RUNS && (
            <span className="ui-badge warn" title={t.kinds.fewHint(GOOD_RUNS)}>
              {t.kinds.few}
            </span>
          )}
        </>
      }
      empty={
        !config.key
          ? { title: t.kinds.nothingChosen, why: t.kinds.chooseMetric }
          : values.pending
            ? null
            : n < LEAST_RUNS
              ? { title: t.kinds.tooFew(n), why: t.kinds.tooFewWhy(LEAST_RUNS) }
              : features.length === 0
                ? { title: t.kinds.nothingVaries, why: t.kinds.nothingVariesWhy }
                : null
      }
      table={() => ({
        head: ["parameter", "importance", "correlation", "value", "n"],
        rows: (all ?? []).map((each) => [each.parameter, each.share, each.correlation, each.of, each.n]),
      })}
    >
      <div className="kd-importance" role="group" aria-label={title}>
        <div className="head">
          <span>{t.kinds.parameter}</span>
          {(["share", "correlation"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={by === each}
              title={each === "share" ? t.kinds.importanceHow : t.kinds.correlationHow}
              onClick={() => setBy(each)}
            >
              {each === "share" ? t.kinds.importance : t.kinds.correlation}
              {by === each && " ↓"}
            </button>
          ))}
        </div>
        {shown.map((each) => (
          <div key={each.parameter}>
            <span className="cut" title={each.parameter}>
              {nameOf(each.parameter)}
              {each.of && <small className="t3"> = {each.of}</small>}
            </span>
            <span data-cell>
              <span>
                <i style={{ width: `${each.share * 100}%` }} />
              </span>
              <b className="num">{each.share.toFixed(3)}</b>
            </span>
            <span data-cell className="signed">
              <span>
                {Number.isFinite(each.correlation) && (
                  <i
                    className={each.correlation < 0 ? "minus" : "plus"}
                    style={{
                      width: `${Math.abs(each.correlation) * 50}%`,
                      [each.correlation < 0 ? "right" : "left"]: "50%",
                    }}
                  />
                )}
              </span>
              <b className="num">{Number.isFinite(each.correlation) ? signed(each.correlation) : "—"}</b>
            </span>
          </div>
        ))}
        {all && all.length > shown.length && <p className="t3">{t.kinds.more(all.length - shown.length)}</p>}
      </div>
    </KindFrame>
  );
}

function signed(r: number): string {
  return `${r < 0 ? "−" : "+"}${Math.abs(r).toFixed(3)}`;
}

function ImportanceEditor({ config, change, known }: EditorProps<ImportanceConfig>) {
  const t = useText().kinds;
  return (
    <div className="kd-editor">
      <KeyPicker
        label={t.metric}
        known={known}
        numeric
        sources={["metric", "summary"]}
        value={config.key}
        onChange={(key) => change({ key })}
      />
      <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
      <KeysPicker
        label={t.parameters}
        known={known}
        sources={["config"]}
        value={config.parameters}
        onChange={(parameters) => change({ parameters })}
      />
      <CountField label={t.most} value={config.most} min={3} max={100} onChange={(most) => change({ most })} />
      <p className="t3">{t.importanceHow}</p>
    </div>
  );
}

export const importance: Kind<ImportanceConfig> = {
  id: "importance",
  icon: "sort",
  fresh: (known) => readImportance({ key: firstMetric(known) }),
  read: readImportance,
  title: (config) => nameOf(config.key),
  Panel: ImportancePanel,
  Editor: ImportanceEditor,
};
