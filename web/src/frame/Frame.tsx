import { Link, Outlet } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { useLiveRuns, useRecovery, useServerAway } from "@/api/live";
import { useProject, useProjects } from "@/api/projects";
import { useNameOfRun } from "@/api/runs";
import { useSignOut, useViewer } from "@/api/session";
import { useNameOfSweep } from "@/api/sweeps";
import { chooseTheme, type ThemeChoice, useTheme, useThemeChoice } from "@/theme/theme";
import { Icon, IconButton, type IconName, Menu, type MenuItem, Toaster, Tooltip } from "@/ui";
import { LANGUAGES, setLanguage, type Text, useLanguage, useText } from "@/ui/text";
import { KeyboardHelp } from "./KeyboardHelp";
import { useKeys } from "./keys";
import { Palette } from "./Palette";
import { type Page, type Place, type ProjectPage, usePlace } from "./place";
import { Rail } from "./Rail";
import { useGo } from "./useGo";
import "./frame.css";

/** What stands around every page: top bar, rail, palette, notices. */
export function Frame() {
  const place = usePlace();
  if (place.page === "sign-in" || place.page === "authorize")
    return (
      <>
        <Outlet />
        <Toaster />
      </>
    );
  return <SignedIn place={place} />;
}

function SignedIn({ place }: { place: Place }) {
  const t = useText().frame;
  const runName = useNameOfRun(place.entity, place.project, place.run);
  const viewer = useViewer();
  const away = useServerAway();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const openHelp = useCallback(() => setHelp(true), []);
  const theme = useTheme();
  const go = useGo(place);
  useRecovery();
  useKeys({
    "Ctrl+k": () => setPalette((open) => !open),
    "?": () => setHelp(true),
    "g w": go.workspace,
    "g r": go.runs,
    "g o": go.overview,
    "g s": go.sweeps,
    "g n": go.alerts,
    "g a": go.artifacts,
    "g p": go.reports,
    "g h": go.home,
    T: () => chooseTheme(theme === "dark" ? "light" : "dark"),
  });
  useEffect(() => {
    document.title = titleOf(place, runName, t);
  }, [place, runName, t]);
  return (
    <div className="fr-app">
      <header className="fr-top">
        <Link to="/home" className="fr-logo" aria-label="Gnomon">
          <Logo />
        </Link>
        <Crumbs place={place} />
        <span className="grow" />
        <button type="button" className="fr-find" onClick={() => setPalette(true)}>
          <Icon name="search" small />
          <span className="cut">{t.search}</span>
          <kbd className="ui-kbd">Ctrl K</kbd>
        </button>
        {place.entity && place.project ? (
          <LiveDot entity={place.entity} project={place.project} away={away} />
        ) : (
          away && <span className="fr-live away">{t.awayShort}</span>
        )}
        <IconButton icon="help" label={t.help} className="fr-wide" onClick={() => setHelp(true)} />
        <Tooltip text={t.switchTheme}>
          <button
            type="button"
            className="ui-ib fr-wide"
            aria-label={t.switchTheme}
            onClick={() => chooseTheme(theme === "dark" ? "light" : "dark")}
          >
            <Icon name={theme === "dark" ? "sun" : "moon"} />
          </button>
        </Tooltip>
        <Account name={viewer.data?.user.name ?? ""} version={viewer.data?.server_version ?? ""} />
      </header>
      <Rail place={place} />
      <div className="fr-main">
        {away && (
          <div className="fr-away" role="status">
            <span className="fr-away-dot" />
            {t.away}
          </div>
        )}
        <Outlet />
      </div>
      <Palette open={palette} onOpenChange={setPalette} place={place} help={openHelp} />
      <KeyboardHelp open={help} onOpenChange={setHelp} />
      <Toaster />
    </div>
  );
}

function titleOf(place: Place, runName: string | null, t: Text["frame"]) {
  const names: Record<Page, string> = {
    home: t.home,
    "sign-in": "",
    authorize: "",
    settings: t.settings,
    entity: place.entity ?? "",
    workspace: t.workspace,
    runs: t.runs,
    overview: t.overview,
    sweeps: place.thing ?? t.sweeps,
    artifacts: place.thing ?? t.artifacts,
    reports: place.thing ?? t.reports,
    compare: t.compare,
    alerts: t.alerts,
    run: runName ?? "",
  };
  return [names[place.page], place.project, "Gnomon"].filter(Boolean).join(" · ");
}

/** The shadow stick and its dial. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 22 22" aria-hidden="true">
      <path d="M3 17.5a8 8 0 0 1 16 0" fill="none" stroke="var(--text)" strokeWidth="1.6" strokeLinecap="round" />
      <path d="M11 17.5 16.6 4.5" stroke="var(--pointer)" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M2 17.5h18" stroke="var(--text)" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}

function Crumbs({ place }: { place: Place }) {
  const t = useText().frame;
  const viewer = useViewer();
  const projects = useProjects();
  const go = useGo(place);
  const { entity, project, run } = place;
  const runName = useNameOfRun(entity, project, run);
  const sweepName = useNameOfSweep(entity, project, place.page === "sweeps" ? place.thing : null);
  if (!entity) {
    const name = place.page === "settings" ? t.settings : t.home;
    return (
      <nav className="fr-crumbs">
        <span className="fr-crumb on">{name}</span>
      </nav>
    );
  }
  const entities = [...new Set([...(viewer.data?.entities ?? []), entity])];
  const siblings = (projects.data ?? []).filter((each) => each.entity === entity);
  const entityItems: MenuItem[] = [
    ...entities.map((name) => ({
      id: name,
      label: name,
      checked: name === entity,
      onSelect: () => go.entity(name),
    })),
    { id: "line", separator: true },
    { id: "all", label: t.allProjects, icon: "home", onSelect: go.home },
  ];
  const projectItems: MenuItem[] = siblings.slice(0, 60).map((each) => ({
    id: each.name,
    label: each.name,
    checked: each.name === project,
    hint: String(each.runs),
    onSelect: () => go.project(entity, each.name),
  }));
  const listed: ProjectPage | null =
    place.page === "run" || place.page === "compare" ? "runs" : place.thing ? (place.page as ProjectPage) : null;
  const last =
    place.page === "run"
      ? runName
      : place.page === "entity"
        ? null
        : (sweepName ?? place.thing ?? t[place.page as ProjectPage]);
  return (
    <nav className="fr-crumbs" aria-label={t.crumbs}>
      <Menu
        items={entityItems}
        trigger={
          <button type="button" className={`fr-crumb fr-entity${project ? "" : " on"}`} aria-label={t.switchEntity}>
            <span className="cut">{entity}</span>
            <Icon name="down" small />
          </button>
        }
      />
      {project && (
        <>
          <span className="fr-sep">/</span>
          <Menu
            items={
              projectItems.length > 0
                ? projectItems
                : [{ id: "all", label: t.allProjects, icon: "home" as IconName, onSelect: go.home }]
            }
            trigger={
              <button type="button" className="fr-crumb" aria-label={t.switchProject}>
                <span className="cut">{project}</span>
                <Icon name="down" small />
              </button>
            }
          />
          {listed && (
            <>
              <span className="fr-sep fr-wide">/</span>
              <Link to={`/$entity/$project/${listed}`} params={{ entity, project }} className="fr-crumb fr-wide">
                {t[listed]}
              </Link>
            </>
          )}
          <span className="fr-sep">/</span>
          <span className="fr-crumb on">
            <span className="cut">{last}</span>
          </span>
        </>
      )}
    </nav>
  );
}

/** Whether the page hears the server, and how much of the project is running. Mounts the project's live stream. */
function LiveDot({ entity, project, away }: { entity: string; project: string; away: boolean }) {
  const t = useText().frame;
  const known = useProject(entity, project);
  useLiveRuns(entity, project);
  if (away)
    return (
      <span className="fr-live away">
        <span className="fr-dot" />
        {t.awayShort}
      </span>
    );
  const running = known.data?.running ?? 0;
  return (
    <span className="fr-live num">
      <span className={running > 0 ? "fr-dot running" : "fr-dot idle"} />
      <span className="fr-wide">{running > 0 ? t.liveRunning(running) : t.live}</span>
    </span>
  );
}

function Account({ name, version }: { name: string; version: string }) {
  const t = useText().frame;
  const choice = useThemeChoice();
  const language = useLanguage();
  const leave = useSignOut();
  const go = useGo(null);
  const themes: ThemeChoice[] = ["system", "light", "dark"];
  const items: MenuItem[] = [
    { id: "who", title: name ? `${name} · ${t.version(version)}` : t.account },
    { id: "keys", label: t.keys, icon: "key", onSelect: () => go.settings("keys") },
    { id: "appearance", label: t.appearance, icon: "palette", onSelect: () => go.settings("appearance") },
    { id: "docs", label: t.apiDocs, icon: "code", onSelect: () => window.open("/api/docs", "_blank", "noopener") },
    { id: "l1", separator: true },
    { id: "theme", title: t.theme },
    ...themes.map((each) => ({
      id: `theme-${each}`,
      label: t.themes[each],
      checked: each === choice,
      onSelect: () => chooseTheme(each),
    })),
    { id: "l2", separator: true },
    { id: "language", title: t.language },
    ...LANGUAGES.map((each) => ({
      id: each.id,
      label: each.name,
      checked: each.id === language,
      onSelect: () => setLanguage(each.id),
    })),
    { id: "l3", separator: true },
    { id: "out", label: t.signOut, icon: "out", onSelect: () => leave.mutate() },
  ];
  return (
    <Menu
      align="end"
      items={items}
      trigger={
        <button type="button" className="fr-avatar" aria-label={t.account}>
          {name.slice(0, 2).toUpperCase() || <Icon name="user" small />}
        </button>
      }
    />
  );
}
