import { useCallback, useMemo } from "react";
import type { Run } from "@/api/types";
import { goalOf } from "@/state/goals";
import { column } from "./columns";
import type { Goal } from "./heat";

/** Whether less or more is better in a column: as it was said here, else as its runs or its name have it. */
export function useGoals(
  goals: ReadonlyMap<string, Goal>,
  blocks: readonly (readonly Run[])[],
): (id: string) => Goal | null {
  const ruled = useMemo(() => {
    const some = blocks[0]?.slice(0, 5) ?? [];
    return { runs: some, rules: JSON.stringify(some.map((run) => run.rules)) };
  }, [blocks]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the runs only the rules matter, which seldom change.
  return useCallback(
    (id: string): Goal | null => {
      const { path, kind } = column(id);
      if (kind !== "summary") return null;
      return goals.get(path) ?? goalOf(path, ruled.runs);
    },
    [goals, ruled.rules],
  );
}
