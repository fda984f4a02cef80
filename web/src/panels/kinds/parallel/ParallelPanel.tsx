/** Many runs as lines over many axes: what was tried, and what came of it. Lines on canvases, axes above them. */
import { type PointerEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { axisOf, type Brushes, isChosen, runPath } from "@/charts/parallel";
import { useBoard } from "@/panels/board";
import { standsBack, useChosen, usePicking } from "@/panels/chosen";
import type { PanelProps } from "@/panels/kinds";
import { useSize } from "@/panels/media/useSize";
import { fieldOf, nameOf } from "@/state/fields";
import { useStore } from "@/state/store";
import { inkOf, shadeToken } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { KindFrame } from "../KindFrame";
import { Offer } from "../Offer";
import { ShadeKey, shadeKeyHeight } from "../ShadeKey";
import { scaleOf } from "../scatter/config";
import { useOpenRun } from "../stepping";
import { metricOf, useValues } from "../values";
import { AxisView } from "./AxisView";
import { moved, offLine, type ParallelConfig } from "./config";
import { type LinePlaces, strokeLine } from "./paint";

const TOP = 34;
const FOOT = 12;
const EDGE = 46;
const REACH = 6;
const MANY = 300;

export function ParallelPanel({ def, config, large }: PanelProps<ParallelConfig>) {
  const t = useText();
  const board = useBoard();
  const theme = useTheme();
  const open = useOpenRun();
  const hovered = useStore(board.hover, (id) => id);
  const fields = useMemo(() => [...config.axes, config.colour].filter(Boolean), [config.axes, config.colour]);
  const values = useValues(fields, config.statistic);
  const { runs, groups, tokenOf } = board;
  const cellOf = useCallback(
    (run: (typeof runs)[number], field: string) =>
      metricOf(field) === null ? fieldOf(run, field) : (values.number(run, field) ?? fieldOf(run, field)),
    [values.number],
  );
  const axes = useMemo(
    () =>
      config.axes.map((id) =>
        axisOf(
          { id, label: nameOf(id), log: config.log.includes(id), inverted: config.inverted.includes(id) },
          runs.map((run) => cellOf(run, id)),
        ),
      ),
    [config.axes, config.log, config.inverted, runs, cellOf],
  );
  const [brushes, setBrushes] = useState<Brushes>({});
  const letGo = useCallback(() => setBrushes((old) => (Object.keys(old).length > 0 ? {} : old)), []);
  const pick = usePicking(def.id, letGo);
  const picked = useChosen();
  const shade = useMemo(
    () =>
      scaleOf(
        runs.flatMap((run) => values.number(run, config.colour) ?? []),
        config.log.includes(config.colour),
        0,
      ),
    [runs, values.number, config.colour, config.log],
  );
  const tokens = useMemo(() => {
    const ofGroup = new Map((groups ?? []).flatMap((group) => group.runs.map((run) => [run.id, group.token] as const)));
    return runs.map((run) => {
      if (!config.colour) return ofGroup.get(run.id) ?? tokenOf(run);
      const value = values.number(run, config.colour);
      return value === null || !Number.isFinite(value) ? "--text-3" : shadeToken(shade.at(value));
    });
  }, [runs, groups, config.colour, values.number, shade, tokenOf]);
  const lines = useMemo(
    () =>
      runs.map(
        (run, place): LinePlaces => ({
          run,
          token: tokens[place]!,
          places: axes.map((axis) => axis.place(cellOf(run, axis.id))),
        }),
      ),
    [runs, axes, tokens, cellOf],
  );
  const brush = (next: Brushes) => {
    setBrushes(next);
    const any = Object.keys(next).length > 0;
    const within = any ? runs.filter((run) => isChosen(axes, next, (id) => cellOf(run, id))) : [];
    pick(any ? within.map((run) => run.id) : null);
  };
  const mine = picked?.panel === def.id ? picked.runs : null;
  const [host, width, height] = useSize();
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<{ from: number; at: number } | null>(null);
  const side = config.colour ? 62 : 0;
  const inner = Math.max(1, width - 2 * EDGE - side);
  const x = (axis: number) => (axes.length < 2 ? EDGE + inner / 2 : EDGE + (inner * axis) / (axes.length - 1));
  const tall = Math.max(1, height - TOP - FOOT);
  const y = (at: number) => TOP + (1 - at) * tall;
  // biome-ignore lint/correctness/useExhaustiveDependencies: x and y follow from the sizes; colours change with the theme.
  useLayoutEffect(() => {
    const pen = penOf(below.current, width, height);
    if (!pen) return;
    const isBack = (line: LinePlaces) => standsBack(picked, [line.run]);
    for (const back of [true, false])
      for (const line of lines) {
        if (isBack(line) !== back) continue;
        pen.strokeStyle = inkOf(back ? "--line-strong" : line.token);
        pen.globalAlpha = back ? 0.35 : lines.length > MANY && !picked ? 0.45 : 0.8;
        pen.lineWidth = 1.3;
        strokeLine(pen, line.places, x, y);
      }
  }, [lines, picked, width, height, theme, axes.length]);
  const lit = useMemo(() => {
    if (hovered === null) return [];
    const group = groups?.find((each) => each.id === hovered);
    const inGroup = new Set(group?.runs.map((run) => run.id));
    return lines.filter((line) => line.run.id === hovered || inGroup.has(line.run.id));
  }, [lines, hovered, groups]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above.
  useLayoutEffect(() => {
    const pen = penOf(above.current, width, height);
    if (!pen) return;
    for (const line of lit)
      for (const [token, wide] of [
        ["--card", 5],
        [line.token, 2.5],
      ] as const) {
        pen.strokeStyle = inkOf(token);
        pen.lineWidth = wide;
        strokeLine(pen, line.places, x, y);
      }
  }, [lit, width, height, theme, axes.length]);
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
      if (from === null || from === undefined || to === null || to === undefined) continue;
      if (standsBack(picked, [line.run])) continue;
      const off = offLine(share, y(from), y(to), my);
      if (off < least) [best, least] = [line.run.id, off];
    }
    return best;
  };
  const one = lit.length === 1 ? lit[0] : undefined;
  const change = (patch: Partial<ParallelConfig>) =>
    board.edit((old) => ({
      ...old,
      panels: { ...old.panels, [def.id]: { ...(old.panels[def.id] ?? def), config: { ...config, ...patch } } },
    }));
  const reorder = (from: number, to: number) => {
    if (to >= 0 && to < axes.length) change({ axes: moved(config.axes, from, to) });
  };
  const title = t.kinds.names.parallel;
  return (
    <KindFrame
      def={def}
      title={title}
      large={large}
      picture
      complete={(svg) => addLines(svg, lines, x, y, (line) => standsBack(picked, [line.run]))}
      pending={values.pending}
      error={values.error}
      onRetry={values.retry}
      badges={
        one ? (
          <span className="ui-badge kd-lit">
            <i style={{ background: inkOf(one.token) }} />
            {one.run.name}
          </span>
        ) : (
          mine && <span className="ui-badge">{t.kinds.chosen(mine.size, runs.length)}</span>
        )
      }
      after={mine && <Offer runs={[...mine]} onClear={() => brush({})} />}
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
          .filter((line) => !standsBack(picked, [line.run]))
          .map(({ run }) => [run.id, run.name, ...axes.map((axis) => plain(cellOf(run, axis.id)))]),
      })}
    >
      <div className="kd-fill" ref={host}>
        <canvas ref={below} style={{ width, height, opacity: lit.length > 0 ? 0.3 : 1 }} />
        <canvas ref={above} style={{ width, height }} />
        {width > 0 && (
          <svg
            className={hovered && lit.length > 0 ? "kd-svg kd-parallel on" : "kd-svg kd-parallel"}
            data-picture
            width={width}
            height={height}
            role="group"
            aria-label={`${title}: ${axes.map((axis) => axis.label).join(", ")}; ${t.common.runs(runs.length)}`}
            onPointerMove={(event) => !drag && board.hover.set(near(event))}
            onPointerLeave={() => board.hover.set(null)}
            onClick={(event) => {
              const run = near(event as unknown as PointerEvent<SVGSVGElement>);
              if (run && !(event.target as Element).closest(".axis")) open(run);
            }}
          >
            {axes.map((axis, place) => (
              <AxisView
                key={axis.id}
                axis={axis}
                x={drag?.from === place ? drag.at : x(place)}
                y={y}
                room={axes.length > 1 ? inner / (axes.length - 1) : inner}
                brush={brushes[axis.id] ?? null}
                value={one ? oneLine(cellOf(one.run, axis.id)) : ""}
                onBrush={(next) => {
                  const { [axis.id]: _gone, ...rest } = brushes;
                  brush(next ? { ...rest, [axis.id]: next } : rest);
                }}
                onDrag={(at) => setDrag({ from: place, at })}
                onDrop={(at) => {
                  setDrag(null);
                  const to = Math.round(((at - EDGE) / inner) * (axes.length - 1));
                  if (to !== place) reorder(place, Math.max(0, Math.min(axes.length - 1, to)));
                }}
                onStep={(by) => reorder(place, place + by)}
                onInvert={() =>
                  change({
                    inverted: config.inverted.includes(axis.id)
                      ? config.inverted.filter((each) => each !== axis.id)
                      : [...config.inverted, axis.id],
                  })
                }
              />
            ))}
            {config.colour && (
              <>
                <ShadeKey x={width - side + 12} top={TOP} tall={tall} low={shade.low} high={shade.high} />
                <text className="tick" x={width - 2} y={TOP + shadeKeyHeight(tall) + 14} textAnchor="end">
                  {nameOf(config.colour)
                    .slice(nameOf(config.colour).lastIndexOf("/") + 1)
                    .slice(0, 10)}
                </text>
              </>
            )}
          </svg>
        )}
      </div>
    </KindFrame>
  );
}

function plain(value: unknown): string | number {
  return typeof value === "number" ? value : value === undefined || value === null ? "" : oneLine(value);
}

/** A clean pen over the whole of a canvas, at the screen's own fineness. */
function penOf(canvas: HTMLCanvasElement | null, width: number, height: number): CanvasRenderingContext2D | null {
  const pen = canvas?.getContext("2d");
  if (!canvas || !pen || width === 0) return null;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.scale(ratio, ratio);
  return pen;
}

/** The lines, which stand on a canvas on the screen, as paths below the axes of a picture that is saved. */
function addLines(
  svg: SVGSVGElement,
  lines: readonly LinePlaces[],
  x: (axis: number) => number,
  y: (at: number) => number,
  isBack: (line: LinePlaces) => boolean,
): void {
  for (const line of [...lines].reverse()) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", runPath(line.places, x, y));
    path.setAttribute("fill", "none");
    path.setAttribute("stroke", inkOf(isBack(line) ? "--line-strong" : line.token));
    path.setAttribute("stroke-opacity", isBack(line) ? "0.35" : "0.8");
    svg.prepend(path);
  }
}
