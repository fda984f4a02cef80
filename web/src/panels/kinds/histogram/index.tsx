/** How values are spread: a histogram logged over steps, as heat, ridge or at one step; or a value over the runs drawn. */
import { useMemo } from "react";
import { binned } from "@/charts/figure";
import { HistogramPlot } from "@/media/Histogram";
import { heatOf } from "@/media/heat";
import { type Histogram, histogramOf } from "@/media/value";
import { useBoard } from "@/panels/board";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { HistogramPanel } from "@/panels/media/HistogramPanel";
import { useMedia } from "@/panels/media/useMedia";
import { useSize } from "@/panels/media/useSize";
import type { KeySpec } from "@/panels/sections";
import { nameOf } from "@/state/fields";
import { Segmented, TextInput } from "@/ui";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { KeyPicker } from "../fields/KeyPicker";
import { CountField, Row, StatisticField } from "../fields/parts";
import { KindFrame } from "../KindFrame";
import { firstMetric } from "../known";
import { numberIn, oneOf, type Raw, textIn } from "../read";
import { STATISTICS, type Statistic, subjectsOf, useValues } from "../values";

export const LOOKS = ["heat", "offset", "overlay", "runs"] as const;

export interface HistogramConfig {
  /** The key of logged histograms, or a field of runs where `look` is `runs`. */
  key: string;
  look: (typeof LOOKS)[number];
  statistic: Statistic;
  bins: number;
  /** The value was never logged at a step: it stands in the summary alone. */
  from: "summary" | null;
}

export function readHistogram(raw: Raw): HistogramConfig {
  return {
    key: textIn(raw, "key"),
    look: oneOf(raw, "look", LOOKS, "heat"),
    statistic: oneOf(raw, "statistic", STATISTICS, "last"),
    bins: numberIn(raw, "bins", 20, 2, 100),
    from: raw.from === "summary" ? "summary" : null,
  };
}

function specOf({ key, from }: HistogramConfig): KeySpec {
  return from ? { kind: "histogram", key, stream: "history", from } : { kind: "histogram", key, stream: "history" };
}

function Panel(props: PanelProps<HistogramConfig>) {
  const { config, large } = props;
  if (config.look === "runs") return <OverRuns {...props} />;
  if (config.look === "heat" && config.key) return <HistogramPanel spec={specOf(config)} large={large} />;
  return <Ridge {...props} />;
}

function OverRuns({ def, config, large }: PanelProps<HistogramConfig>) {
  const t = useText();
  const board = useBoard();
  const values = useValues(
    useMemo(() => [config.key], [config.key]),
    config.statistic,
  );
  const [host, width, height] = useSize();
  const layers = useMemo(() => {
    const groups = board.groups ? subjectsOf(board) : [{ id: "*", name: "", token: "--r1", runs: board.runs }];
    const of = (runs: typeof board.runs) =>
      runs.flatMap((run) => values.number(run, config.key) ?? []).filter(Number.isFinite);
    const all = of(board.runs);
    if (all.length === 0) return [];
    const edges = binned(all, config.bins).edges;
    const [low, high] = [edges[0]!, edges.at(-1)!];
    return groups.map((group) => {
      const counts = edges.slice(1).map(() => 0);
      for (const value of of(group.runs))
        counts[Math.min(counts.length - 1, Math.floor(((value - low) / (high - low)) * counts.length))]! += 1;
      return { id: group.id, name: group.name, colour: `var(${group.token})`, bins: { edges, counts } };
    });
  }, [board, values, config.key, config.bins]);
  const title = config.key ? nameOf(config.key) : t.kinds.names.histogram;
  const many = layers.reduce((sum, layer) => sum + layer.bins.counts.reduce((a, b) => a + b, 0), 0);
  return (
    <KindFrame
      def={def}
      title={title}
      large={large}
      picture
      unit={t.common.runs(many)}
      pending={values.pending}
      error={values.error}
      onRetry={values.retry}
      empty={
        !config.key
          ? { title: t.kinds.nothingChosen, why: t.kinds.chooseMetric }
          : layers.length === 0
            ? { title: t.kinds.noValue(title), why: t.kinds.noValueWhy }
            : null
      }
      table={() => ({
        head: ["group", "from", "to", "runs"],
        rows: layers.flatMap(({ name, bins }) =>
          bins.counts.map((count, at) => [name, bins.edges[at], bins.edges[at + 1], count]),
        ),
      })}
    >
      <div className="kd-fill" ref={host}>
        {width > 0 && <HistogramPlot layers={layers} width={width} height={height} />}
      </div>
    </KindFrame>
  );
}

const BINS = 60;
const MOST_RIDGES = 50;

/** Outlines of the steps one behind another, as TensorBoard draws them: the newest in front, darkest. */
function Ridge({ def, config, large }: PanelProps<HistogramConfig>) {
  const t = useText();
  const spec = useMemo(
    () => ({ kind: "histogram" as const, key: config.key, stream: "history" as const }),
    [config.key],
  );
  const media = useMedia(spec, 1);
  const [host, width, height] = useSize();
  const rows = media.having[0]?.rows;
  const steps = useMemo(() => {
    const all = (rows ?? []).flatMap((row): { step: number; bins: Histogram }[] => {
      const bins = histogramOf(row[config.key]);
      return bins ? [{ step: Number(row._step), bins }] : [];
    });
    const every = Math.max(1, Math.ceil(all.length / MOST_RIDGES));
    return all.filter((_, at) => (all.length - 1 - at) % every === 0);
  }, [rows, config.key]);
  const map = useMemo(
    () =>
      heatOf(
        steps.map((each) => each.bins),
        BINS,
      ),
    [steps],
  );
  const offset = config.look === "offset";
  const [left, foot] = [10, 22];
  const [wide, tall] = [Math.max(1, width - left - 56), Math.max(1, height - foot - 8)];
  const peak = offset ? tall * 0.45 : tall;
  const base = (at: number) =>
    offset && steps.length > 1 ? 8 + peak + ((tall - peak) * at) / (steps.length - 1) : 8 + tall;
  const line = (column: Float32Array, at: number) =>
    [...column]
      .map(
        (share, bin) =>
          `${left + (bin / (BINS - 1)) * wide},${base(at) - (map.most > 0 ? share / map.most : 0) * peak}`,
      )
      .join(" ");
  return (
    <KindFrame
      def={def}
      title={config.key || t.kinds.names.histogram}
      large={large}
      picture
      busy={media.fetching}
      badges={media.having.length > 1 && <span className="ui-badge">{media.having[0]?.run.name}</span>}
      empty={
        !config.key
          ? { title: t.kinds.nothingChosen, why: t.kinds.chooseHistogram }
          : !media.pending && steps.length === 0
            ? { title: t.kinds.noValue(config.key), why: t.kinds.noHistogramWhy }
            : null
      }
      pending={media.pending && config.key !== "" && !rows}
      table={() => ({
        head: ["step", "from", "to", "count"],
        rows: steps.flatMap(({ step, bins }) =>
          bins.counts.map((count, at) => [step, bins.edges[at], bins.edges[at + 1], count]),
        ),
      })}
    >
      <div className="kd-fill" ref={host}>
        {width > 0 && (
          <svg className="kd-svg" data-picture width={width} height={height} role="img" aria-label={config.key}>
            {map.columns.map((column, at) => (
              <g key={steps[at]?.step}>
                <polygon
                  points={`${left},${base(at)} ${line(column, at)} ${left + wide},${base(at)}`}
                  style={{
                    fill: offset ? `var(--s${1 + Math.round((at / Math.max(1, steps.length - 1)) * 8)})` : "none",
                    stroke: offset
                      ? "var(--card)"
                      : `var(--s${1 + Math.round((at / Math.max(1, steps.length - 1)) * 8)})`,
                    fillOpacity: 0.9,
                  }}
                >
                  <title>{t.kinds.step(steps[at]?.step ?? 0)}</title>
                </polygon>
                {offset && (at === 0 || at === steps.length - 1) && (
                  <text className="tick" x={left + wide + 6} y={base(at)}>
                    {steps[at]?.step}
                  </text>
                )}
              </g>
            ))}
            {[0, 0.5, 1].map((share) => (
              <text
                key={share}
                className="tick"
                x={left + share * wide}
                y={height - 6}
                textAnchor={share === 0 ? "start" : share === 1 ? "end" : "middle"}
              >
                {number(map.low + (map.high - map.low) * share, 3)}
              </text>
            ))}
          </svg>
        )}
      </div>
    </KindFrame>
  );
}

function HistogramEditor({ config, change, known }: EditorProps<HistogramConfig>) {
  const t = useText().kinds;
  const logged = known.history.filter((info) => info.type === "histogram");
  return (
    <div className="kd-editor">
      <Row label={t.look}>
        <Segmented
          label={t.look}
          value={config.look}
          onChange={(look) => change({ look, key: "" })}
          options={LOOKS.map((id) => ({ id, name: t.looks[id] }))}
        />
      </Row>
      {config.look === "runs" ? (
        <>
          <KeyPicker label={t.metric} known={known} numeric value={config.key} onChange={(key) => change({ key })} />
          <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
          <CountField label={t.bins} value={config.bins} min={2} max={100} onChange={(bins) => change({ bins })} />
        </>
      ) : (
        <Row label={t.key}>
          <TextInput
            list="kd-histograms"
            value={config.key}
            aria-label={t.key}
            onChange={(event) => change({ key: event.target.value })}
          />
          <datalist id="kd-histograms">
            {logged.map((info) => (
              <option key={info.key} value={info.key} />
            ))}
          </datalist>
        </Row>
      )}
    </div>
  );
}

export const histogram: Kind<HistogramConfig> = {
  id: "histogram",
  icon: "histogram",
  fresh: (known) => {
    const logged = known.history.find((info) => info.type === "histogram");
    return logged ? readHistogram({ key: logged.key }) : readHistogram({ key: firstMetric(known), look: "runs" });
  },
  read: readHistogram,
  title: (config) => nameOf(config.key),
  Panel,
  Editor: HistogramEditor,
};
