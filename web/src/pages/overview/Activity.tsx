import { useMemo } from "react";
import type { Run } from "@/api/types";
import { useText } from "@/ui/text";
import { date } from "@/ui/times";
import { type Day, days, WEEKS } from "./activity";

/** When runs began, day by day over half a year. `part`: there are more runs than were looked at. */
export function Activity({ runs, part }: { runs: readonly Run[]; part: boolean }) {
  const t = useText();
  const calendar = useMemo(
    () =>
      days(
        runs.map((run) => run.created_at),
        Date.now() / 1000,
      ),
    [runs],
  );
  const total = calendar.reduce((sum, day) => sum + day.runs, 0);
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.overview.activity}</h2>
        <span className="grow" />
        <span className="overview-note t3">
          {part ? t.overview.activityPart(runs.length) : t.overview.activityAbout(total)}
        </span>
      </header>
      <div className="overview-calendar" style={{ gridTemplateColumns: `repeat(${WEEKS}, minmax(0, 1fr))` }}>
        {calendar.map((day) => (
          <span key={day.time} className={heat(day, calendar)} title={t.overview.onDay(day.runs, date(day.time))} />
        ))}
      </div>
      <div className="overview-legend t3">
        {t.overview.less}
        {[0, 1, 2, 3, 4].map((level) => (
          <span key={level} className={`heat-${level}`} />
        ))}
        {t.overview.moreRuns}
      </div>
    </section>
  );
}

function heat(day: Day, calendar: readonly Day[]): string {
  const most = Math.max(4, ...calendar.map((each) => each.runs));
  return `heat-${day.runs === 0 ? 0 : Math.min(4, 1 + Math.floor((day.runs / most) * 3.99))}`;
}
