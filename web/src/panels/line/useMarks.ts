import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { askJson, at } from "@/api/client";
import type { Alert, Run } from "@/api/types";
import { useBoard } from "@/panels/board";
import type { Mark } from "@/plot/LinePlot";
import { useText } from "@/ui/text";
import type { Annotation } from "./config";

/** What stands at places of x: what people wrote there; over time, where one run went on and what it said aloud. */
export function useMarks(x: string, annotations: readonly Annotation[]): readonly Mark[] {
  const { runs } = useBoard();
  const t = useText().lines;
  const [run] = runs;
  const alone = runs.length === 1 && (x === "_time" || x === "_runtime") ? run : undefined;
  const alerts = useAlerts(alone);
  return useMemo(
    () => marksOf({ x, annotations, run: alone, alerts, resumed: t.resumed }),
    [x, annotations, alone, alerts, t],
  );
}

export interface MarkSources {
  x: string;
  annotations: readonly Annotation[];
  /** The run whose times are marked, where there is one. */
  run: Pick<Run, "created_at" | "attempts"> | undefined;
  alerts: readonly Pick<Alert, "at" | "title">[];
  resumed: (attempt: number) => string;
}

export function marksOf({ x, annotations, run, alerts, resumed }: MarkSources): Mark[] {
  const own = annotations
    .filter(({ axis }) => axis === x)
    .map((each): Mark => ({ x: each.x, text: each.text, colour: "--accent" }));
  if (!run) return own;
  const place = (time: number) => (x === "_time" ? time : time - run.created_at);
  return [
    ...own,
    ...run.attempts
      .slice(1)
      .map((attempt, i): Mark => ({ x: place(attempt.started_at), text: resumed(i + 2), colour: "--running" })),
    ...alerts.map((alert): Mark => ({ x: place(alert.at), text: alert.title, colour: "--crashed" })),
  ];
}

/** The same question as the card of alerts asks, so that both have one answer. */
function useAlerts(run: Run | undefined): readonly Alert[] {
  const { data } = useQuery({
    queryKey: ["alerts", run?.entity, run?.project, run?.id] as const,
    queryFn: ({ signal }) =>
      run ? askJson<Alert[]>(at("runs", run.entity, run.project, run.id, "alerts"), { signal }) : [],
    enabled: run !== undefined,
    staleTime: 15_000,
  });
  return data ?? NO_ALERTS;
}

const NO_ALERTS: readonly Alert[] = [];
