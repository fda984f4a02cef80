/** The run's use of its machine in a row of numbers, and a word of warning where its GPUs stood idle. */
import type { ReactNode } from "react";
import type { Run } from "@/api/types";
import { Icon } from "@/ui";
import { bytes, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { SystemChart } from "./charts";
import { type Curves, curvesOf, energyOf, idlingOf, meanOf, peakOf } from "./measures";
import { inUnit } from "./units";

export function Measures({ run, charts, curves }: { run: Run; charts: readonly SystemChart[]; curves: Curves }) {
  const t = useText().system;
  const of = (id: string) =>
    curvesOf(
      charts.find((chart) => chart.id === id),
      curves,
    );
  const gpu = of("gpu-gpu");
  const watts = of("gpu-powerWatts");
  const cpu = charts.find((chart) => chart.id === "cpu")?.series.find((series) => series.name.endsWith("machine"));
  const processors = cpu ? curves.get(cpu.key) : undefined;
  const network = charts
    .find((chart) => chart.id === "network")
    ?.series.find((series) => series.name.endsWith("received"));
  const received = network ? curves.get(network.key) : undefined;
  const idle = idlingOf(gpu, processors);
  const total = Array.isArray(run.metadata.gpu_nvidia)
    ? Number((run.metadata.gpu_nvidia[0] as Record<string, unknown> | undefined)?.memoryTotal)
    : Number.NaN;
  const tiles: [string, string | null, ReactNode?][] = [
    [
      t.gpuMean,
      told(meanOf(gpu), (value) => inUnit(value, "%")),
      gpu.length > 1 ? t.overDevices(gpu.length) : undefined,
    ],
    [
      t.gpuMemory,
      told(peakOf(of("gpu-memoryAllocatedBytes")), bytes) ??
        told(peakOf(of("gpu-memoryAllocated")), (v) => inUnit(v, "%")),
      Number.isFinite(total) && of("gpu-memoryAllocatedBytes").length > 0 ? t.ofTotal(bytes(total)) : undefined,
    ],
    [t.gpuTemp, told(peakOf(of("gpu-temp")), (value) => inUnit(value, "°C"))],
    [
      t.energy,
      told(energyOf(watts), (value) => `${number(value, 3)} kWh`),
      watts.length > 0 ? t.meanPower(inUnit((meanOf(watts) ?? 0) * watts.length, "W")) : undefined,
    ],
    [t.cpuMean, told(processors ? meanOf([processors]) : null, (value) => inUnit(value, "%"))],
    [t.memory, told(peakOf(of("rss")), bytes), t.ofProcess],
    [t.received, told(received ? peakOf([received]) : null, bytes)],
  ];
  const shown = tiles.filter(([, value]) => value !== null);
  return (
    <>
      {shown.length > 0 && (
        <dl className="run-tiles num">
          {shown.map(([name, value, more]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {value}
                {more && <span className="t3">{more}</span>}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {idle && (
        <p className="run-idle" role="status">
          <Icon name="warn" small />
          <span>
            <b>{t.idle(inUnit(idle.share * 100, "%"), idle.below, idle.looks)}</b>{" "}
            {idle.cpu !== null && idle.cpu > 80 ? t.idleBusy(inUnit(idle.cpu, "%")) : t.idleWhy}
          </span>
        </p>
      )}
    </>
  );
}

function told(value: number | null, say: (value: number) => string): string | null {
  return value === null ? null : say(value);
}
