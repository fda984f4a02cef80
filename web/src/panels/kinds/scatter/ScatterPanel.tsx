/** Runs as points over two of their values. */
import { memo, type PointerEvent, useCallback, useMemo, useRef, useState } from "react";
import { useBoard } from "@/panels/board";
import { standsBack, useChosen, usePicking } from "@/panels/chosen";
import type { PanelProps } from "@/panels/kinds";
import { useSize } from "@/panels/media/useSize";
import { axisFormat, linearTicks, logFormat, logTicks } from "@/plot/ticks";
import { fieldOf, nameOf } from "@/state/fields";
import { goalOf } from "@/state/goals";
import { useStore } from "@/state/store";
import { shadeToken } from "@/theme/colours";
import { number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { KindFrame } from "../KindFrame";
import { Offer } from "../Offer";
import { ShadeKey, shadeKeyHeight } from "../ShadeKey";
import { useOpenRun, useStepping } from "../stepping";
import { Tip } from "../Tip";
import { isHovered, subjectsOf, useValues } from "../values";
import { type Point, pointsOf, type Scale, type ScatterConfig, scaleOf } from "./config";
import { fitOf, frontOf, runningOf, stepsOf } from "./lines";

const LEFT = 50;
const RIGHT = 12;
const TOP = 8;
const FOOT = 34;
const REACH = 14;
const MANY = 300;

export function scatterTitle(config: ScatterConfig): string {
  return `${nameOf(config.y)} × ${nameOf(config.x)}`;
}

export function ScatterPanel({ def, config, large }: PanelProps<ScatterConfig>) {
  const t = useText();
  const board = useBoard();
  const open = useOpenRun();
  const hovered = useStore(board.hover, (id) => id);
  const fields = useMemo(() => [config.x, config.y, config.z, config.size].filter(Boolean), [config]);
  const values = useValues(fields, config.statistic);
  const subjects = useMemo(() => subjectsOf(board), [board]);
  const { points, without, hidden } = useMemo(
    () => pointsOf(subjects, config, values.number),
    [subjects, config, values.number],
  );
  const [host, width, height] = useSize();
  // the point that the pointer or the keyboard is at; null while neither is in this panel
  const [tip, setTip] = useState<Point | null>(null);
  const from = useRef<[number, number] | null>(null);
  const [box, setBox] = useState<[number, number, number, number] | null>(null);
  const chosen = useChosen();
  const pick = usePicking(
    def.id,
    useCallback(() => setBox(null), []),
  );
  const mine = chosen?.panel === def.id ? chosen.runs : null;
  const { x, y, z, radiusOf } = useScales(points, config);
  const side = config.z ? 62 : 0;
  const [wide, tall] = [Math.max(1, width - LEFT - RIGHT - side), Math.max(1, height - TOP - FOOT)];
  const px = (value: number) => LEFT + x.at(value) * wide;
  const py = (value: number) => TOP + (1 - y.at(value)) * tall;
  const axis = (scale: Scale, log: boolean, room: number) => {
    const ticks = log ? logTicks(scale.low, scale.high, room).major : linearTicks(scale.low, scale.high, room);
    return { ticks, text: log ? logFormat : axisFormat(ticks) };
  };
  const xs = axis(x, config.logX, Math.max(2, Math.floor(wide / 80)));
  const ys = axis(y, config.logY, Math.max(2, Math.floor(tall / 40)));
  const place = (event: PointerEvent<SVGSVGElement>): [number, number] => {
    const area = event.currentTarget.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  };
  const nearest = ([mx, my]: [number, number]) => {
    let best: Point | null = null;
    let least = REACH;
    for (const point of points) {
      const far = Math.hypot(px(point.x) - mx, py(point.y) - my);
      if (far < least) [best, least] = [point, far];
    }
    return best;
  };
  const point = (at: Point | null) => {
    setTip(at);
    board.hover.set(at?.run.id ?? null);
  };
  const ordered = useMemo(() => [...points].sort((a, b) => a.x - b.x || a.y - b.y), [points]);
  const stepping = useStepping(
    ordered.map(({ run }) => ({ id: run.id, run: run.id })),
    tip ? ordered.findIndex((each) => each.run.id === tip.run.id) : -1,
    (to) => point(ordered[to] ?? null),
  );
  const more = (field: string, otherwise: boolean) => {
    const goal = field.startsWith("config.") ? null : goalOf(nameOf(field), board.runs);
    return goal === null ? otherwise : goal === "more";
  };
  // a cost is better small, and so is what nobody knows better
  const [moreX, moreY] = [more(config.x, false), more(config.y, true)];
  const fit = config.trace === "fit" ? fitOf(points, config.logX, config.logY) : null;
  const line = useMemo((): [number, number][] => {
    if (config.trace === "none") return [];
    if (config.trace === "front") return stepsOf(frontOf(points, moreX, moreY), moreX);
    if (config.trace !== "fit") return runningOf(points, config.trace);
    if (!fit) return [];
    const ends = points.map((each) => each.x);
    return [Math.min(...ends), Math.max(...ends)].map((value) => {
      const at = fit.offset + fit.slope * (config.logX ? Math.log10(value) : value);
      return [value, config.logY ? 10 ** at : at];
    });
  }, [config, points, moreX, moreY, fit]);
  const ready = config.x && config.y;
  const title = ready ? scatterTitle(config) : t.kinds.names.scatter;
  const isLit = (each: Point) => each.run.id === hovered || isHovered(each.subject, hovered);
  const dim = hovered !== null && points.some(isLit);
  const within = (area: [number, number, number, number]) =>
    points.filter((each) => {
      const [cx, cy] = [px(each.x), py(each.y)];
      return cx >= area[0] && cx <= area[2] && cy >= area[1] && cy <= area[3];
    });
  // where the points are drawn does not change as the pointer moves: a thousand of them stay as they are
  const dots = useMemo(
    () =>
      points.map((each): Dot => {
        const shade = each.z === null || !Number.isFinite(each.z) ? "--text-3" : shadeToken(z.at(each.z));
        return {
          id: each.run.id,
          name: each.run.name,
          cx: LEFT + x.at(each.x) * wide,
          cy: TOP + (1 - y.at(each.y)) * tall,
          r: radiusOf(each, points.length > MANY ? 2.5 : 4),
          fill: `var(${config.z ? shade : each.subject.token})`,
          faint: standsBack(chosen, [each.run]),
        };
      }),
    [points, config.z, x, y, z, wide, tall, radiusOf, chosen],
  );
  const lit = dim ? dots.filter((_, at) => isLit(points[at]!)) : [];
  return (
    <KindFrame
      def={def}
      title={title}
      large={large}
      picture
      pending={values.pending}
      error={values.error}
      onRetry={values.retry}
      badges={
        <>
          {config.trace === "front" && points.length > 0 && (
            <span className="ui-badge" title={t.kinds.frontHint}>
              {t.kinds.front(moreX, moreY)}
            </span>
          )}
          {fit && Number.isFinite(fit.r) && <span className="ui-badge num">r = {number(fit.r, 3)}</span>}
          {without > 0 && (
            <span className="ui-badge" title={t.kinds.withoutHint}>
              {t.kinds.without(without)}
            </span>
          )}
          {hidden > 0 && (
            <span className="ui-badge warn" title={t.workspace.panels.hiddenHint}>
              {t.workspace.panels.hidden(String(hidden))}
            </span>
          )}
        </>
      }
      after={mine && <Offer runs={[...mine]} onClear={() => pick(null)} />}
      empty={
        !ready
          ? { title: t.kinds.nothingChosen, why: t.kinds.chooseXy }
          : board.runs.length === 0
            ? { title: t.workspace.panels.noRuns, why: t.workspace.panels.noRunsWhy }
            : points.length === 0 && !values.pending
              ? { title: t.kinds.noPoints, why: t.kinds.noPointsWhy(nameOf(config.x), nameOf(config.y)) }
              : null
      }
      table={() => ({
        head: ["run", "name", ...fields.map(nameOf)],
        rows: points.map((each) => [
          each.run.id,
          each.run.name,
          each.x,
          each.y,
          ...(config.z ? [each.z] : []),
          ...(config.size ? [each.size] : []),
        ]),
      })}
    >
      <div className="kd-fill" ref={host}>
        {width > 0 && (
          <svg
            className="kd-svg kd-scatter"
            data-picture
            width={width}
            height={height}
            role="group"
            aria-label={`${title}: ${t.common.runs(points.length)}; ${t.kinds.stepHint}`}
            {...stepping}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              from.current = place(event);
            }}
            onPointerMove={(event) => {
              const at = place(event);
              const start = from.current;
              if (start && Math.hypot(at[0] - start[0], at[1] - start[1]) > 4) {
                const [left, right] = [Math.min(start[0], at[0]), Math.max(start[0], at[0])];
                setBox([left, Math.min(start[1], at[1]), right, Math.max(start[1], at[1])]);
                setTip(null);
                return;
              }
              point(nearest(at));
            }}
            onPointerUp={(event) => {
              const near = nearest(place(event));
              const inside = box ? within(box).map((each) => each.run.id) : [];
              if (box) pick(inside.length > 0 ? inside : null);
              else if (from.current && near) open(near.run.id);
              else if (from.current) pick(null);
              from.current = null;
              setBox(null);
            }}
            onPointerCancel={() => {
              from.current = null;
              setBox(null);
            }}
            onPointerLeave={() => point(null)}
          >
            {ys.ticks.map((tick) => (
              <g key={tick}>
                <line className="grid" x1={LEFT} x2={LEFT + wide} y1={py(tick)} y2={py(tick)} />
                <text className="tick" x={LEFT - 6} y={py(tick) + 3.5} textAnchor="end">
                  {ys.text(tick)}
                </text>
              </g>
            ))}
            {xs.ticks.map((tick) => (
              <text key={tick} className="tick" x={px(tick)} y={TOP + tall + 14} textAnchor="middle">
                {xs.text(tick)}
              </text>
            ))}
            <line className="base" x1={LEFT} x2={LEFT + wide} y1={TOP + tall} y2={TOP + tall} />
            <text className="tick" x={LEFT + wide} y={height - 5} textAnchor="end">
              {nameOf(config.x)} →
            </text>
            <text className="tick" x={2} y={height - 5}>
              ↑ {nameOf(config.y)}
            </text>
            {line.length > 1 && (
              <path className="trace" d={line.map(([vx, vy], at) => `${at ? "L" : "M"}${px(vx)} ${py(vy)}`).join("")} />
            )}
            <Dots dots={dots} dim={dim} />
            {lit.map((dot) => (
              <circle key={dot.id} className="lit" cx={dot.cx} cy={dot.cy} r={dot.r + 2} style={{ fill: dot.fill }} />
            ))}
            {config.labels &&
              (dim ? lit : dots.filter((dot) => !dot.faint)).map((dot) => {
                const left = dot.cx > LEFT + wide * 0.7;
                return (
                  <text
                    key={dot.id}
                    className="name"
                    x={dot.cx + (left ? -3 - dot.r : 3 + dot.r)}
                    y={dot.cy + 3.5}
                    textAnchor={left ? "end" : "start"}
                  >
                    {dot.name}
                  </text>
                );
              })}
            {box && <rect className="box" x={box[0]} y={box[1]} width={box[2] - box[0]} height={box[3] - box[1]} />}
            {config.z && (
              <g>
                <ShadeKey x={width - side + 6} top={TOP} tall={tall} low={z.low} high={z.high} />
                <text className="tick" x={width - 2} y={TOP + shadeKeyHeight(tall) + 14} textAnchor="end">
                  {shortened(nameOf(config.z), 10)}
                </text>
              </g>
            )}
          </svg>
        )}
        {tip && (
          <Tip
            x={px(tip.x)}
            y={py(tip.y)}
            width={width}
            height={height}
            name={tip.run.name}
            token={tip.subject.token}
            rows={[...new Set([...fields, ...config.tip])].map((field) => [
              nameOf(field),
              oneLine(values.number(tip.run, field) ?? fieldOf(tip.run, field)),
            ])}
          />
        )}
      </div>
    </KindFrame>
  );
}

interface Dot {
  id: string;
  name: string;
  cx: number;
  cy: number;
  r: number;
  fill: string;
  faint: boolean;
}

const Dots = memo(function Dots({ dots, dim }: { dots: readonly Dot[]; dim: boolean }) {
  const drawn = useMemo(
    () =>
      dots.map(({ id, cx, cy, r, fill, faint }) => (
        <circle key={id} data-run={id} cx={cx} cy={cy} r={r} style={{ fill, opacity: faint ? 0.2 : 0.9 }} />
      )),
    [dots],
  );
  return <g opacity={dim ? 0.25 : 1}>{drawn}</g>;
});

/** Where values stand on the axes, in the shades, and how large points are. */
function useScales(points: readonly Point[], config: ScatterConfig) {
  const { logX, logY, logZ, size } = config;
  return useMemo(() => {
    const of = (value: (point: Point) => number | null, log: boolean, spare?: number) =>
      scaleOf(
        points.flatMap((each) => value(each) ?? []),
        log,
        spare,
      );
    const sizes = of((each) => each.size, false, 0);
    return {
      x: of((each) => each.x, logX),
      y: of((each) => each.y, logY),
      z: of((each) => each.z, logZ, 0),
      radiusOf: (point: Point, plain: number) =>
        size === "" ? plain : point.size === null || !Number.isFinite(point.size) ? 2 : 3 + 7 * sizes.at(point.size),
    };
  }, [points, logX, logY, logZ, size]);
}

/** The end of a name, which tells more of it than its beginning. */
function shortened(name: string, letters: number): string {
  const short = name.slice(name.lastIndexOf("/") + 1);
  return short.length > letters ? `…${short.slice(1 - letters)}` : short;
}
