/** Charts, or media, of the runs: the workspace's own board with these runs on it. */
import { useCallback, useMemo } from "react";
import { useProjectKeys } from "@/api/projects";
import type { KeyInfo } from "@/api/types";
import { chartsOf } from "@/charts/custom";
import { type Board as BoardOf, BoardProvider, useMakeBoard } from "@/panels/board";
import { ControlBar } from "@/panels/ControlBar";
import { FullScreen } from "@/panels/FullScreen";
import { PointTip } from "@/panels/PointTip";
import { Sections } from "@/panels/Sections";
import { flatSections } from "@/panels/sections";
import { usePanels } from "@/panels/usePanels";
import { PLAIN_LAYOUT } from "@/state/layout";
import { readCharts, writeCharts } from "@/state/view";
import { EmptyState, ErrorState } from "@/ui";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import type { Compared } from "./index";
import { Waiting } from "./index";
import "@/panels/panels.css";

const NONE: readonly KeyInfo[] = [];

export default function Board({ entity, project, runs, base, media }: Compared & { media: boolean }) {
  const t = useText();
  const [address, setAddress] = useAddress();
  const view = useMemo(() => readCharts(address), [address]);
  const change = useCallback<BoardOf["change"]>(
    (what, options) => {
      const patch = typeof what === "function" ? what(view) : what;
      setAddress(writeCharts({ ...view, ...patch }), options?.push ?? false);
    },
    [view, setAddress],
  );
  const history = useProjectKeys(entity, project, "history");
  const system = useProjectKeys(entity, project, "system");
  const board = useMakeBoard(entity, project, runs, view, change, { baseline: base });
  const charts = useMemo(() => chartsOf(runs), [runs]);
  const wanted = useMemo(() => {
    // the table of a chart is seen as the chart
    const tables = new Set(charts.map((chart) => chart.table));
    return history.data?.filter((key) => (key.kind === "media") === media && !tables.has(key.key));
  }, [history.data, media, charts]);
  const own = useMemo(
    () => ({ summary: {}, charts: media ? [] : charts, chartSection: t.media.charts }),
    [media, charts, t],
  );
  const { sections, matching, total } = usePanels({
    history: wanted,
    system: media ? NONE : system.data,
    rules: base.rules,
    own,
    layout: PLAIN_LAYOUT,
    search: view.metrics,
  });
  if (history.isPending) return <Waiting />;
  if (history.isError) return <ErrorState error={history.error} onRetry={() => void history.refetch()} />;
  return (
    <BoardProvider value={board}>
      <div className="cp-board">
        <ControlBar
          view={view}
          change={change}
          keys={history.data}
          matching={matching}
          total={total}
          sections={flatSections(sections).map((section) => section.name || "-")}
        />
        <Sections
          sections={sections}
          empty={
            total === 0 ? (
              <EmptyState
                icon={media ? "image" : "chart"}
                title={media ? t.compare.noMedia : t.workspace.panels.noMetrics}
              >
                {media ? t.compare.noMediaWhy : t.workspace.panels.noMetricsWhy}
              </EmptyState>
            ) : (
              <EmptyState icon="search" title={t.workspace.panels.noMatch} />
            )
          }
        />
      </div>
      <FullScreen sections={sections} />
      <PointTip />
    </BoardProvider>
  );
}
