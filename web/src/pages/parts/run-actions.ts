/** What is done to runs from lists and tables: one way for one run and for many, with a way back where there is one. */
import { useQueryClient } from "@tanstack/react-query";
import { deleteRun, dropRuns, patchRun, refreshRuns, restoreRun, stopRun, useEditRun } from "@/api/runs";
import type { Run, RunEdit } from "@/api/types";
import { errorMessage, toast } from "@/ui";
import { useText } from "@/ui/text";

export interface RunActions {
  edit: (run: string, edit: RunEdit) => void;
  remove: (runs: readonly Run[]) => void;
  /** Asks the scripts of those that run to end. */
  stop: (runs: readonly Run[]) => void;
}

export function useRunActions(entity: string, project: string): RunActions {
  const words = useText();
  const t = words.runList;
  const cache = useQueryClient();
  const { mutate } = useEditRun(entity, project);
  const failed = (error: unknown) => toast(errorMessage(error, words.common.errors), { kind: "failed" });
  const refresh = () => void refreshRuns(cache, entity, project);
  const each = async (runs: readonly Run[], act: (run: Run) => Promise<unknown>) => {
    const done = await Promise.allSettled(runs.map(act));
    const bad = done.find((one) => one.status === "rejected");
    if (bad) failed(bad.reason);
    return runs.filter((_, at) => done[at]?.status === "fulfilled");
  };
  return {
    edit: (run, edit) => mutate({ run, edit }, { onError: failed }),
    remove: (runs) => {
      dropRuns(cache, entity, project, new Set(runs.map((run) => run.id)));
      void each(runs, (run) => deleteRun(entity, project, run.id)).then((gone) => {
        refresh();
        if (gone.length === 0) return;
        toast(gone.length === 1 ? t.deleted(gone[0]!.name) : words.runs.deleted(gone.length), {
          action: {
            label: words.common.undo,
            run: () => void each(gone, (run) => restoreRun(entity, project, run.id)).then(refresh),
          },
        });
      });
    },
    stop: (runs) => {
      const running = runs.filter((run) => run.state === "running" && !run.stop_asked);
      void each(running, async (run) => {
        const after = await stopRun(entity, project, run.id);
        patchRun(cache, entity, project, run.id, { stop_asked: after.stop_asked });
      }).then((asked) => {
        if (asked.length > 0) toast(asked.length === 1 ? t.stopAsked(asked[0]!.name) : t.manyStopAsked(asked.length));
      });
    },
  };
}
