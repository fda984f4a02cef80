/** The panels of a report, drawn by the workspace's own: the metrics it names, of the newest runs of the project. */
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useProjectKeys } from "@/api/projects";
import { useRuns } from "@/api/runs";
import { type Board, BoardProvider, useMakeBoard } from "@/panels/board";
import { PointTip } from "@/panels/PointTip";
import { PanelOf } from "@/panels/Sections";
import { sectionsOf } from "@/panels/sections";
import { type ChartView, FIRST_SHOWN, PLAIN_CHARTS } from "@/state/view";
import { useText } from "@/ui/text";
import "@/panels/panels.css";

const NONE: never[] = [];

export interface ReportPanelsProps {
  entity: string;
  project: string;
  metrics: readonly string[];
}

export default function ReportPanels({ entity, project, metrics }: ReportPanelsProps) {
  const t = useText().reports;
  const navigate = useNavigate();
  const [view, setView] = useState<ChartView>(PLAIN_CHARTS);
  const runs = useRuns(entity, project, { sort: [{ field: "created_at", descending: true }], limit: FIRST_SHOWN });
  const keys = useProjectKeys(entity, project);
  const change = useCallback<Board["change"]>(
    (what) => {
      const patch = typeof what === "function" ? what(view) : what;
      if (patch.panel)
        void navigate({
          to: "/$entity/$project/workspace",
          params: { entity, project },
          search: { panel: patch.panel } as never,
        });
      else setView({ ...view, ...patch });
    },
    [view, navigate, entity, project],
  );
  const drawn = runs.data?.runs ?? NONE;
  const board = useMakeBoard(entity, project, drawn, view, change);
  const panels = useMemo(() => {
    const { sections } = sectionsOf(keys.data ?? NONE, NONE, drawn[0]?.rules ?? NONE, "");
    const all = sections.flatMap((section) => section.panels);
    return metrics.flatMap((key) => all.find((panel) => panel.key === key) ?? []);
  }, [keys.data, drawn, metrics]);
  if (panels.length === 0) return null;
  return (
    <BoardProvider value={board}>
      <div className={panels.length === 1 ? "rp-grid one" : "rp-grid"}>
        {panels.map((panel) => (
          <div key={panel.key}>
            <PanelOf spec={panel} />
          </div>
        ))}
      </div>
      <p className="rp-runs t3">{t.newestRuns(drawn.length)}</p>
      <PointTip />
    </BoardProvider>
  );
}
