/** How long a run has run; the clock of a running one goes on between two signs of life. */
import type { Run } from "@/api/types";
import { duration, useNow } from "@/ui/times";

export function Runtime({ run }: { run: Pick<Run, "state" | "runtime_secs" | "updated_at"> }) {
  return run.state === "running" ? <Going run={run} /> : duration(run.runtime_secs);
}

function Going({ run }: { run: Pick<Run, "runtime_secs" | "updated_at"> }) {
  const since = Math.max(0, useNow() - run.updated_at);
  return <>{duration(run.runtime_secs + Math.min(since, 60))}</>;
}
