/** What the runs of a project said aloud: an inbox, by severity and run, with the place in the log where it was said. */
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { type AlertsAsked, useMarkAlerts, useProjectAlerts, useUnread } from "@/api/alerts";
import type { HeardAlert } from "@/api/types";
import { Button, Chip, EmptyState, ErrorState, Menu, Segmented, Skeleton, Snippet } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import { AlertRow } from "./AlertRow";
import "../parts/parts.css";
import "./alerts.css";

const SNIPPET = 'run.alert("Loss is NaN", text="at step 1200", level="ERROR")';
const SEVERITIES = ["all", "error", "warn", "info"] as const;

export function AlertsPage() {
  const t = useText().alerts;
  const { entity = "", project = "" } = useParams({ strict: false }) as Record<string, string | undefined>;
  const [address, setAddress] = useAddress();
  const severity = SEVERITIES.find((each) => each === address.severity) ?? "all";
  const asked = useMemo(
    (): AlertsAsked => ({
      severities: severity === "all" ? [] : [severity],
      run: address.run ?? null,
      unread: address.unread === "1",
    }),
    [severity, address.run, address.unread],
  );
  const found = useProjectAlerts(entity, project, asked);
  const unread = useUnread(entity, project) ?? 0;
  const mark = useMarkAlerts(entity, project);
  if (found.isPending)
    return (
      <main className="page">
        <div className="page-in">
          <Skeleton rows={8} height={14} gap={22} />
        </div>
      </main>
    );
  if (found.isError && !found.data)
    return (
      <main className="page">
        <ErrorState error={found.error} onRetry={() => void found.refetch()} />
      </main>
    );
  const alerts = found.data.pages.flatMap((page) => page.alerts);
  const filtered = severity !== "all" || asked.run !== null || asked.unread;
  if (alerts.length === 0 && !filtered)
    return (
      <main className="page">
        <EmptyState icon="bell" title={t.noneTitle}>
          {t.noneWhy}
          <Snippet code={SNIPPET} />
        </EmptyState>
      </main>
    );
  return (
    <main className="page">
      <div className="page-in">
        <div className="al-bar">
          <Segmented
            label={t.severity}
            value={severity}
            options={SEVERITIES.map((id) => ({ id, name: t.severities[id] }))}
            onChange={(id) => setAddress({ severity: id === "all" ? undefined : id }, true)}
          />
          <RunChip alerts={alerts} run={asked.run} onRun={(run) => setAddress({ run }, true)} />
          <Chip
            flat
            label={t.onlyUnread}
            set={asked.unread}
            aria-pressed={asked.unread}
            onClick={() => setAddress({ unread: asked.unread ? undefined : "1" }, true)}
          />
          <span className="grow" />
          <span className="t3 num" role="status">
            {t.unread(count(unread))}
          </span>
          <Button
            icon="check"
            disabled={unread === 0}
            busy={mark.isPending && mark.variables?.alerts === "all"}
            onClick={() => mark.mutate({ alerts: "all", read: true })}
          >
            {t.readAll}
          </Button>
        </div>
        <section className="ui-card" aria-label={t.title}>
          {alerts.length === 0 ? (
            <p className="ui-card-empty">
              {t.noMatch}{" "}
              <button
                type="button"
                className="ui-link"
                onClick={() => setAddress({ severity: undefined, run: undefined, unread: undefined }, true)}
              >
                {t.showAll}
              </button>
            </p>
          ) : (
            <ol className="al-list">
              {alerts.map((alert) => (
                <AlertRow
                  key={alert.id}
                  alert={alert}
                  onMark={(read) => mark.mutate({ alerts: [alert], read })}
                  onOpen={() => !alert.read && mark.mutate({ alerts: [alert], read: true })}
                />
              ))}
            </ol>
          )}
        </section>
        {found.hasNextPage && (
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t.older}
          </Button>
        )}
      </div>
    </main>
  );
}

interface RunChipProps {
  alerts: readonly HeardAlert[];
  run: string | null;
  onRun: (run: string | undefined) => void;
}

/** Chooses among the runs that are in the list. */
function RunChip({ alerts, run, onRun }: RunChipProps) {
  const t = useText().alerts;
  const names = new Map(alerts.map((each) => [each.run, each.run_name]));
  const items = [...names].map(([id, label]) => ({
    id,
    label,
    checked: id === run,
    onSelect: () => onRun(id),
  }));
  return (
    <Menu
      trigger={<Chip label={t.run} value={run === null ? t.allRuns : (names.get(run) ?? run)} set={run !== null} />}
      items={[
        { id: "all runs", label: t.allRuns, checked: run === null, onSelect: () => onRun(undefined) },
        { id: "line", separator: true },
        ...items,
      ]}
    />
  );
}
