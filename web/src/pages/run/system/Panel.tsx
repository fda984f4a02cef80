/** One chart of the machine: its devices as lines, or as a map of heat where they are many. */
import { memo, useMemo, useState } from "react";
import { type Line, pad, type Span, toLine, ySpan } from "@/plot/curve";
import type { Picture } from "@/plot/LinePlot";
import { nearest } from "@/plot/nearest";
import { NO_SMOOTHING } from "@/plot/smooth";
import { type Store, useStore } from "@/state/store";
import { paletteToken } from "@/theme/colours";
import { IconButton } from "@/ui";
import { useText } from "@/ui/text";
import { duration } from "@/ui/times";
import type { SystemChart, Unit } from "./charts";
import { DeviceHeat } from "./DeviceHeat";
import { type Curves, curvesOf, scaled } from "./measures";
import { Plot } from "./Plot";
import { inUnit } from "./units";

/** From so many devices on one may have a map of heat. */
const FOR_HEAT = 5;
const IN_LEGEND = 8;
/** Units that the head of the panel says, where there is no room to say them of every device. */
const IN_HEAD: ReadonlySet<Unit> = new Set<Unit>(["°C", "W", "MHz"]);
/** Of more devices than this only the first is called by its whole name. */
const ROOMY = 3;
const shorter = (name: string) => name.replace(/^GPU /, "");

export interface PanelProps {
  chart: SystemChart;
  curves: Curves;
  x: Span;
  /** The top of the y axis that charts of one unit share; undefined where it has its own. */
  high: number | undefined;
  pointer: Store<number | null>;
  rest: number | null;
  /** The model of a device, by its name. */
  modelOf: (name: string) => string | undefined;
}

export const Panel = memo(function Panel({ chart, curves, x, high, pointer, rest, modelOf }: PanelProps) {
  const t = useText();
  const many = chart.series.length >= FOR_HEAT;
  const labelled = chart.series.some((series) => series.label);
  const [heat, setHeat] = useState<boolean | null>(null);
  const asHeat = many && (heat ?? (chart.id === "cores" || labelled));
  const lines = useMemo(() => {
    const out: Line[] = [];
    chart.series.forEach((series, place) => {
      const curve = curves.get(series.key);
      if (curve) out.push(toLine(series.key, paletteToken(place), scaled(curve, series.scale), NO_SMOOTHING));
    });
    return out;
  }, [chart, curves]);
  const picture = useMemo(
    (): Picture => ({ lines, x, y: yOf(chart.unit, lines, high), xKind: "duration", logX: false, logY: false }),
    [chart.unit, lines, x, high],
  );
  const drawn = useMemo(() => (asHeat ? curvesOf(chart, curves) : []), [asHeat, chart, curves]);
  const hovered = useStore(pointer, (value) => value);
  const at = hovered ?? rest;
  const nameOf = (name: string) => t.run.systemNames[name as keyof typeof t.run.systemNames] ?? name;
  const brief = chart.group === "gpu" && chart.series.length > ROOMY && !labelled;
  const title = t.run.systemTitles[chart.title as keyof typeof t.run.systemTitles] ?? chart.title;
  return (
    <article className="run-panel" aria-label={title}>
      <header>
        <h3 className="cut">
          {chart.group !== "gpu" && chart.group !== "other" && `${t.run.systemGroups[chart.group]} · `}
          {title}
        </h3>
        {chart.unit && chart.unit !== "bytes" && <span className="t3">{chart.unit}</span>}
        <span className="grow" />
        {at !== null && <span className="ui-badge pointer">{duration(at)}</span>}
        {many && (
          <IconButton
            icon={asHeat ? "chart" : "rows"}
            small
            label={asHeat ? t.system.asLines : t.system.asHeat}
            onClick={() => setHeat(!asHeat)}
          />
        )}
      </header>
      <div className="run-legend num">
        {asHeat ? (
          <Spread lines={lines} at={at} unit={chart.unit} />
        ) : (
          <>
            {chart.series.slice(0, IN_LEGEND).map((series, place) => {
              const line = lines.find((each) => each.id === series.key);
              const value = line && valueNear(line, at);
              const model = modelOf(series.name);
              return (
                <span key={series.key} title={model ? `${series.name} · ${model}` : series.key}>
                  <i style={{ background: `var(${paletteToken(place)})` }} />
                  <span className="t2 cut">{brief && place > 0 ? shorter(series.name) : nameOf(series.name)}</span>
                  <b>{value === undefined ? "—" : inUnit(value, brief && IN_HEAD.has(chart.unit) ? "" : chart.unit)}</b>
                </span>
              );
            })}
            {chart.series.length > IN_LEGEND && <span className="t3">+{chart.series.length - IN_LEGEND}</span>}
          </>
        )}
      </div>
      {asHeat ? (
        <DeviceHeat
          names={chart.series.map((series) => nameOf(series.name))}
          curves={drawn}
          x={x}
          high={picture.y[1]}
          pointer={pointer}
          rest={rest}
          label={title}
          format={(value) => inUnit(value, chart.unit)}
        />
      ) : (
        <Plot picture={picture} pointer={pointer} rest={rest} />
      )}
    </article>
  );
});

/** How far the devices are apart: what a map of heat does not say in numbers. */
function Spread({ lines, at, unit }: { lines: readonly Line[]; at: number | null; unit: Unit }) {
  const t = useText().system;
  const values = lines
    .map((line) => valueNear(line, at))
    .filter((value) => value !== undefined && !Number.isNaN(value)) as number[];
  if (values.length === 0) return <span className="t3">—</span>;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return (
    <>
      <span className="t2">{t.devices(lines.length)}</span>
      {(
        [
          [t.least, Math.min(...values)],
          [t.mean, mean],
          [t.most, Math.max(...values)],
        ] as const
      ).map(([name, value]) => (
        <span key={name}>
          <span className="t2">{name}</span>
          <b>{inUnit(value, unit)}</b>
        </span>
      ))}
    </>
  );
}

/** The last value, or the one under the shared crosshair. */
function valueNear(line: Line, at: number | null): number | undefined {
  if (line.x.length === 0) return undefined;
  return line.y[at === null ? line.x.length - 1 : nearest(line.x, at)];
}

/** Shares run from 0 to 100, everything else from 0 up, so that charts of one unit can be compared. */
function yOf(unit: Unit, lines: readonly Line[], high: number | undefined): Span {
  const own = ySpan(lines, false, null) ?? [0, 1];
  const span: Span = high === undefined ? own : [own[0], Math.max(own[1], high)];
  if (span[0] === 0 && span[1] === 0) return [0, 1];
  if (unit === "%") return [0, Math.max(100, span[1]) * 1.02];
  return pad([Math.min(0, span[0]), span[1]], false);
}
