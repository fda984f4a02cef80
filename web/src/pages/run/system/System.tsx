/** The machine while the run went: small charts that share their units, their axis of time and their crosshair. */
import { type CSSProperties, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import type { Span } from "@/plot/curve";
import { Store } from "@/state/store";
import { Button, EmptyState, ErrorState, Skeleton, Snippet } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { duration } from "@/ui/times";
import { useAddress } from "../../parts/address";
import { useTimeOf } from "../cursor/time-of";
import { machineOf } from "../machine";
import { evenColumns } from "./charts";
import { Measures } from "./Measures";
import { sharedHigh, sharedName } from "./measures";
import { Panel } from "./Panel";
import { useSystem } from "./useSystem";
import "@/plot/plot.css";
import "./system.css";

export default function System({ run }: { run: Run }) {
  const t = useText();
  const { charts, curves, pending, error, retry } = useSystem(run);
  const [host, fit] = useFit();
  const [address, setAddress] = useAddress();
  const pointer = useRef(new Store<number | null>(null)).current;
  const step = address.step === undefined ? Number.NaN : Number(address.step);
  const time = useTimeOf(run, Number.isFinite(step) ? step : null);
  const rest = time === null ? null : Math.max(0, time - run.created_at);
  const x = useMemo((): Span => spanOf([...curves.values()]), [curves]);
  const high = useMemo(() => sharedHigh(charts, curves), [charts, curves]);
  const gpus = useMemo(() => machineOf(run.metadata).gpus, [run.metadata]);
  const modelOf = useCallback(
    (name: string) => {
      const device = /GPU (\d+)$/.exec(name);
      return device ? (gpus[Number(device[1])] ?? gpus[0]) : undefined;
    },
    [gpus],
  );
  if (pending)
    return (
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    );
  if (error) return <ErrorState error={error} onRetry={retry} />;
  if (charts.length === 0)
    return (
      <EmptyState icon="chip" title={t.run.noSystemTitle}>
        {run.state === "running" ? t.run.noSystemYet : t.run.noSystemWhy}
        <Snippet code="gnomon.init(settings=gnomon.Settings(x_disable_stats=False))" />
      </EmptyState>
    );
  const kinds = [...new Set(gpus)];
  const named = kinds.map((kind) => {
    const n = gpus.filter((each) => each === kind).length;
    return n > 1 ? `${n} × ${kind}` : kind;
  });
  const parts = [
    {
      id: "gpu",
      title: t.run.systemGroups.gpu,
      about: named.join(", "),
      own: charts.filter((chart) => chart.group === "gpu"),
    },
    { id: "rest", title: t.run.machine, about: run.host, own: charts.filter((chart) => chart.group !== "gpu") },
  ].filter((part) => part.own.length > 0);
  return (
    <div className="run-system" ref={host}>
      {rest !== null && (
        <p className="run-system-cursor num">
          {t.system.cursorAt(count(step), duration(rest))}
          <Button variant="bare" icon="x" onClick={() => setAddress({ step: undefined })}>
            {t.common.clear}
          </Button>
        </p>
      )}
      <Measures run={run} charts={charts} curves={curves} />
      {parts.map(({ id, title, about, own }) => (
        <section key={id}>
          <h2 className="run-section">
            {title} <span className="ui-count">{t.run.panels(own.length)}</span>
            {about && <span className="t3 cut run-section-about">{about}</span>}
          </h2>
          <div className="run-grid" style={gridStyle(own.length, fit)}>
            {own.map((chart) => (
              <Panel
                key={chart.id}
                chart={chart}
                curves={curves}
                x={x}
                high={high.get(sharedName(chart))}
                pointer={pointer}
                rest={rest}
                modelOf={modelOf}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function gridStyle(panels: number, fit: number): CSSProperties {
  const columns = evenColumns(panels, fit);
  return { "--columns": columns, "--rows": Math.ceil(panels / columns) } as CSSProperties;
}

const LEAST_WIDTH = 316;
const GAP = 8;

/** How many panels have room beside each other. */
function useFit(): [(element: HTMLDivElement | null) => void, number] {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [fit, setFit] = useState(3);
  useLayoutEffect(() => {
    if (!element) return;
    const measure = () =>
      setFit(Math.max(1, Math.min(5, Math.floor((element.clientWidth - 24 + GAP) / (LEAST_WIDTH + GAP)))));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [element]);
  return [setElement, fit];
}

function spanOf(curves: readonly Curve[]): Span {
  let last = 1;
  for (const curve of curves) if (curve.length > 0) last = Math.max(last, curve.xMax[curve.length - 1] ?? 0);
  return [0, last];
}
