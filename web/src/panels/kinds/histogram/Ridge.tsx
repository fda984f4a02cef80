/** Outlines of the steps: one behind another, as TensorBoard draws them, or over one another; the newest darkest. */
import { useMemo, useState } from "react";
import { heatOf } from "@/media/heat";
import { type Histogram, histogramOf } from "@/media/value";
import type { PanelProps } from "@/panels/kinds";
import { RunChoice } from "@/panels/media/RunChoice";
import { useMedia } from "@/panels/media/useMedia";
import { useSize } from "@/panels/media/useSize";
import { axisFormat, linearTicks, whole } from "@/plot/ticks";
import { useText } from "@/ui/text";
import { KindFrame } from "../KindFrame";
import { stepped } from "../stepping";
import { type HistogramConfig, specOf } from "./config";

const BINS = 60;
const MOST_RIDGES = 50;
const LEFT = 10;
const FOOT = 22;
const SHADES = 8;

export function Ridge({ def, config, large }: PanelProps<HistogramConfig>) {
  const t = useText();
  const spec = useMemo(() => specOf(config), [config]);
  const media = useMedia(spec, 12);
  const [whose, setWhose] = useState<string | null>(null);
  const [host, width, height] = useSize();
  const of = media.having.find(({ run }) => run.id === whose) ?? media.having[0];
  const rows = of?.rows;
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
  const right = offset ? 48 : 12;
  const [wide, tall] = [Math.max(1, width - LEFT - right), Math.max(1, height - FOOT - 8)];
  const peak = offset ? tall * 0.45 : tall;
  const base = (at: number) =>
    offset && steps.length > 1 ? 8 + peak + ((tall - peak) * at) / (steps.length - 1) : 8 + tall;
  const x = (value: number) => LEFT + ((value - map.low) / (map.high - map.low)) * wide;
  const line = (column: Float32Array, at: number) =>
    [...column]
      .map(
        (share, bin) =>
          `${LEFT + (bin / (BINS - 1)) * wide},${base(at) - (map.most > 0 ? share / map.most : 0) * peak}`,
      )
      .join(" ");
  const shade = (at: number) => `var(--s${1 + Math.round((at / Math.max(1, steps.length - 1)) * SHADES)})`;
  const ticks = linearTicks(map.low, map.high, Math.max(2, Math.floor(wide / 70)));
  const text = axisFormat(ticks);
  const { step } = media.stepping;
  // the step one looks at, or the last before it where not all are drawn; none while nobody chose one
  const here = step === undefined ? -1 : steps.findLastIndex((each) => each.step <= step);
  const atEnd = here === steps.length - 1;
  const go = (to: number) => {
    const place = media.stepping.steps.indexOf(steps[to]?.step ?? Number.NaN);
    if (place >= 0) media.stepping.choose(place);
  };
  return (
    <KindFrame
      def={def}
      title={config.key || t.kinds.names.histogram}
      large={large}
      picture
      busy={media.fetching}
      badges={here >= 0 && <span className="ui-badge num">{t.kinds.atStep(steps[here]?.step ?? 0)}</span>}
      after={<RunChoice runs={media.having.map(({ run }) => run)} chosen={of?.run ?? null} onChoose={setWhose} />}
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
        rows: steps.flatMap(({ step: at, bins }) =>
          bins.counts.map((count, bin) => [at, bins.edges[bin], bins.edges[bin + 1], count]),
        ),
      })}
    >
      <div className="kd-fill" ref={host}>
        {width > 0 && (
          <svg
            className="kd-svg kd-ridge"
            data-picture
            width={width}
            height={height}
            role="group"
            aria-label={`${config.key}: ${t.kinds.stepsWalk}`}
            tabIndex={0}
            onKeyDown={(event) => {
              const to = stepped(event.key, here, steps.length);
              if (to === null || to < 0) return;
              event.preventDefault();
              event.stopPropagation();
              go(to);
            }}
          >
            {ticks.map((tick) => (
              <g key={tick}>
                <line className="grid" x1={x(tick)} x2={x(tick)} y1={8} y2={8 + tall} />
                <text className="tick" x={x(tick)} y={height - 6} textAnchor="middle">
                  {text(tick)}
                </text>
              </g>
            ))}
            {map.columns.map((column, at) => (
              <g key={steps[at]?.step} className={at === here && !atEnd ? "here" : undefined} onClick={() => go(at)}>
                <polygon
                  points={`${LEFT},${base(at)} ${line(column, at)} ${LEFT + wide},${base(at)}`}
                  style={
                    offset
                      ? { fill: shade(at), stroke: "var(--card)", fillOpacity: 0.92 }
                      : { fill: "none", stroke: shade(at) }
                  }
                >
                  <title>{t.kinds.step(steps[at]?.step ?? 0)}</title>
                </polygon>
                {offset && (at === 0 || at === steps.length - 1 || at === here) && (
                  <text className="tick" x={LEFT + wide + 6} y={base(at)}>
                    {whole(steps[at]?.step ?? 0)}
                  </text>
                )}
              </g>
            ))}
            {offset && (
              <text className="tick" x={width - 4} y={8 + peak - 14} textAnchor="end">
                {t.kinds.step1}
              </text>
            )}
          </svg>
        )}
      </div>
    </KindFrame>
  );
}
