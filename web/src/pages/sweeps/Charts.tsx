/** The charts of a sweep: parallel coordinates, the best so far, one parameter by itself, the front of several metrics. */
import { type ReactNode, useMemo, useState } from "react";
import type { SweepDetail, SweepRun } from "@/api/types";
import { Parallel, type ParallelLine } from "@/charts/Parallel";
import type { Axis, Brushes, Dimension } from "@/charts/parallel";
import { Chip, Menu } from "@/ui";
import { asNumber, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { METRIC } from "./choice";
import { Dots } from "./Dots";
import type { Dot, DotAxis } from "./dots";
import { bestSoFar, frontLine, importance } from "./progress";

export interface ChartsProps {
  detail: SweepDetail;
  dimensions: readonly Dimension[];
  lines: readonly ParallelLine[];
  axes: readonly Axis[];
  rank: ReadonlyMap<string, number>;
  brushes: Brushes;
  onBrush: (brushes: Brushes) => void;
  chosen: ReadonlySet<string>;
  /** The parameter that is looked at by itself; null for the one that matters most. */
  x: string | null;
  onX: (name: string) => void;
  hovered: string | null;
  onHover: (id: string | null) => void;
  onOpen: (id: string) => void;
}

export function Charts(props: ChartsProps) {
  const { detail, dimensions, lines, brushes, onBrush, chosen, hovered, onHover, onOpen } = props;
  const t = useText().sweeps;
  const { sweep } = detail;
  const brushed = Object.keys(brushes).length > 0;
  return (
    <>
      {dimensions.length > 0 && (
        <section className="ui-card sw-card sw-parallel">
          <header className="ui-card-head">
            <h2>{t.parameters}</h2>
            {sweep.metric && <span className="t3 cut">→ {sweep.metrics.map(nameOf).join(", ") || sweep.metric}</span>}
            <span className="grow" />
            {brushed ? (
              <button type="button" className="ui-badge pointer sw-clear" onClick={() => onBrush({})}>
                {t.chosen(chosen.size, lines.length)} ×
              </button>
            ) : (
              <span className="t3 sw-hint">{t.brushHint}</span>
            )}
          </header>
          <Parallel
            dimensions={dimensions}
            lines={lines}
            brushes={brushes}
            onBrush={onBrush}
            hovered={hovered}
            onHover={onHover}
            onOpen={onOpen}
            label={t.parameters}
          />
        </section>
      )}
      {sweep.metric && (
        <div className="sw-pair">
          <BestSoFar {...props} metric={sweep.metric} brushed={brushed} />
          {sweep.metrics.length > 1 && <Front {...props} />}
          <ByParameter {...props} metric={sweep.metric} />
        </div>
      )}
    </>
  );
}

const nameOf = (metric: { name: string }) => metric.name;

interface CardProps {
  title: string;
  about: string;
  hint?: string;
  end?: ReactNode;
  children: ReactNode;
}

function Card({ title, about, hint, end, children }: CardProps) {
  return (
    <section className="ui-card sw-card" aria-label={title}>
      <header className="ui-card-head">
        <h2 title={hint}>{title}</h2>
        <span className="t3 cut" title={hint ?? about}>
          {about}
        </span>
        <span className="grow" />
        {end}
      </header>
      {children}
    </section>
  );
}

function BestSoFar(props: ChartsProps & { metric: string; brushed: boolean }) {
  const { detail, metric, brushed, chosen, rank } = props;
  const t = useText().sweeps;
  const { runs, sweep } = detail;
  const found = useMemo(() => bestSoFar(runs, sweep.goal, (run) => chosen.has(run.id)), [runs, sweep.goal, chosen]);
  const dots = useMemo(
    () =>
      found.points.map(({ run, x, y }): Dot => ({ id: run.id, name: run.name, x, y, rank: rank.get(run.id) ?? null })),
    [found, rank],
  );
  const [x, y] = useAxes(t.runNumber, metric);
  const best = found.line.at(-1)?.[1];
  return (
    <Card
      title={brushed ? t.bestOfChosen : t.best}
      about={metric}
      end={best !== undefined && <b className="num sw-best">{number(best)}</b>}
    >
      {dots.length === 0 ? (
        <p className="ui-card-empty">{t.noValues(metric)}</p>
      ) : (
        <Dots
          label={t.best}
          dots={dots}
          x={x}
          y={y}
          line={found.line}
          chosen={chosen}
          hovered={props.hovered}
          onHover={props.onHover}
          onOpen={props.onOpen}
          onChoose={(spans) => props.onBrush(brushedBy(props, [[metricAxis(detail, 0), spans?.y]]))}
        />
      )}
    </Card>
  );
}

function useAxes(x: string, y: string): [DotAxis, DotAxis] {
  return useMemo(() => [{ title: x }, { title: y }], [x, y]);
}

function metricAxis(detail: SweepDetail, place: number): string {
  return detail.sweep.metrics.length > 1 ? `${METRIC}${place}` : METRIC;
}

/** The spans with those of these axes drawn anew, by the values that a frame holds. */
function brushedBy(
  { axes, brushes }: Pick<ChartsProps, "axes" | "brushes">,
  spans: readonly (readonly [string, readonly unknown[] | undefined])[],
): Brushes {
  const next = { ...brushes };
  for (const [id, values] of spans) {
    const axis = axes.find((each) => each.id === id);
    const places = (values ?? []).map((value) => axis?.place(value) ?? Number.NaN).filter(Number.isFinite);
    if (places.length === 0) delete next[id];
    else next[id] = [Math.max(0, Math.min(...places) - HAIR), Math.min(1, Math.max(...places) + HAIR)];
  }
  return next;
}

/** A span drawn around dots holds those at its edge, too. */
const HAIR = 0.002;

function ByParameter(props: ChartsProps & { metric: string }) {
  const { detail, metric, rank, chosen } = props;
  const t = useText().sweeps;
  const searched = detail.parameters.filter((each) => each.searched);
  const strongest = useMemo(() => importance(detail.parameters, detail.runs)[0]?.name, [detail]);
  const parameter = searched.find((each) => each.name === (props.x ?? strongest)) ?? searched[0];
  const built = useMemo(
    () => (parameter ? dotsOf(detail.runs, parameter.name, rank) : null),
    [detail.runs, parameter, rank],
  );
  const x = useMemo(
    (): DotAxis => ({ title: parameter?.name ?? "", log: parameter?.log, names: built?.names }),
    [parameter, built],
  );
  const y = useMemo((): DotAxis => ({ title: metric }), [metric]);
  if (!parameter || !built) return null;
  return (
    <Card
      title={t.byParameter}
      about={metric}
      end={
        <Menu
          align="end"
          trigger={<Chip label={parameter.name} />}
          items={searched.map((each) => ({
            id: each.name,
            label: each.name,
            checked: each.name === parameter.name,
            onSelect: () => props.onX(each.name),
          }))}
        />
      }
    >
      {built.dots.length === 0 ? (
        <p className="ui-card-empty">{t.noValues(metric)}</p>
      ) : (
        <Dots
          label={t.byParameter}
          dots={built.dots}
          x={x}
          y={y}
          chosen={chosen}
          hovered={props.hovered}
          onHover={props.onHover}
          onOpen={props.onOpen}
          onChoose={(spans) =>
            props.onBrush(
              brushedBy(props, [
                [parameter.name, built.names ? spans?.x.map((at) => built.values[at]) : spans?.x],
                [metricAxis(detail, 0), spans?.y],
              ]),
            )
          }
        />
      )}
    </Card>
  );
}

/** The runs over one parameter; what is not all numbers stands by name, in the order of the names. */
function dotsOf(runs: readonly SweepRun[], parameter: string, rank: ReadonlyMap<string, number>) {
  const known = runs.filter((run) => run.params[parameter] !== undefined);
  const numeric = known.every((run) => Number.isFinite(asNumber(run.params[parameter]) ?? Number.NaN));
  const byName = new Map(known.map((run) => [oneLine(run.params[parameter]), run.params[parameter]]));
  const names = numeric ? undefined : [...byName.keys()].sort();
  const dots = known.flatMap((run): Dot[] => {
    if (run.value === null || !Number.isFinite(run.value)) return [];
    const value = run.params[parameter];
    const x = names ? names.indexOf(oneLine(value)) : (asNumber(value) ?? Number.NaN);
    return [{ id: run.id, name: run.name, x, y: run.value, rank: rank.get(run.id) ?? null }];
  });
  return { dots, names, values: names?.map((name) => byName.get(name)) ?? [] };
}

function Front(props: ChartsProps) {
  const { detail, chosen } = props;
  const t = useText().sweeps;
  const { metrics } = detail.sweep;
  const [[first, second], setPair] = useState<[number, number]>([0, 1]);
  const [x, y] = useAxes(metrics[first]?.name ?? "", metrics[second]?.name ?? "");
  const front = useMemo(() => new Set(detail.front), [detail.front]);
  const dots = useMemo(
    () =>
      detail.runs.flatMap((run): Dot[] => {
        const [a, b] = [run.values[first], run.values[second]];
        if (a === null || a === undefined || b === null || b === undefined) return [];
        return [{ id: run.id, name: run.name, x: a, y: b, rank: front.has(run.id) ? 1 : 0.2 }];
      }),
    [detail.runs, front, first, second],
  );
  const line = useMemo(
    () =>
      metrics.length === 2
        ? frontLine(
            dots.filter((dot) => front.has(dot.id)).map((dot) => [dot.x, dot.y] as const),
            metrics[1]?.goal ?? "minimize",
          )
        : [],
    [dots, front, metrics],
  );
  return (
    <Card
      title={t.front}
      about={t.runs(detail.front.length)}
      hint={t.frontAbout(detail.front.length)}
      end={
        metrics.length > 2 &&
        ([first, second] as const).map((place, which) => (
          <Menu
            // biome-ignore lint/suspicious/noArrayIndexKey: the first is the one across, the second the one upwards.
            key={which}
            align="end"
            trigger={<Chip label={which === 0 ? "x" : "y"} value={metrics[place]?.name} />}
            items={metrics.map(({ name }, at) => ({
              id: name,
              label: name,
              checked: at === place,
              onSelect: () => setPair(which === 0 ? [at, second] : [first, at]),
            }))}
          />
        ))
      }
    >
      {dots.length === 0 ? (
        <p className="ui-card-empty">{t.noFront}</p>
      ) : (
        <Dots
          label={t.front}
          dots={dots}
          x={x}
          y={y}
          line={line}
          chosen={chosen}
          hovered={props.hovered}
          onHover={props.onHover}
          onOpen={props.onOpen}
          onChoose={(spans) =>
            props.onBrush(
              brushedBy(props, [
                [metricAxis(detail, first), spans?.x],
                [metricAxis(detail, second), spans?.y],
              ]),
            )
          }
        />
      )}
    </Card>
  );
}
