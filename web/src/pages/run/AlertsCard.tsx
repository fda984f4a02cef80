/** What the run said aloud, the newest first; nothing where it said nothing. */
import { useQuery } from "@tanstack/react-query";
import { askJson, at } from "@/api/client";
import type { Alert, Run } from "@/api/types";
import { Icon } from "@/ui";
import { Markdown } from "@/ui/markdown/Markdown";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";

const LIVE_MS = 15_000;

export function AlertsCard({ run }: { run: Run }) {
  const t = useText().run;
  const alerts = useQuery({
    queryKey: ["alerts", run.entity, run.project, run.id] as const,
    queryFn: ({ signal }) => askJson<Alert[]>(at("runs", run.entity, run.project, run.id, "alerts"), { signal }),
    refetchInterval: run.state === "running" ? LIVE_MS : false,
  });
  if (!alerts.data || alerts.data.length === 0) return null;
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.alerts}</h2>
        <span className="ui-count">{alerts.data.length}</span>
      </header>
      <ol className="run-alerts">
        {alerts.data.map((alert) => (
          <li key={alert.id} className={alert.severity}>
            <Icon name={alert.severity === "info" ? "info" : "warn"} small />
            <div className="grow">
              <b>{alert.title}</b>
              {alert.text && <Markdown text={alert.text} />}
            </div>
            <span className="t3">
              <Ago time={alert.at} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
