/** What runs said that nobody has read yet, in all projects. */
import { Link } from "@tanstack/react-router";
import { useMarkAlerts, useUnreadEverywhere } from "@/api/alerts";
import type { HeardAlert } from "@/api/types";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { AlertRow } from "../alerts/AlertRow";
import "../alerts/alerts.css";

const SHOWN = 5;

export function Heard() {
  const t = useText().alerts;
  const found = useUnreadEverywhere(SHOWN);
  if (!found.data || found.data.alerts.length === 0) return null;
  const { alerts, unread } = found.data;
  const projects = new Map(alerts.map((each) => [`${each.entity}/${each.project}`, each]));
  return (
    <section className="ui-card" aria-label={t.everywhere}>
      <header className="ui-card-head">
        <h2>{t.everywhere}</h2>
        <span className="ui-count">{count(unread)}</span>
        <span className="grow" />
        {[...projects.values()].map(({ entity, project }) => (
          <Link
            key={`${entity}/${project}`}
            to="/$entity/$project/alerts"
            params={{ entity, project }}
            className="ui-link home-alerts-more cut"
            title={t.readThis}
          >
            {project}
          </Link>
        ))}
      </header>
      <ol className="al-list">
        {alerts.map((alert) => (
          <Row key={alert.id} alert={alert} />
        ))}
      </ol>
    </section>
  );
}

function Row({ alert }: { alert: HeardAlert }) {
  const mark = useMarkAlerts(alert.entity, alert.project);
  const read = (is: boolean) => mark.mutate({ alerts: [alert], read: is });
  return <AlertRow alert={alert} onMark={read} onOpen={() => read(true)} />;
}
