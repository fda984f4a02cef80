/** One value, large: of a run, of each group, or over all runs drawn. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Curve, readSeries } from "@/api/series";
import { Sparkline } from "@/pages/parts/Sparkline";
import { useBoard } from "@/panels/board";
import { standsBack, useChosen } from "@/panels/chosen";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { nameOf } from "@/state/fields";
import { useStore } from "@/state/store";
import { number as numberText } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { deltaText, deltaToken } from "../Delta";
import { KeyPicker } from "../fields/KeyPicker";
import { CountField, StatisticField, ToggleField } from "../fields/parts";
import { KindFrame } from "../KindFrame";
import { firstMetric } from "../known";
import { flagIn, numberIn, oneOf, type Raw, textIn } from "../read";
import { spreadOf } from "../spread";
import { isHovered, metricOf, STATISTICS, type Statistic, subjectsOf, useValues } from "../values";

export interface NumberConfig {
  key: string;
  statistic: Statistic;
  digits: number;
  /** One value over all runs drawn (their mean) rather than one for each. */
  together: boolean;
}

export function readNumber(raw: Raw): NumberConfig {
  return {
    key: textIn(raw, "key"),
    statistic: oneOf(raw, "statistic", STATISTICS, "last"),
    digits: numberIn(raw, "digits", 4, 1, 8),
    together: flagIn(raw, "together"),
  };
}

const MOST = 24;

function NumberPanel({ def, config, large }: PanelProps<NumberConfig>) {
  const t = useText();
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const values = useValues(
    useMemo(() => [config.key], [config.key]),
    config.statistic,
  );
  const metric = metricOf(config.key);
  const subjects = useMemo(() => {
    if (config.together) return [{ id: "*", name: "", token: "--text", runs: board.runs }];
    return subjectsOf(board);
  }, [board, config.together]);
  const shown = subjects.flatMap((subject) => {
    const all = subject.runs.flatMap((run) => values.number(run, config.key) ?? []);
    const facts = spreadOf(all) ?? (all.length > 0 ? { n: all.length, mean: all[0]!, std: 0 } : null);
    return facts ? [{ subject, facts }] : [];
  });
  const chosen = useChosen();
  const isFaint = (subject: (typeof subjects)[number]) =>
    hovered && subject.id !== "*" ? !isHovered(subject, hovered) : standsBack(chosen, subject.runs);
  const base = board.baseline ? values.number(board.baseline, config.key) : null;
  const title = config.key ? nameOf(config.key) : t.kinds.names.number;
  return (
    <KindFrame
      def={def}
      title={title}
      unit={t.kinds.statistics[config.statistic]}
      large={large}
      pending={values.pending}
      error={values.error}
      onRetry={values.retry}
      badges={shown.length > MOST && <span className="ui-badge">{t.kinds.more(shown.length - MOST)}</span>}
      empty={
        !config.key
          ? { title: t.kinds.nothingChosen, why: t.kinds.chooseMetric }
          : board.runs.length === 0
            ? { title: t.workspace.panels.noRuns, why: t.workspace.panels.noRunsWhy }
            : shown.length === 0 && !values.pending
              ? { title: t.kinds.noValue(title), why: t.kinds.noValueWhy }
              : null
      }
      table={() => ({
        head: ["name", title, "n", "std"],
        rows: shown.map(({ subject, facts }) => [subject.name || t.common.all, facts.mean, facts.n, facts.std]),
      })}
    >
      <section className={shown.length === 1 ? "kd-numbers one" : "kd-numbers"} aria-label={title} tabIndex={0}>
        {shown.slice(0, MOST).map(({ subject, facts }) => {
          const [only] = subject.runs;
          const delta = base !== null && subject.id !== board.baseline?.id ? facts.mean - base : null;
          return (
            <div
              key={subject.id}
              className={isFaint(subject) ? "kd-number lo" : "kd-number"}
              onPointerEnter={() => board.hover.set(subject.id === "*" ? null : subject.id)}
              onPointerLeave={() => board.hover.set(null)}
            >
              <b className="num">{numberText(facts.mean, config.digits)}</b>
              {facts.n > 1 && (
                <small className="num t3">
                  ± {numberText(facts.std, 3)} · n = {facts.n}
                </small>
              )}
              {delta !== null && Number.isFinite(delta) && (
                <small className="num" style={{ color: `var(${deltaToken(delta, config.key, subject.runs)})` }}>
                  {deltaText(delta)} {t.kinds.toBaseline}
                </small>
              )}
              {subject.name && (
                <span className="who">
                  <i style={{ background: `var(${subject.token})` }} />
                  <span className="cut">{subject.name}</span>
                </span>
              )}
              {metric && subject.runs.length === 1 && only && shown.length <= 6 && (
                <Trend run={only.id} metric={metric} token={subject.token} />
              )}
            </div>
          );
        })}
      </section>
    </KindFrame>
  );
}

function NumberEditor({ config, change, known }: EditorProps<NumberConfig>) {
  const t = useText().kinds;
  return (
    <div className="kd-editor">
      <KeyPicker label={t.metric} known={known} numeric value={config.key} onChange={(key) => change({ key })} />
      <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
      <CountField label={t.digits} value={config.digits} min={1} max={8} onChange={(digits) => change({ digits })} />
      <ToggleField label={t.together} value={config.together} onChange={(together) => change({ together })} />
    </div>
  );
}

export const number: Kind<NumberConfig> = {
  id: "number",
  icon: "tag",
  fresh: (known) => readNumber({ key: firstMetric(known) }),
  read: readNumber,
  title: (config) => nameOf(config.key),
  Panel: NumberPanel,
  Editor: NumberEditor,
};

/** The way a value took, without axes. */
function Trend({ run, metric, token }: { run: string; metric: string; token: string }) {
  const { entity, project, byId } = useBoard();
  const stamp = byId.get(run)?.updated_at ?? 0;
  const curve = useQuery<Curve | null>({
    queryKey: ["panel-trend", entity, project, run, metric, stamp],
    queryFn: ({ signal }) =>
      readSeries(entity, project, { runs: [run], keys: [metric], buckets: 80 }, signal).then(
        (found) => found.curves[0] ?? null,
      ),
    structuralSharing: false,
  });
  return <Sparkline curve={curve.data ?? undefined} color={`var(${token})`} width={150} height={30} filled />;
}
