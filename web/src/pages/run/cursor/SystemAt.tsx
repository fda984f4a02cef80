/** What the machine did when the run was at the step of the cursor. */

import type { Run } from "@/api/types";
import { useText } from "@/ui/text";
import { summaryAt } from "../system/measures";
import { inUnit } from "../system/units";
import { useSystem } from "../system/useSystem";

export function SystemAt({ run, time }: { run: Run; time: number }) {
  const t = useText();
  const { charts, curves } = useSystem(run);
  const values = summaryAt(charts, curves, time - run.created_at);
  if (values.length === 0) return null;
  return (
    <section>
      <h3>{t.run.tabs.system}</h3>
      <dl className="strip-values num">
        {values.map(({ chart, value, devices }) => (
          <div key={chart.id}>
            <dt className="cut">
              {t.run.systemGroups[chart.group]} ·{" "}
              {t.run.systemTitles[chart.title as keyof typeof t.run.systemTitles] ?? chart.title}
              {devices > 1 && <span className="t3"> {t.system.meanOf(devices)}</span>}
            </dt>
            <dd>{inUnit(value, chart.unit)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
