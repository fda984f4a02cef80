/** What stands on a board with one step cursor: the charts, the values at the step beside them, the slider below. */
import { type ReactNode, useState } from "react";
import type { Run } from "@/api/types";
import { Strip } from "./Strip";
import { Timeline } from "./Timeline";
import { useCursor } from "./useCursor";

export function WithCursor({ run, children }: { run: Run; children: ReactNode }) {
  const cursor = useCursor(run);
  const [open, setOpen] = useState(false);
  return (
    <div className={open ? "run-charts strip-open" : "run-charts"}>
      <div className="run-charts-row">
        <div className="run-charts-main">{children}</div>
        <Strip run={run} cursor={cursor} />
      </div>
      <Timeline run={run} cursor={cursor} open={open} onOpen={setOpen} />
    </div>
  );
}
