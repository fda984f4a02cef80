/** Many runs as lines over many axes: what was tried, and what came of it. Lines on a canvas, axes above them. */
import { type PointerEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import { AxisBrush } from "@/charts/AxisBrush";
import { type Axis, axisOf, type Brush, type Brushes, isChosen } from "@/charts/parallel";
import { useBoard } from "@/panels/board";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { useSize } from "@/panels/media/useSize";
import { fieldOf, nameOf } from "@/state/fields";
import { useStore } from "@/state/store";
import { inkOf, shadeToken } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { KeyPicker, KeysPicker } from "../fields/KeyPicker";
import { StatisticField, ToggleField } from "../fields/parts";
import { KindFrame } from "../KindFrame";
import { firstMetric, varying } from "../known";
import { Offer } from "../Offer";
import { ShadeKey } from "../ShadeKey";
import { scaleOf } from "../scatter/config";
import { metricOf, useValues } from "../values";
import { moved, offLine, type ParallelConfig, readParallel } from "./config";

const TOP = 34;
const FOOT = 12;
const EDGE = 46;
const REACH = 6;

function ParallelPanel({ def, config, large }: PanelProps<ParallelConfig>) {
  const t = useText();
  const board = useBoard();
  const theme = useTheme();
  const hovered = useStore(board.hover, (id) => id);
  const fields = useMemo(() => [...config.axes, config.colour].filter(Boolean), [config.axes, config.colour]);
  const values = useValues(fields, config.statistic);
  const { runs, groups } = board;
  const cellOf = useMemo(
    () => (run: (typeof runs)[number], field: string) =>
      metricOf(field) === null ? fieldOf(run, field) : (values.number(run, field) ?? fieldOf(run, field)),
    [values.number],
  );
  const axes = useMemo(
    () =>
      config.axes.map((id) =>
        axisOf(
          { id, label: nameOf(id), log: config.log.includes(id) },
          runs.map((run) => cellOf(run, id)),
        ),
      ),
    [config.axes, config.log, runs, cellOf],
  );
  const [brushes, setBrushes] = useState<Brushes>({});
  const shade = useMemo(
    () =>
      scaleOf(
        runs.flatMap((run) => values.number(run, config.colour) ?? []),
        false,
        0,
      ),
    [runs, values.number, config.colour],
  );
  const tokens = useMemo(() => {
    const ofGroup = new Map((groups ?? []).flatMap((group) => group.runs.map((run) => [run.id, group.token] as const)));
    return runs.map((run) => {
      if (!config.colour) return ofGroup.get(run.id) ?? board.tokenOf(run);
      const value = values.number(run, config.colour);
      return value === null || !Number.isFinite(value) ? "--text-3" : shadeToken(shade.at(value));
    });
  }, [runs, groups, config.colour, values.number, shade, board.tokenOf]);
  const lines = useMemo(
    () =>
      runs.map((run, place) => ({
        run,
        token: tokens[place]!,
        places: axes.map((axis) => axis.place(cellOf(run, axis.id))),
        chosen: isChosen(axes, brushes, (id) => cellOf(run, id)),
      })),
    [runs, axes, brushes, tokens, cellOf],
  );
  const chosen = useMemo(() => lines.filter((line) => line.chosen).map((line) => line.run.id), [lines]);
  const brushed = Object.keys(brushes).length > 0;
  const [host, width, height] = useSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<{ from: number; at: number } | null>(null);
  const side = config.colour ? 58 : 0;
  const inner = Math.max(1, width - 2 * EDGE - side);
  const x = (axis: number) => (axes.length < 2 ? EDGE + inner / 2 : EDGE + (inner * axis) / (axes.length - 1));
  const tall = Math.max(1, height - TOP - FOOT);
  const y = (at: number) => TOP + (1 - at) * tall;
  // biome-ignore lint/correctness/useExhaustiveDependencies: x and y follow from the sizes; colours change with the theme.
  useLayoutEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext("2d");
    if (!element || !pen || width === 0) return;
    const ratio = devicePixelRatio || 1;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    pen.scale(ratio, ratio);
    const lit =
      hovered !== null && lines.some((line) => line.run.id === hovered || inGroup(line.run.id, hovered, groups));
    const order = [...lines].sort((a, b) => rank(a) - rank(b));
    function rank(line: (typeof lines)[number]): number {
      return (line.chosen ? 1 : 0) + (line.run.id === hovered ? 2 : 0);
    }
    for (const line of order) {
      const on = line.run.id === hovered || (hovered !== null && inGroup(line.run.id, hovered, groups));
      pen.strokeStyle = inkOf(line.chosen ? line.token : "--line-strong");
      pen.globalAlpha = on ? 1 : !line.chosen ? 0.35 : lit ? 0.22 : lines.length > 300 ? 0.4 : 0.75;
      pen.lineWidth = on ? 2.5 : 1.3;
      pen.beginPath();
      let before: [number, number] | null = null;
      for (const [axis, at] of line.places.entries()) {
        if (at === null) {
          before = null;
          continue;
        }
        const here: [number, number] = [x(axis), y(at)];
        if (before) {
          const bend = (here[0] - before[0]) * 0.4;
          pen.bezierCurveTo(before[0] + bend, before[1], here[0] - bend, here[1], here[0], here[1]);
        } else pen.moveTo(here[0], here[1]);
        before = here;
      }
      pen.stroke();
    }
  }, [lines, hovered, width, height, theme, axes.length, groups]);
  const near = (event: PointerEvent<SVGSVGElement>): string | null => {
    const area = event.currentTarget.getBoundingClientRect();
    const [mx, my] = [event.clientX - area.left, event.clientY - area.top];
    let gap = 0;
    while (gap < axes.length - 2 && mx > x(gap + 1)) gap++;
    const share = (mx - x(gap)) / (x(gap + 1) - x(gap) || 1);
    if (share < 0 || share > 1) return null;
    let best: string | null = null;
    let least = REACH;
    for (const line of lines) {
      const [from, to] = [line.places[gap], line.places[gap + 1]];
      if (from === null || from === undefined || to === null || to === undefined || !line.chosen) continue;
      const off = offLine(share, y(from), y(to), my);
      if (off < least) [best, least] = [line.run.id, off];
    }
    return best;
  };
  const lit = hovered ? board.byId.get(hovered) : undefined;
  const reorder = (from: number, to: number) =>
    board.edit((old) => ({
      ...old,
      panels: {
        ...old.panels,
        [def.id]: { ...(old.panels[def.id] ?? def), config: { ...config, axes: moved(config.axes, from, to) } },
      },
    }));
  const title = t.kinds.names.parallel;
  return (
    <KindFrame
      def={def}
      title={title}
      large={large}
      picture
      pending={values.pending}
      error={values.error}
      onRetry={values.retry}
      badges={brushed && <span className="ui-badge">{t.kinds.chosen(chosen.length, runs.length)}</span>}
      after={brushed && <Offer runs={chosen} onClear={() => setBrushes({})} />}
      empty={
        config.axes.length < 2
          ? { title: t.kinds.nothingChosen, why: t.kinds.chooseAxes }
          : runs.length === 0
            ? { title: t.workspace.panels.noRuns, why: t.workspace.panels.noRunsWhy }
            : null
      }
      table={() => ({
        head: ["run", "name", ...axes.map((axis) => axis.label)],
        rows: lines
          .filter((line) => line.chosen)
          .map(({ run }) => [run.id, run.name, ...axes.map((axis) => oneLineOrNothing(cellOf(run, axis.id)))]),
      })}
    >
      <div className="kd-fill" ref={host}>
        <canvas ref={canvas} style={{ width, height }} />
        {width > 0 && (
          <svg
            className="kd-svg kd-parallel"
            data-picture
            width={width}
            height={height}
            role="img"
            aria-label={`${title}: ${axes.map((axis) => axis.label).join(", ")}; ${t.common.runs(runs.length)}`}
            onPointerMove={(event) => !drag && board.hover.set(near(event))}
            onPointerLeave={() => board.hover.set(null)}
          >
            {axes.map((axis, place) => (
              <AxisView
                key={axis.id}
                axis={axis}
                x={drag?.from === place ? drag.at : x(place)}
                y={y}
                room={axes.length > 1 ? inner / (axes.length - 1) : inner}
                brush={brushes[axis.id] ?? null}
                value={lit ? oneLine(cellOf(lit, axis.id)) : ""}
                onBrush={(brush) =>
                  setBrushes((old) => {
                    const { [axis.id]: _gone, ...rest } = old;
                    return brush ? { ...rest, [axis.id]: brush } : rest;
                  })
                }
                onDrag={(at) => setDrag({ from: place, at })}
                onDrop={(at) => {
                  setDrag(null);
                  const to = Math.round(((at - EDGE) / inner) * (axes.length - 1));
                  if (to !== place) reorder(place, to);
                }}
                onStep={(by) => reorder(place, place + by)}
              />
            ))}
            {config.colour && <ShadeKey x={width - side + 8} top={TOP} tall={tall} low={shade.low} high={shade.high} />}
          </svg>
        )}
      </div>
    </KindFrame>
  );
}

function inGroup(run: string, hovered: string, groups: ReturnType<typeof useBoard>["groups"]): boolean {
  return groups?.some((group) => group.id === hovered && group.runs.some((each) => each.id === run)) ?? false;
}

function oneLineOrNothing(value: unknown): string | number {
  return typeof value === "number" ? value : value === undefined || value === null ? "" : oneLine(value);
}

/** A shorter drag lets the brush go. */
const LEAST_DRAG = 0.01;

interface AxisProps {
  axis: Axis;
  x: number;
  y: (at: number) => number;
  room: number;
  brush: Brush | null;
  /** What the run under the pointer has here. */
  value: string;
  onBrush: (brush: Brush | null) => void;
  onDrag: (x: number) => void;
  onDrop: (x: number) => void;
  onStep: (by: number) => void;
}

function AxisView({ axis, x, y, room, brush, value, onBrush, onDrag, onDrop, onStep }: AxisProps) {
  const t = useText();
  const letters = Math.max(5, Math.floor(Math.min(room, 150) / 6.6));
  const label = axis.label.length > letters ? `…${axis.label.slice(1 - letters)}` : axis.label;
  const inHost = (event: PointerEvent<SVGElement>) =>
    event.clientX - (event.currentTarget.ownerSVGElement?.getBoundingClientRect().left ?? 0);
  return (
    <g className="axis">
      <text
        className="label"
        x={x}
        y={14}
        textAnchor="middle"
        role="button"
        tabIndex={0}
        aria-label={`${axis.label}: ${t.kinds.moveAxis}`}
        onKeyDown={(event) => {
          if (event.key === "ArrowLeft") onStep(-1);
          if (event.key === "ArrowRight") onStep(1);
          if (event.key === "Delete") onBrush(null);
        }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onDrag(inHost(event))}
        onPointerUp={(event) => onDrop(inHost(event))}
      >
        <title>{axis.label}</title>
        {label}
      </text>
      {value && (
        <text className="here" x={x} y={27} textAnchor="middle">
          {value.slice(0, letters)}
        </text>
      )}
      <line x1={x} x2={x} y1={y(1)} y2={y(0)} />
      <AxisBrush axis={axis} x={x} y={y} brush={brush} onBrush={onBrush} least={LEAST_DRAG} />
    </g>
  );
}

function ParallelEditor({ config, change, known }: EditorProps<ParallelConfig>) {
  const t = useText().kinds;
  return (
    <div className="kd-editor">
      <KeysPicker label={t.axes} known={known} value={config.axes} onChange={(axes) => change({ axes })} />
      {config.axes.map((axis) => (
        <ToggleField
          key={axis}
          label={t.logOf(nameOf(axis))}
          value={config.log.includes(axis)}
          onChange={(on) => change({ log: on ? [...config.log, axis] : config.log.filter((each) => each !== axis) })}
        />
      ))}
      <KeyPicker
        label={t.colour}
        known={known}
        numeric
        value={config.colour}
        none={t.runColours}
        onChange={(colour) => change({ colour })}
      />
      <StatisticField value={config.statistic} onChange={(statistic) => change({ statistic })} />
    </div>
  );
}

export const parallel: Kind<ParallelConfig> = {
  id: "parallel",
  icon: "sweep",
  fresh: (known) => {
    const metric = firstMetric(known);
    return readParallel({ axes: [...varying(known, false).slice(0, 6), ...(metric ? [metric] : [])], colour: metric });
  },
  read: readParallel,
  title: () => "",
  Panel: ParallelPanel,
  Editor: ParallelEditor,
};
