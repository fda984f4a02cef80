import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isApiError } from "@/api/client";
import { EmptyState, ErrorState, type IconName } from "@/ui";
import { useText } from "@/ui/text";
import { Waiting } from "./Waiting";

export interface QueryStateProps {
  query: { isPending: boolean; error: unknown; refetch: () => unknown };
  icon: IconName;
  /** What is said where there is no such thing, and the list that leads on; without it the project is not there. */
  missing?: {
    title: string;
    why: string;
    back: string;
    to: `/$entity/$project/${"runs" | "artifacts" | "sweeps" | "reports"}`;
  };
  waiting?: ReactNode;
}

/** What a page shows while it has no data: that they are on their way, that there are none, or what went wrong. */
export function QueryState({ query, icon, missing, waiting = <Waiting /> }: QueryStateProps) {
  const t = useText().workspace.panels;
  const { entity = "", project = "" } = useParams({ strict: false });
  if (query.isPending) return waiting;
  if (!isApiError(query.error) || query.error.kind !== "NotFound")
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!missing)
    return (
      <EmptyState icon={icon} title={t.noProject}>
        {t.noProjectWhy}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={icon}
      title={missing.title}
      action={
        <Link to={missing.to} params={{ entity, project }} className="ui-btn">
          {missing.back}
        </Link>
      }
    >
      {missing.why}
    </EmptyState>
  );
}
