/** One alert: how grave, what, of which run, and the ways to where it was said. */
import { Link } from "@tanstack/react-router";
import type { HeardAlert } from "@/api/types";
import { Icon, IconButton, RunDot } from "@/ui";
import { Markdown } from "@/ui/markdown/Markdown";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";

export interface AlertRowProps {
  alert: HeardAlert;
  onMark: (read: boolean) => void;
  /** Somebody goes to the run. */
  onOpen: () => void;
}

export function AlertRow({ alert, onMark, onOpen }: AlertRowProps) {
  const t = useText().alerts;
  const params = { entity: alert.entity, project: alert.project, run: alert.run };
  return (
    <li className={`al-row ${alert.severity}${alert.read ? " read" : ""}`}>
      <span className="al-mark" title={t.severities[alert.severity as "info"] ?? alert.severity}>
        <Icon name={alert.severity === "info" ? "info" : "warn"} />
      </span>
      <div className="al-what">
        <b>{alert.title}</b>
        {!alert.read && <span className="al-new">{t.isNew}</span>}
        {alert.text && <Markdown text={alert.text} />}
        <span className="al-where">
          <Link to="/$entity/$project/runs/$run" params={params} className="al-run" onClick={onOpen}>
            <RunDot run={alert} />
            <span className="cut">{alert.run_name}</span>
          </Link>
          <Link
            to="/$entity/$project/runs/$run/$tab"
            params={{ ...params, tab: "logs" }}
            search={{ at: String(alert.at) } as never}
            className="ui-link"
            onClick={onOpen}
          >
            {t.toLog}
          </Link>
        </span>
      </div>
      <span className="al-when t3">
        <Ago time={alert.at} />
      </span>
      <IconButton
        icon={alert.read ? "bell" : "check"}
        small
        label={alert.read ? t.markUnread : t.markRead}
        onClick={() => onMark(!alert.read)}
      />
    </li>
  );
}
