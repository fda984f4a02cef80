/** Charts of one run: the workspace's own board with this run alone on it. */
import { type ReactNode, useCallback, useMemo } from "react";
import { useRunKeys } from "@/api/runs";
import type { Run } from "@/api/types";
import { chartsOf } from "@/charts/custom";
import { type Board, BoardProvider, useMakeBoard } from "@/panels/board";
import { ControlBar } from "@/panels/ControlBar";
import { FullScreen } from "@/panels/FullScreen";
import { PointTip } from "@/panels/PointTip";
import { Sections } from "@/panels/Sections";
import { type Section, sectionsOf } from "@/panels/sections";
import { readCharts, writeCharts } from "@/state/view";
import { EmptyState, ErrorState, Skeleton, Snippet } from "@/ui";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import { WithCursor } from "./cursor/WithCursor";
import "@/panels/panels.css";

const NONE: never[] = [];

export function Charts({ run }: { run: Run }) {
  const t = useText();
  const keys = useRunKeys(run.entity, run.project, run.id);
  const [address, setAddress] = useAddress();
  const view = useMemo(() => readCharts(address), [address]);
  const change = useCallback<Board["change"]>(
    (what, options) => {
      const patch = typeof what === "function" ? what(view) : what;
      setAddress(writeCharts({ ...view, ...patch }), options?.push ?? false);
    },
    [view, setAddress],
  );
  const runs = useMemo(() => [run], [run]);
  const charts = useMemo(() => chartsOf([run]), [run]);
  const chartSection = t.media.charts;
  const { sections, matching, total } = useMemo(
    () => sectionsOf(keys.data ?? NONE, NONE, run.rules, view.metrics, { summary: run.summary, charts, chartSection }),
    [keys.data, run.rules, run.summary, charts, chartSection, view.metrics],
  );
  const board = useMakeBoard(run.entity, run.project, runs, view, change);
  if (keys.isPending)
    return (
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    );
  if (keys.isError) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />;
  if (total === 0)
    return (
      <EmptyState icon="chart" title={t.run.noChartsTitle}>
        {t.run.noChartsWhy}
        <Snippet code={'run.log({"loss": 0.25})'} />
      </EmptyState>
    );
  return (
    <BoardProvider value={board}>
      <Body
        run={run}
        sections={sections}
        bar={
          <ControlBar
            view={view}
            change={change}
            keys={keys.data}
            matching={matching}
            total={total}
            sections={sections.map((section) => section.name || "-")}
          />
        }
      />
      <FullScreen sections={sections} />
      <PointTip />
    </BoardProvider>
  );
}

function Body({ run, sections, bar }: { run: Run; sections: readonly Section[]; bar: ReactNode }) {
  const t = useText();
  return (
    <WithCursor run={run}>
      {bar}
      <Sections sections={sections} empty={<EmptyState icon="search" title={t.run.noMetricMatch} />} />
    </WithCursor>
  );
}
