/** A value of each run, or of each group, as bars that can be compared. */
import { useMemo, useState } from "react";
import { useBoard } from "@/panels/board";
import { standsBack, useChosen } from "@/panels/chosen";
import type { PanelProps } from "@/panels/kinds";
import { useSize } from "@/panels/media/useSize";
import { axisFormat, linearTicks } from "@/plot/ticks";
import { nameOf } from "@/state/fields";
import { goalOf } from "@/state/goals";
import { useStore } from "@/state/store";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Delta, deltaText } from "../Delta";
import { KindFrame } from "../KindFrame";
import { useStepping } from "../stepping";
import { Tip } from "../Tip";
import { isHovered, subjectsOf, useValues } from "../values";
import { axisOf, type Bar, type BarConfig, barsOf, reachOf, violinOf, whiskersOf } from "./config";

const ROW = 21;
/** The width of a letter of a name, and how much of it a name at 45 degrees takes in height. */
const LETTER = 6.2;
const TILT = Math.SQRT1_2;

export function barTitle(config: BarConfig): string {
  return config.keys.map(nameOf).join(", ");
}

export function BarPanel({ def, config, large }: PanelProps<BarConfig>) {
  const t = useText();
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const values = useValues(config.keys, config.statistic);
  const subjects = useMemo(() => subjectsOf(board), [board]);
  const { bars, more, without } = useMemo(
    () => barsOf(subjects, config, values.number, (key) => goalOf(nameOf(key), board.runs)),
    [subjects, config, values.number, board.runs],
  );
  const chosen = useChosen();
  const [host, width, height] = useSize();
  const at = bars.findIndex((bar) => isHovered(bar.subject, hovered));
  // where the tip stands; null while neither pointer nor keyboard is in this panel
  const [here, setHere] = useState<readonly [number, number] | null>(null);
  const told = here ? bars[at] : undefined;
  const stepping = useStepping(
    bars.map(({ subject }) => ({
      id: subject.id,
      run: subject.runs.length === 1 ? (subject.runs[0]?.id ?? null) : null,
    })),
    at,
    (to) => {
      board.hover.set(bars[to]?.subject.id ?? null);
      const bar = document.querySelector(`[data-bars="${CSS.escape(def.id)}"] [data-bar="${to}"]`);
      bar?.scrollIntoView({ block: "nearest", inline: "nearest" });
      const [inner, outer] = [bar?.getBoundingClientRect(), bar?.closest("[data-bars]")?.getBoundingClientRect()];
      setHere(inner && outer ? [width / 2, inner.bottom - outer.top] : null);
    },
  );
  const several = config.keys.length > 1;
  const baseline = board.baseline;
  const title = barTitle(config) || t.kinds.names.bar;
  const deltaOf = (bar: Bar) => {
    const base = baseline && values.number(baseline, bar.key);
    return base === null || base === undefined || !baseline || bar.subject.id === baseline.id ? null : bar.value - base;
  };
  return (
    <KindFrame
      def={def}
      title={title}
      unit={config.statistic === "last" ? "" : t.kinds.statistics[config.statistic]}
      large={large}
      picture
      badges={
        <>
          {board.groups && config.spread !== "none" && (
            <span className="ui-badge">{t.kinds.spreads[config.spread]}</span>
          )}
          {without > 0 && (
            <span className="ui-badge warn" title={t.kinds.withoutHint}>
              {t.kinds.without(without)}
            </span>
          )}
          {more > 0 && (
            <span className="ui-badge" title={t.kinds.moreHint(config.most)}>
              {t.kinds.more(more)}
            </span>
          )}
        </>
      }
      pending={values.pending}
      error={values.error}
      onRetry={values.retry}
      empty={
        config.keys.length === 0
          ? { title: t.kinds.nothingChosen, why: t.kinds.chooseMetric }
          : board.runs.length === 0
            ? { title: t.workspace.panels.noRuns, why: t.workspace.panels.noRunsWhy }
            : bars.length === 0 && !values.pending
              ? { title: t.kinds.noValue(title), why: t.kinds.noValueWhy }
              : null
      }
      table={() => ({
        head: ["name", "key", config.statistic, "n", "std", "min", "max"],
        rows: bars.map(({ subject, key, facts }) => [
          subject.name,
          nameOf(key),
          facts.mean,
          facts.n,
          facts.std,
          facts.min,
          facts.max,
        ]),
      })}
    >
      <div className="kd-fill">
        <div
          className="kd-scroll"
          ref={host}
          role="group"
          aria-label={`${title}: ${t.kinds.stepHint}`}
          data-bars={def.id}
          onPointerMove={(event) => {
            const area = event.currentTarget.getBoundingClientRect();
            setHere([event.clientX - area.left, event.clientY - area.top]);
          }}
          onPointerLeave={() => setHere(null)}
          {...stepping}
        >
          {width > 0 && (
            <BarPicture
              {...{ bars, config, several, width, height, hovered, deltaOf }}
              isBack={(bar) => standsBack(chosen, bar.subject.runs)}
              label={title}
              hover={(id) => board.hover.set(id)}
            />
          )}
        </div>
        {told && (
          <Tip
            x={here?.[0] ?? 0}
            y={here?.[1] ?? 0}
            width={width}
            height={height}
            name={told.subject.name}
            token={told.subject.token}
            rows={bars
              .filter((bar) => bar.subject === told.subject)
              .flatMap((bar) => [
                [nameOf(bar.key), number(bar.value, 5)] as const,
                ...(bar.facts.n > 1
                  ? ([
                      ["±", number(bar.facts.std, 3)],
                      [t.kinds.median, number(bar.facts.median, 5)],
                      [t.kinds.spreads.minmax, `${number(bar.facts.min, 4)} – ${number(bar.facts.max, 4)}`],
                      ["n", bar.facts.n],
                    ] as const)
                  : []),
                ...(deltaOf(bar) === null ? [] : [[t.kinds.toBaseline, deltaText(deltaOf(bar) ?? 0)] as const]),
              ])}
          />
        )}
      </div>
    </KindFrame>
  );
}

interface PictureProps {
  bars: readonly Bar[];
  config: BarConfig;
  several: boolean;
  width: number;
  height: number;
  hovered: string | null;
  label: string;
  deltaOf: (bar: Bar) => number | null;
  isBack: (bar: Bar) => boolean;
  hover: (id: string | null) => void;
}

function BarPicture(props: PictureProps) {
  const { bars, config, several, width, height, hovered, label, deltaOf, isBack, hover } = props;
  const names = bars.map((bar) => (several ? `${bar.subject.name} · ${nameOf(bar.key)}` : bar.subject.name));
  const marked = bars.some((bar) => isHovered(bar.subject, hovered));
  const [low, high] = axisOf(bars, config);
  const deltas = bars.some((bar) => deltaOf(bar) !== null);
  if (config.vertical) return <Columns {...props} names={names} low={low} high={high} marked={marked} />;
  const longest = Math.max(...names.map((name) => name.length), 4);
  const left = Math.min(longest * 6.6 + 8, width * 0.36);
  const right = deltas ? 140 : 58;
  const wide = Math.max(10, width - left - right - 8);
  const row = Math.max(ROW, Math.min(30, (height - 22) / Math.max(1, bars.length)));
  const tall = bars.length * row + 20;
  const x = (value: number) => left + Math.min(1, Math.max(0, (value - low) / (high - low))) * wide;
  const ticks = linearTicks(low, high, Math.max(2, Math.floor(wide / 70)));
  const text = axisFormat(ticks);
  const zero = x(Math.min(high, Math.max(low, 0)));
  return (
    <svg
      className="kd-svg"
      data-picture
      width={width}
      height={Math.max(tall, height - 2)}
      role="img"
      aria-label={label}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line className="grid" x1={x(tick)} x2={x(tick)} y1={2} y2={tall - 18} />
          <text className="tick" x={x(tick)} y={tall - 5} textAnchor="middle">
            {text(tick)}
          </text>
        </g>
      ))}
      {bars.map((bar, at) => {
        const mid = at * row + row / 2 + 1;
        const thick = Math.min(12, row * 0.55);
        const faint = marked ? !isHovered(bar.subject, hovered) : isBack(bar);
        const delta = deltaOf(bar);
        return (
          <g
            key={`${bar.subject.id} ${bar.key}`}
            data-run={bar.subject.id}
            data-bar={at}
            className={faint ? "bar lo" : "bar"}
            onPointerEnter={() => hover(bar.subject.id)}
            onPointerLeave={() => hover(null)}
          >
            <rect className="hit" x={0} y={at * row + 1} width={width} height={row} />
            <text className={isHovered(bar.subject, hovered) ? "name on" : "name"} x={2} y={mid + 4}>
              {cut(names[at] ?? "", left)}
            </text>
            <Shape bar={bar} spread={config.spread} x={x} zero={zero} mid={mid} thick={thick} />
            <text className="value" x={left + wide + (deltas ? 56 : right) + 2} y={mid + 4} textAnchor="end">
              {number(bar.value)}
            </text>
            {delta !== null && (
              <Delta x={width - 4} y={mid + 4} delta={delta} field={bar.key} runs={bar.subject.runs} />
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** One bar with what is drawn of its runs, along x. */
function Shape(props: {
  bar: Bar;
  spread: BarConfig["spread"];
  x: (value: number) => number;
  zero: number;
  mid: number;
  thick: number;
}) {
  const { bar, spread, x, zero, mid, thick } = props;
  const colour = `var(${bar.subject.token})`;
  const many = bar.facts.n > 1;
  if (many && spread === "box") {
    const [from, to] = whiskersOf(bar);
    return (
      <g style={{ stroke: colour, fill: colour }}>
        <line x1={x(from)} x2={x(to)} y1={mid} y2={mid} />
        <rect
          x={x(bar.facts.q1)}
          width={Math.max(1, x(bar.facts.q3) - x(bar.facts.q1))}
          y={mid - thick / 2}
          height={thick}
          fillOpacity={0.3}
        />
        <line
          x1={x(bar.facts.median)}
          x2={x(bar.facts.median)}
          y1={mid - thick / 2}
          y2={mid + thick / 2}
          strokeWidth={2}
        />
        {bar.values
          .filter((value) => value < from || value > to)
          .map((value, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: equal values stand on one another.
            <circle key={at} cx={x(value)} cy={mid} r={2} />
          ))}
      </g>
    );
  }
  if (many && spread === "violin") {
    const side = violinOf(bar);
    const half = thick * 0.8;
    const upper = side.map(({ at, wide }) => `${x(at)},${mid - wide * half}`);
    const lower = side.map(({ at, wide }) => `${x(at)},${mid + wide * half}`).reverse();
    return (
      <g style={{ stroke: colour, fill: colour }}>
        <polygon points={[...upper, ...lower].join(" ")} fillOpacity={0.3} />
        <circle cx={x(bar.facts.median)} cy={mid} r={2.5} />
      </g>
    );
  }
  const [from, to] = reachOf(bar, spread);
  const end = x(bar.value);
  return (
    <g>
      <rect
        className="mark"
        x={Math.min(zero, end)}
        width={Math.max(1.5, Math.abs(end - zero))}
        y={mid - thick / 2}
        height={thick}
        rx={2}
        style={{ fill: colour }}
      />
      {to > from && (
        <path className="whisker" d={`M${x(from)} ${mid}H${x(to)}M${x(from)} ${mid - 3}v6M${x(to)} ${mid - 3}v6`} />
      )}
    </g>
  );
}

/** The bars upright: the same shapes, turned a quarter. */
function Columns(props: PictureProps & { names: readonly string[]; low: number; high: number; marked: boolean }) {
  const { bars, config, names, width, height, low, high, marked, hovered, isBack, hover, label } = props;
  const left = 46;
  const longest = Math.max(...names.map((name) => name.length), 4);
  const foot = Math.min(height * 0.42, 30 + longest * LETTER * TILT, 104);
  const tall = Math.max(20, height - foot - 8);
  const column = Math.max(16, Math.min(70, (width - left - 6) / Math.max(1, bars.length)));
  const all = Math.max(width, left + column * bars.length + 6);
  // along the turned x axis 0 is at the bottom
  const x = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low))) * tall;
  const ticks = linearTicks(low, high, Math.max(2, Math.floor(tall / 44)));
  const text = axisFormat(ticks);
  return (
    <svg className="kd-svg" data-picture width={all} height={height - 2} role="img" aria-label={label}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className="grid" x1={left} x2={all - 4} y1={8 + tall - x(tick)} y2={8 + tall - x(tick)} />
          <text className="tick" x={left - 6} y={8 + tall - x(tick) + 3.5} textAnchor="end">
            {text(tick)}
          </text>
        </g>
      ))}
      {bars.map((bar, at) => {
        const mid = left + column * (at + 0.5);
        return (
          <g
            key={`${bar.subject.id} ${bar.key}`}
            data-run={bar.subject.id}
            data-bar={at}
            className={(marked ? !isHovered(bar.subject, hovered) : isBack(bar)) ? "bar lo" : "bar"}
            onPointerEnter={() => hover(bar.subject.id)}
            onPointerLeave={() => hover(null)}
          >
            <rect className="hit" x={mid - column / 2} y={0} width={column} height={height} />
            <g transform={`translate(${mid} ${8 + tall}) rotate(-90)`}>
              <Shape
                bar={bar}
                spread={config.spread}
                x={x}
                zero={x(Math.min(high, Math.max(low, 0)))}
                mid={0}
                thick={Math.min(26, column * 0.6)}
              />
            </g>
            <text
              className={isHovered(bar.subject, hovered) ? "name on" : "name"}
              transform={`translate(${mid + 3} ${tall + 20}) rotate(-45)`}
              textAnchor="end"
            >
              {cut(names[at] ?? "", (foot - 16) / TILT)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** A name that fits in `room` pixels, shortened in its middle. */
function cut(name: string, room: number): string {
  const letters = Math.max(4, Math.floor((room - 6) / 6.4));
  if (name.length <= letters) return name;
  const head = Math.ceil((letters - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (letters - 1 - head))}`;
}
