/** System metrics put together: which curves share a chart, in which unit, under which name. Pure. */

export type SystemGroup = "gpu" | "cpu" | "memory" | "disk" | "network" | "process" | "other";
export type Unit = "%" | "bytes" | "bytes/s" | "°C" | "W" | "MHz" | "";

export interface SystemSeries {
  key: string;
  /** The device or direction: `GPU 0`, `/`, `sent`. */
  name: string;
  /** What the stored number is multiplied by to come to the unit. */
  scale: number;
  /** The one of several writers of the run that sampled it; empty where there is one. */
  label: string;
}

export interface SystemChart {
  id: string;
  group: SystemGroup;
  title: string;
  unit: Unit;
  series: SystemSeries[];
}

interface Place {
  group: SystemGroup;
  id: string;
  title: string;
  unit: Unit;
  name: string;
  scale?: number;
}

const GPU: Record<string, [string, Unit]> = {
  gpu: ["Utilisation", "%"],
  memoryAllocated: ["Memory allocated", "%"],
  memoryAllocatedBytes: ["Memory allocated", "bytes"],
  memory: ["Memory bandwidth", "%"],
  temp: ["Temperature", "°C"],
  powerWatts: ["Power", "W"],
  powerPercent: ["Power of limit", "%"],
  enforcedPowerLimitWatts: ["Power limit", "W"],
  graphicsClock: ["Graphics clock", "MHz"],
  smClock: ["SM clock", "MHz"],
  memoryClock: ["Memory clock", "MHz"],
  encoderUtilization: ["Encoder", "%"],
  correctedMemoryErrors: ["Corrected memory errors", ""],
  unCorrectedMemoryErrors: ["Uncorrected memory errors", ""],
};

const MIB = 2 ** 20;
const GIB = 2 ** 30;

const KNOWN: Record<string, Place> = {
  cpu_percent: { group: "cpu", id: "cpu", title: "Utilisation", unit: "%", name: "machine" },
  cpu: { group: "cpu", id: "cpu", title: "Utilisation", unit: "%", name: "process" },
  memory_percent: { group: "memory", id: "memory", title: "Used", unit: "%", name: "machine" },
  memory: { group: "memory", id: "memory", title: "Used", unit: "%", name: "machine" },
  "proc.memory.percent": { group: "memory", id: "memory", title: "Used", unit: "%", name: "process" },
  "proc.memory.rssMB": {
    group: "process",
    id: "rss",
    title: "Resident memory",
    unit: "bytes",
    name: "process",
    scale: MIB,
  },
  "proc.memory.availableMB": {
    group: "memory",
    id: "available",
    title: "Available",
    unit: "bytes",
    name: "machine",
    scale: MIB,
  },
  "proc.cpu.threads": { group: "process", id: "threads", title: "Threads", unit: "", name: "process" },
  "disk.in": { group: "disk", id: "disk-io", title: "Read and written", unit: "bytes", name: "read", scale: MIB },
  "disk.out": { group: "disk", id: "disk-io", title: "Read and written", unit: "bytes", name: "written", scale: MIB },
  "network.sent": { group: "network", id: "network", title: "Traffic", unit: "bytes", name: "sent" },
  "network.recv": { group: "network", id: "network", title: "Traffic", unit: "bytes", name: "received" },
};

/** Where a key belongs. Those of one of several writers of a run end with its label, and stand beside the others. */
function placeOf(key: string): Place {
  const [bare = "", label] = key.replace(/^system[./]/, "").split("/l:");
  const place = placeOfMetric(bare);
  return label ? { ...place, name: `${label}, ${place.name}` } : place;
}

function placeOfMetric(bare: string): Place {
  const known = KNOWN[bare];
  if (known) return known;
  const gpu = /^gpu\.(?:(process)\.)?(\d+)\.(\w+)$/.exec(bare);
  if (gpu?.[2] && gpu[3]) {
    const [title, unit] = GPU[gpu[3]] ?? [gpu[3], ""];
    const own = gpu[1] === "process";
    return {
      group: "gpu",
      id: `gpu-${own ? "process-" : ""}${gpu[3]}`,
      title: own ? `${title}, this process` : title,
      unit,
      name: `GPU ${gpu[2]}`,
    };
  }
  const core = /^cpu\.(\d+)\.(?:cpu_)?percent$/.exec(bare);
  if (core?.[1]) return { group: "cpu", id: "cores", title: "By core", unit: "%", name: `core ${core[1]}` };
  const usage = /^disk\.(.+)\.usage(Percent|GB)$/.exec(bare);
  if (usage?.[1])
    return usage[2] === "GB"
      ? { group: "disk", id: "disk-used", title: "Space used", unit: "bytes", name: usage[1], scale: GIB }
      : { group: "disk", id: "disk-percent", title: "Space used", unit: "%", name: usage[1] };
  return { group: "other", id: bare, title: bare, unit: /percent/i.test(bare) ? "%" : "", name: bare };
}

/** As many columns as fill the rows most evenly where at most `fit` have room: nine panels stand three by three. */
export function evenColumns(panels: number, fit: number): number {
  return Math.max(1, Math.ceil(panels / Math.ceil(panels / Math.max(1, fit))));
}

const NUMERIC = { numeric: true };
const GROUP_ORDER: SystemGroup[] = ["gpu", "cpu", "memory", "process", "disk", "network", "other"];
const GPU_ORDER = Object.keys(GPU);

/** The charts of a run's system keys, grouped and in the order in which one looks: GPU first, where there is one. */
export function systemCharts(keys: readonly string[]): SystemChart[] {
  const charts = new Map<string, SystemChart>();
  for (const key of [...keys].sort((a, b) => a.localeCompare(b, "en", NUMERIC))) {
    const place = placeOf(key);
    const chart = charts.get(place.id) ?? { ...pick(place), series: [] };
    chart.series.push({ key, name: place.name, scale: place.scale ?? 1, label: key.split("/l:")[1] ?? "" });
    charts.set(place.id, chart);
  }
  for (const chart of charts.values()) chart.series.sort((a, b) => a.label.localeCompare(b.label, "en", NUMERIC));
  return [...charts.values()].sort((a, b) => rank(a) - rank(b));
}

function pick(place: Place): Omit<SystemChart, "series"> {
  return { id: place.id, group: place.group, title: place.title, unit: place.unit };
}

function rank(chart: SystemChart): number {
  const base = GROUP_ORDER.indexOf(chart.group) * 100;
  if (chart.group !== "gpu") return base;
  const own = chart.id.startsWith("gpu-process-") ? 50 : 0;
  const place = GPU_ORDER.indexOf(chart.id.replace(/^gpu-(process-)?/, ""));
  return base + own + (place < 0 ? 40 : place);
}
