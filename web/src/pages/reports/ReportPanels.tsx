/** The panels of a report, drawn by the workspace's own over the runs that the part names. */
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useRuns } from "@/api/runs";
import { type Board, BoardProvider, useMakeBoard } from "@/panels/board";
import { PanelOf } from "@/panels/PanelOf";
import { PointTip } from "@/panels/PointTip";
import { useGroups } from "@/state/groups";
import { PLAIN_LAYOUT } from "@/state/layout";
import { type ChartView, FIRST_SHOWN, PLAIN_CHARTS, readRuns } from "@/state/view";
import { ErrorState } from "@/ui";
import { useText } from "@/ui/text";
import { searchOf } from "../workspace/runs";
import type { PanelsPart } from "./document";
import "@/panels/panels.css";

const NONE: never[] = [];

export interface ReportPanelsProps {
  entity: string;
  project: string;
  part: PanelsPart;
  /** Stands below each panel while one edits: by its place. */
  footOf?: (place: number) => ReactNode;
}

export default function ReportPanels({ entity, project, part, footOf }: ReportPanelsProps) {
  const t = useText().reports;
  const navigate = useNavigate();
  const [view, setView] = useState<ChartView>(PLAIN_CHARTS);
  const list = useMemo(() => readRuns(Object.fromEntries(new URLSearchParams(part.runs))), [part.runs]);
  const runs = useRuns(entity, project, { ...searchOf(list), limit: list.group.length > 0 ? 200 : FIRST_SHOWN });
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
  const { groups, tokenOf } = useGroups(drawn, list.group, list.colour);
  // how the panels of a report are drawn is said in the report
  const layout = useMemo(
    () => ({ ...PLAIN_LAYOUT, panels: Object.fromEntries(part.panels.map((def) => [def.id, def])) }),
    [part.panels],
  );
  const board = useMakeBoard(entity, project, drawn, view, change, { groups, tokenOf, layout });
  if (runs.error) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />;
  if (part.panels.length === 0) return <p className="t3 rp-runs">{footOf ? t.noPanels : t.noPanelsRead}</p>;
  return (
    <BoardProvider value={board}>
      <div className={part.panels.length === 1 ? "rp-grid one" : "rp-grid"}>
        {part.panels.map((def, place) => (
          <div key={def.id} className="rp-panel">
            <PanelOf def={def} />
            {footOf?.(place)}
          </div>
        ))}
      </div>
      <p className="rp-runs t3">{part.runs ? t.chosenRuns(drawn.length) : t.newestRuns(drawn.length)}</p>
      <PointTip />
    </BoardProvider>
  );
}
