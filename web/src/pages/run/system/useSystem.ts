/** The system metrics of a run: its charts and their curves, as fresh as they come. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useRunKeys } from "@/api/runs";
import { type Curve, seriesQuery } from "@/api/series";
import type { Run } from "@/api/types";
import { type SystemChart, systemCharts } from "./charts";

const BUCKETS = 500;
const LIVE_MS = 2000;
/** So many metrics are read less often. */
const MANY = 60;
const MANY_LIVE_MS = 6000;

export interface System {
  charts: readonly SystemChart[];
  curves: ReadonlyMap<string, Curve>;
  pending: boolean;
  error: unknown;
  retry: () => void;
}

export function useSystem(run: Run): System {
  const keys = useRunKeys(run.entity, run.project, run.id, "system");
  const names = useMemo(
    () => (keys.data ?? []).filter((key) => key.kind === "number" && !key.key.startsWith("_")).map((key) => key.key),
    [keys.data],
  );
  const charts = useMemo(() => systemCharts(names), [names]);
  const live = names.length > MANY ? MANY_LIVE_MS : LIVE_MS;
  const series = useQuery({
    ...seriesQuery(run.entity, run.project, {
      runs: [run.id],
      keys: names,
      stream: "system",
      x: "_runtime",
      buckets: BUCKETS,
    }),
    enabled: names.length > 0,
    refetchInterval: run.state === "running" ? live : false,
  });
  const curves = useMemo(() => new Map(series.data?.curves.map((curve) => [curve.key, curve])), [series.data]);
  return {
    charts,
    curves,
    pending: keys.isPending || (names.length > 0 && series.isPending),
    error: keys.error ?? (series.data ? null : series.error),
    retry: () => {
      void keys.refetch();
      void series.refetch();
    },
  };
}
