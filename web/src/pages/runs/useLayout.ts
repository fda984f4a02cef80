/** Which columns there are, which of them are shown and in which order. */
import { useMemo, useRef } from "react";
import { useColumns, useProjectKeys } from "@/api/projects";
import { useRuns } from "@/api/runs";
import type { Run } from "@/api/types";
import { usePins } from "@/state/pins";
import type { Address } from "../parts/address";
import { allColumns, column, firstColumns, formatLayout, type Layout, parseLayout, TREND } from "./columns";

/** So many runs are looked at to choose the columns that stand at first. */
const SAMPLE = 40;
const NO_COLUMNS = { config: [], summary: [] };
const BARE_COLUMNS = firstColumns(NO_COLUMNS, []);
const NO_RUNS: readonly Run[] = [];

/** `begun` says that there are rows: what columns there are is read from all runs of a project, and rows go before it. */
export function useLayout(
  entity: string,
  project: string,
  address: Address,
  setAddress: (patch: Address) => void,
  begun: boolean,
) {
  const [pins, setPins] = usePins(entity, project);
  const columns = useColumns(entity, project, begun);
  const keys = useProjectKeys(entity, project);
  const found = columns.data ?? NO_COLUMNS;
  const metricKeys = useMemo(
    () =>
      (keys.data ?? [])
        .filter((key) => key.kind === "number" && key.points > 1 && !key.key.startsWith("_"))
        .map((key) => key.key),
    [keys.data],
  );
  const isMetric = useMemo(() => {
    const known = new Set(metricKeys);
    return (id: string) => id !== TREND && column(id).kind === "summary" && known.has(column(id).path);
  }, [metricKeys]);

  const sample = useRuns(
    entity,
    project,
    useMemo(() => ({ limit: SAMPLE }), []),
    !address.cols,
  );
  const first = useFirstColumns(columns.data ? found : null, sample.data?.runs ?? NO_RUNS);
  const layout = useMemo((): Layout => {
    const own = parseLayout(address.cols ?? "");
    if (own) return own;
    const order = [...first, ...pins.filter((id) => !first.includes(id))];
    return { order, pinned: [...pins] };
  }, [address.cols, first, pins]);
  const setLayout = (next: Layout | null) => {
    if (next && next.pinned.join() !== layout.pinned.join()) setPins(next.pinned);
    if (!next) setPins([]);
    setAddress({ cols: next ? formatLayout(next) : undefined });
  };
  const every = useMemo(() => {
    const all = allColumns(found);
    return [...all, ...layout.order.filter((id) => !all.includes(id))];
  }, [found, layout.order]);
  const metricColumns = layout.order.filter(isMetric);
  const values = new Set(metricColumns.map((id) => column(id).value));
  const value = metricColumns.length === 0 ? undefined : values.size === 1 ? [...values][0] : null;
  return { found, metricKeys, isMetric, layout, setLayout, every, value };
}

/** The columns that stand at first, settled once there is something to judge by, so that live rows do not move them. */
function useFirstColumns(found: { config: string[]; summary: string[] } | null, runs: readonly Run[]): string[] {
  const kept = useRef<{ metrics: number; configs: number; order: string[] } | null>(null);
  const metrics = found?.summary.length ?? 0;
  const configs = found?.config.length ?? 0;
  const old = kept.current;
  const grown = old && found && ((old.metrics === 0 && metrics > 0) || (old.configs === 0 && configs > 0));
  if (found && runs.length > 0 && (!old || grown))
    kept.current = { metrics, configs, order: firstColumns(found, runs) };
  return kept.current?.order ?? BARE_COLUMNS;
}
