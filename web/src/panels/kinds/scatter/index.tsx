/** Runs as points over two of their values. */
import { useNavigate } from "@tanstack/react-router";
import { type PointerEvent, useMemo, useRef, useState } from "react";
import { useBoard } from "@/panels/board";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { useSize } from "@/panels/media/useSize";
import { axisFormat, linearTicks, logFormat, logTicks } from "@/plot/ticks";
import { fieldOf, nameOf } from "@/state/fields";
import { useStore } from "@/state/store";
import { shadeToken } from "@/theme/colours";
import { Segmented } from "@/ui";
import { oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { KeyPicker, KeysPicker } from "../fields/KeyPicker";
import { Row, StatisticField, ToggleField } from "../fields/parts";
import { KindFrame } from "../KindFrame";
import { firstMetric, varying } from "../known";
import { Offer } from "../Offer";
import { ShadeKey, shadeKeyHeight } from "../ShadeKey";
import { isHovered, subjectsOf, useValues } from "../values";
import { type Point, pointsOf, readScatter, type ScatterConfig, scaleOf, TRACES, traceOf } from "./config";

const LEFT = 50;
const RIGHT = 12;
const TOP = 8;
const FOOT = 34;
const REACH = 14;

function ScatterPanel({ def, config, large }: PanelProps<ScatterConfig>) {
  const t = useText();
  const board = useBoard();
  const go = useNavigate();
  const hovered = useStore(board.hover, (id) => id);
  const values = useValues(
    useMemo(() => [config.x, config.y, config.z], [config.x, config.y, config.z]),
    config.statistic,
  );
  const subjects = useMemo(() => subjectsOf(board), [board]);
  const { points, without, hidden } = useMemo(
    () => pointsOf(subjects, config, values.number),
    [subjects, config, values.number],
  );
  const [host, width, height] = useSize();
  const [tip, setTip] = useState<Point | null>(null);
  const from = useRef<[number, number] | null>(null);
  const [box, setBox] = useState<[number, number, number, number] | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const x = useMemo(
    () =>
      scaleOf(
        points.map((point) => point.x),
        config.logX,
      ),
    [points, config.logX],
  );
  const y = useMemo(
    () =>
      scaleOf(
        points.map((point) => point.y),
        config.logY,
      ),
    [points, config.logY],
  );
  const z = useMemo(
    () =>
      scaleOf(
        points.flatMap((point) => point.z ?? []),
        config.logZ,
        0,
      ),
    [points, config.logZ],
  );
  const side = config.z ? 62 : 0;
  const [wide, tall] = [Math.max(1, width - LEFT - RIGHT - side), Math.max(1, height - TOP - FOOT)];
  const px = (value: number) => LEFT + x.at(value) * wide;
  const py = (value: number) => TOP + (1 - y.at(value)) * tall;
  const colourOf = (point: Point) => {
    if (!config.z) return `var(${point.subject.token})`;
    return point.z === null || !Number.isFinite(point.z) ? "var(--text-3)" : `var(${shadeToken(z.at(point.z))})`;
  };
  const axis = (scale: typeof x, log: boolean, room: number) => {
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
  const line = traceOf(points, config.trace);
  const open = (point: Point) =>
    void go({ href: `/${encodeURIComponent(board.entity)}/${encodeURIComponent(board.project)}/runs/${point.run.id}` });
  const ready = config.x && config.y;
  const title = ready ? scatterTitle(config) : t.kinds.names.scatter;
  const dim = hovered !== null && points.some((point) => point.run.id === hovered || isHovered(point.subject, hovered));
  const isLit = (point: Point) => point.run.id === hovered || point.subject.id === hovered;
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
      after={chosen.size > 0 && <Offer runs={[...chosen]} onClear={() => setChosen(new Set())} />}
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
        head: ["run", "name", nameOf(config.x), nameOf(config.y), ...(config.z ? [nameOf(config.z)] : [])],
        rows: points.map((point) => [point.run.id, point.run.name, point.x, point.y, ...(config.z ? [point.z] : [])]),
      })}
    >
      <div className="kd-fill" ref={host}>
        {width > 0 && (
          <svg
            className="kd-svg kd-scatter"
            data-picture
            width={width}
            height={height}
            role="img"
            aria-label={`${title}: ${t.common.runs(points.length)}`}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              from.current = place(event);
            }}
            onPointerMove={(event) => {
              const at = place(event);
              const start = from.current;
              if (start && Math.hypot(at[0] - start[0], at[1] - start[1]) > 4) {
                setBox([
                  Math.min(start[0], at[0]),
                  Math.min(start[1], at[1]),
                  Math.max(start[0], at[0]),
                  Math.max(start[1], at[1]),
                ]);
                setTip(null);
                return;
              }
              const near = nearest(at);
              setTip(near);
              board.hover.set(near?.run.id ?? null);
            }}
            onPointerUp={(event) => {
              const near = nearest(place(event));
              if (box)
                setChosen(
                  new Set(
                    points
                      .filter(
                        (point) =>
                          px(point.x) >= box[0] &&
                          px(point.x) <= box[2] &&
                          py(point.y) >= box[1] &&
                          py(point.y) <= box[3],
                      )
                      .map((point) => point.run.id),
                  ),
                );
              else if (from.current && near) open(near);
              else if (from.current) setChosen(new Set());
              from.current = null;
              setBox(null);
            }}
            onPointerCancel={() => {
              from.current = null;
              setBox(null);
            }}
            onPointerLeave={() => {
              setTip(null);
              board.hover.set(null);
            }}
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
            <text className="tick" x={LEFT + wide} y={height - 5} textAnchor="end">
              {nameOf(config.x)} →
            </text>
            <text className="tick" x={2} y={height - 5}>
              ↑ {nameOf(config.y)}
            </text>
            {line.length > 1 && (
              <path className="trace" d={line.map(([vx, vy], at) => `${at ? "L" : "M"}${px(vx)} ${py(vy)}`).join("")} />
            )}
            {points.map((point) => (
              <circle
                key={point.run.id}
                data-run={point.run.id}
                cx={px(point.x)}
                cy={py(point.y)}
                r={isLit(point) ? 6 : points.length > 300 ? 2.5 : 4}
                style={{
                  fill: colourOf(point),
                  opacity: (dim && !isLit(point)) || (chosen.size > 0 && !chosen.has(point.run.id)) ? 0.22 : 0.9,
                }}
              />
            ))}
            {box && <rect className="box" x={box[0]} y={box[1]} width={box[2] - box[0]} height={box[3] - box[1]} />}
            {config.z && (
              <g>
                <ShadeKey x={width - side + 6} top={TOP} tall={tall} low={z.low} high={z.high} />
                <text className="tick" x={width - 2} y={TOP + shadeKeyHeight(tall) + 14} textAnchor="end">
                  {nameOf(config.z).slice(-10)}
                </text>
              </g>
            )}
          </svg>
        )}
        {tip && (
          <div className="kd-tip" style={placeTip(px(tip.x), py(tip.y), width, height)}>
            <b>
              <i style={{ background: `var(${tip.subject.token})` }} />
              <span className="cut">{tip.run.name}</span>
            </b>
            {[...new Set([config.x, config.y, config.z, ...config.tip].filter(Boolean))].map((field) => (
              <span key={field}>
                <span className="cut">{nameOf(field)}</span>
                <b className="num">{oneLine(values.number(tip.run, field) ?? fieldOf(tip.run, field))}</b>
              </span>
            ))}
          </div>
        )}
      </div>
    </KindFrame>
  );
}

function placeTip(x: number, y: number, width: number, height: number) {
  return {
    ...(x > width / 2 ? { right: width - x + 10 } : { left: x + 10 }),
    ...(y > height / 2 ? { bottom: height - y + 6 } : { top: y + 6 }),
  };
}

function ScatterEditor({ config, change, known }: EditorProps<ScatterConfig>) {
  const t = useText().kinds;
  return (
    <div className="kd-editor">
      <KeyPicker label={t.x} known={known} numeric value={config.x} onChange={(x) => change({ x })} />
      <ToggleField label={t.logX} value={config.logX} onChange={(logX) => change({ logX })} />
      <KeyPicker label={t.y} known={known} numeric value={config.y} onChange={(y) => change({ y })} />
      <ToggleField label={t.logY} value={config.logY} onChange={(logY) => change({ logY })} />
      <KeyPicker
        label={t.z}
        known={known}
        numeric
        value={config.z}
        none={t.runColours}
        onChange={(z) => change({ z })}
      />
      <ToggleField label={t.logZ} value={config.logZ} onChange={(logZ) => change({ logZ })} />
      <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
      <Row label={t.trace}>
        <Segmented
          label={t.trace}
          value={config.trace}
          onChange={(trace) => change({ trace })}
          options={TRACES.map((id) => ({ id, name: t.traces[id] }))}
        />
      </Row>
      <KeysPicker label={t.tip} known={known} value={config.tip} onChange={(tip) => change({ tip })} />
    </div>
  );
}

function scatterTitle(config: ScatterConfig): string {
  return `${nameOf(config.y)} × ${nameOf(config.x)}`;
}

export const scatter: Kind<ScatterConfig> = {
  id: "scatter",
  icon: "scatter",
  fresh: (known) => readScatter({ x: varying(known, true)[0] ?? "created_at", y: firstMetric(known) }),
  read: readScatter,
  title: scatterTitle,
  Panel: ScatterPanel,
  Editor: ScatterEditor,
};
