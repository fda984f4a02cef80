/** The rail at the left, or on a phone at the bottom. */
import { Link } from "@tanstack/react-router";
import { useUnread } from "@/api/alerts";
import { Icon, type IconName, Tooltip } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Place, ProjectPage } from "./place";

const RAIL: readonly { page: ProjectPage; icon: IconName }[] = [
  { page: "workspace", icon: "chart" },
  { page: "runs", icon: "table" },
  { page: "sweeps", icon: "sweep" },
  { page: "artifacts", icon: "box" },
  { page: "reports", icon: "note" },
  { page: "overview", icon: "book" },
  { page: "alerts", icon: "bell" },
];

/** The ways to the pages of a project, and to those of nobody in particular. */
export function Rail({ place }: { place: Place }) {
  const t = useText().frame;
  const { entity, project, page } = place;
  const unread = useUnread(entity, project);
  return (
    <nav className="fr-rail" aria-label={t.groups.pages}>
      <RailLink icon="home" label={t.home} on={page === "home" || page === "entity"} to="/home" />
      {entity &&
        project &&
        RAIL.map(({ page: each, icon }) => (
          <RailLink
            key={each}
            icon={icon}
            label={each === "alerts" && unread ? t.alertsUnread(count(unread)) : t[each]}
            name={t[each]}
            marked={each === "alerts" && Boolean(unread)}
            on={page === each || (each === "runs" && (page === "run" || page === "compare"))}
            to={`/$entity/$project/${each}`}
            params={{ entity, project }}
          />
        ))}
      <span className="fr-rail-gap" />
      {entity && project ? (
        <RailLink
          icon="gear"
          label={t.settings}
          on={page === "settings"}
          to="/$entity/$project/settings"
          params={{ entity, project }}
        />
      ) : (
        <RailLink
          icon="gear"
          label={t.settings}
          on={page === "settings"}
          to="/settings/$part"
          params={{ part: "keys" }}
        />
      )}
    </nav>
  );
}

interface RailLinkProps {
  icon: IconName;
  /** All there is to say. */
  label: string;
  /** What is written where there is room for a word. */
  name?: string;
  /** Something waits there. */
  marked?: boolean;
  on: boolean;
  to: "/home" | `/$entity/$project/${ProjectPage}` | "/settings/$part";
  params?: Record<string, string>;
}

function RailLink({ icon, label, name = label, marked, on, to, params }: RailLinkProps) {
  return (
    <Tooltip text={label} side="right">
      <Link
        to={to}
        // biome-ignore lint/suspicious/noExplicitAny: the params belong to `to`, which is one of a few.
        params={params as any}
        className={`fr-rail-link${params?.project ? " in-project" : ""}${on ? " on" : ""}`}
        aria-label={label}
        aria-current={on ? "page" : undefined}
      >
        <Icon name={icon} />
        {marked && <span className="fr-rail-marked" aria-hidden="true" />}
        <span className="fr-rail-name">{name}</span>
      </Link>
    </Tooltip>
  );
}
