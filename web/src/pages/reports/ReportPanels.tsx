/** The panels of a report, drawn by the workspace's own over the runs that the part names. */
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { useProjectKeys } from "@/api/projects";
import { useRuns } from "@/api/runs";
import { type Board, BoardProvider, useMakeBoard } from "@/panels/board";
import { PointTip } from "@/panels/PointTip";
import { PanelOf } from "@/panels/Sections";
import { sectionsOf } from "@/panels/sections";
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
  /** Stands in the place of a panel's foot while one edits: by its place. */
  footOf?: (place: number) => ReactNode;
}

export default function ReportPanels({ entity, project, part, footOf }: ReportPanelsProps) {
  const t = useText().reports;
  const navigate = useNavigate();
  const [view, setView] = useState<ChartView>(PLAIN_CHARTS);
  const list = useMemo(() => readRuns(Object.fromEntries(new URLSearchParams(part.runs))), [part.runs]);
  const runs = useRuns(entity, project, { ...searchOf(list), limit: FIRST_SHOWN });
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
    return part.panels.flatMap((def) => {
      const [key] = Array.isArray(def.config.keys) ? (def.config.keys as unknown[]) : [];
      return all.find((panel) => panel.key === key) ?? [];
    });
  }, [keys.data, drawn, part.panels]);
  if (runs.error) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />;
  if (part.panels.length === 0) return <p className="t3 rp-runs">{t.noPanelsRead}</p>;
  return (
    <BoardProvider value={board}>
      <div className={panels.length === 1 ? "rp-grid one" : "rp-grid"}>
        {panels.map((panel, place) => (
          <div key={panel.key}>
            <PanelOf spec={panel} />
            {footOf?.(place)}
          </div>
        ))}
      </div>
      <p className="rp-runs t3">{part.runs ? t.chosenRuns(drawn.length) : t.newestRuns(drawn.length)}</p>
      <PointTip />
    </BoardProvider>
  );
}
