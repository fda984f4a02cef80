/** Charts of one run: the workspace's own board with this run alone on it, as one arranged it for every run. */
import { useMemo } from "react";
import { useRunKeys } from "@/api/runs";
import type { KeyInfo, Run } from "@/api/types";
import { chartsOf } from "@/charts/custom";
import { BoardArea } from "@/panels/BoardArea";
import { BoardProvider, useMakeBoard } from "@/panels/board";
import { PointTip } from "@/panels/PointTip";
import { usePanels } from "@/panels/usePanels";
import { Opened } from "@/panels/views/Opened";
import { type Standing, useWorkspace } from "@/panels/views/useWorkspace";
import { Button, EmptyState, ErrorState, Skeleton, Snippet } from "@/ui";
import { useText } from "@/ui/text";
import { WithCursor } from "./cursor/WithCursor";
import "@/panels/panels.css";

const NO_KEYS: readonly KeyInfo[] = [];

export function Charts({ run }: { run: Run }) {
  return (
    <Opened entity={run.entity} project={run.project} page="run" waiting={<Waiting />}>
      {(standing) => <Arranged run={run} standing={standing} />}
    </Opened>
  );
}

function Waiting() {
  return (
    <div className="run-wait">
      <Skeleton rows={10} height={14} />
    </div>
  );
}

function Arranged({ run, standing }: { run: Run; standing: Standing }) {
  const t = useText();
  const keys = useRunKeys(run.entity, run.project, run.id);
  const workspace = useWorkspace(run.entity, run.project, "run", standing);
  const { charts, changeCharts, layout, edit } = workspace;
  const runs = useMemo(() => [run], [run]);
  const described = useMemo(() => JSON.stringify(chartsOf([run])), [run]);
  const { summary } = run;
  const chartSection = t.media.charts;
  const own = useMemo(
    () => ({ summary, charts: JSON.parse(described) as ReturnType<typeof chartsOf>, chartSection }),
    [summary, described, chartSection],
  );
  const panels = usePanels({
    history: keys.data,
    system: NO_KEYS,
    rules: run.rules,
    own,
    layout,
    search: charts.metrics,
  });
  const board = useMakeBoard(run.entity, run.project, runs, charts, changeCharts, {
    layout,
    edit,
    around: panels.around,
  });
  if (keys.isPending) return <Waiting />;
  if (keys.isError) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />;
  if (panels.total === 0 && layout.removed.length === 0)
    return (
      <EmptyState icon="chart" title={t.run.noChartsTitle}>
        {t.run.noChartsWhy}
        <Snippet code={'run.log({"loss": 0.25})'} />
      </EmptyState>
    );
  return (
    <BoardProvider value={board}>
      <WithCursor run={run}>
        <BoardArea
          workspace={workspace}
          all={panels.all}
          sections={panels.sections}
          matching={panels.matching}
          total={panels.total}
          history={panels.history}
          system={panels.system}
          empty={
            <EmptyState
              icon="search"
              title={t.run.noMetricMatch}
              action={<Button onClick={() => changeCharts({ metrics: "" })}>{t.workspace.panels.clearSearch}</Button>}
            />
          }
        />
      </WithCursor>
      <PointTip />
    </BoardProvider>
  );
}
