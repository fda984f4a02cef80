import { useQuery } from "@tanstack/react-query";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { collectionsQuery } from "@/api/artifacts";
import { projectKeysQuery, useProjects } from "@/api/projects";
import { reportsQuery } from "@/api/reports";
import { runsQuery } from "@/api/runs";
import { sweepsQuery } from "@/api/sweeps";
import { slugOf } from "@/pages/reports/address";
import type { Coloured } from "@/theme/colours";
import { chooseTheme, useTheme } from "@/theme/theme";
import { copyText, Icon, type IconName, RunDot, toast } from "@/ui";
import { LANGUAGES, setLanguage, useLanguage, useText } from "@/ui/text";
import type { Place } from "./place";
import { useGo } from "./useGo";

interface Hit {
  id: string;
  group: string;
  name: string;
  hint?: string;
  icon?: IconName;
  /** Shows its dot. */
  run?: Coloured;
  act: () => void;
}

const SHOWN_A_GROUP = 7;

/** Ctrl+K: type a few letters of where you want to be. */
export function Palette({
  open,
  onOpenChange,
  place,
  help,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  place: Place;
  /** Opens the list of keys. */
  help: () => void;
}) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="ui-veil" />
        <Dialog.Content className="fr-palette" aria-describedby={undefined}>
          <Content place={place} help={help} close={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ place, help, close }: { place: Place; help: () => void; close: () => void }) {
  const t = useText().frame;
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const hits = useHits(text, place, help);
  const chosen = Math.min(at, hits.length - 1);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });
  const take = (hit: Hit | undefined) => {
    if (!hit) return;
    close();
    hit.act();
  };
  const onKey = (event: KeyboardEvent) => {
    const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (move !== 0) {
      event.preventDefault();
      setAt((chosen + move + hits.length) % Math.max(1, hits.length));
    } else if (event.key === "Enter") take(hits[chosen]);
  };
  let group = "";
  return (
    <>
      <Dialog.Title className="sr-only">{t.search}</Dialog.Title>
      <div className="fr-palette-input">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the palette opens to be typed into.
          autoFocus
          value={text}
          placeholder={t.searchPlaceholder}
          aria-label={t.searchPlaceholder}
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <kbd className="ui-kbd">Esc</kbd>
      </div>
      <div className="fr-palette-list" role="listbox" ref={list} aria-label={t.search}>
        {hits.length === 0 && <p className="fr-palette-none">{t.nothingFound}</p>}
        {hits.map((hit, i) => {
          const head = hit.group !== group;
          group = hit.group;
          return (
            <div key={hit.id} role="presentation">
              {head && <div className="fr-palette-group">{hit.group}</div>}
              <button
                type="button"
                role="option"
                aria-selected={i === chosen}
                className="fr-palette-hit"
                tabIndex={-1}
                onPointerMove={() => setAt(i)}
                onClick={() => take(hit)}
              >
                {hit.run ? <RunDot run={hit.run} /> : <Icon name={hit.icon ?? "right"} small />}
                <span className="cut">{hit.name}</span>
                {hit.hint && <span className="fr-palette-hint cut">{hit.hint}</span>}
              </button>
            </div>
          );
        })}
      </div>
    </>
  );
}

function useHits(text: string, place: Place, help: () => void): Hit[] {
  const t = useText().frame;
  const go = useGo(place);
  const projects = useProjects();
  const { entity, project } = place;
  const wanted = text.trim();
  const inside = entity !== null && project !== null;
  const [settled, setSettled] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), 120);
    return () => clearTimeout(timer);
  }, [wanted]);
  const runs = useQuery({
    ...runsQuery(entity ?? "", project ?? "", {
      filter: settled ? { type: "where", field: "name", op: "contains", value: settled } : null,
      limit: SHOWN_A_GROUP,
    }),
    enabled: inside,
    placeholderData: (old) => old,
  });
  const looking = inside && wanted !== "";
  const keys = useQuery({ ...projectKeysQuery(entity ?? "", project ?? ""), enabled: looking });
  const reports = useQuery({ ...reportsQuery(entity ?? "", project ?? ""), enabled: looking });
  const sweeps = useQuery({ ...sweepsQuery(entity ?? "", project ?? ""), enabled: looking });
  const collections = useQuery({ ...collectionsQuery(entity ?? "", project ?? ""), enabled: looking });
  const theme = useTheme();
  const language = useLanguage();
  return useMemo(() => {
    const has = (name: string) => name.toLowerCase().includes(wanted.toLowerCase());
    const pages: Hit[] = [];
    const page = (id: string, name: string, icon: IconName, act: () => void) =>
      pages.push({ id: `page ${id}`, group: t.groups.pages, name, icon, act });
    if (inside) {
      page("workspace", t.workspace, "chart", go.workspace);
      page("runs", t.runs, "table", go.runs);
      page("overview", t.overview, "book", go.overview);
      page("sweeps", t.sweeps, "sweep", go.sweeps);
      page("artifacts", t.artifacts, "box", go.artifacts);
      page("reports", t.reports, "note", go.reports);
      page("alerts", t.alerts, "bell", go.alerts);
      page("settings", t.projectSettings, "gear", go.projectSettings);
    }
    page("home", t.home, "home", go.home);
    page("keys", t.keys, "key", () => go.settings("keys"));
    page("appearance", t.appearance, "palette", () => go.settings("appearance"));
    const out = pages.filter((hit) => has(hit.name));
    for (const each of (projects.data ?? []).filter((p) => has(`${p.entity}/${p.name}`)).slice(0, SHOWN_A_GROUP))
      out.push({
        id: `project ${each.entity}/${each.name}`,
        group: t.groups.projects,
        name: each.name,
        hint: each.entity,
        icon: "folder",
        act: () => go.project(each.entity, each.name),
      });
    if (entity && project) {
      for (const run of (runs.data?.runs ?? []).filter((each) => has(each.name)).slice(0, SHOWN_A_GROUP))
        out.push({
          id: `run ${run.id}`,
          group: t.groups.runs,
          name: run.name,
          hint: run.id,
          run,
          act: () => go.run(entity, project, run.id),
        });
      if (wanted)
        for (const key of (keys.data ?? []).filter((each) => has(each.key)).slice(0, SHOWN_A_GROUP))
          out.push({
            id: `metric ${key.key}`,
            group: t.groups.metrics,
            name: key.key,
            icon: "chart",
            act: () => go.metric(entity, project, key.key),
          });
      if (wanted) {
        for (const each of (reports.data ?? []).filter((report) => has(report.title)).slice(0, SHOWN_A_GROUP))
          out.push({
            id: `report ${each.id}`,
            group: t.reports,
            name: each.title,
            icon: "note",
            act: () => go.report(entity, project, slugOf(each)),
          });
        for (const each of (sweeps.data ?? []).filter((sweep) => has(sweep.name || sweep.id)).slice(0, SHOWN_A_GROUP))
          out.push({
            id: `sweep ${each.id}`,
            group: t.sweeps,
            name: each.name || each.id,
            hint: each.id,
            icon: "sweep",
            act: () => go.sweep(entity, project, each.id),
          });
        for (const each of (collections.data ?? []).filter((one) => has(one.name)).slice(0, SHOWN_A_GROUP))
          out.push({
            id: `artifact ${each.name}`,
            group: t.artifacts,
            name: each.name,
            hint: each.type,
            icon: "box",
            act: () => go.artifact(entity, project, each.type, each.name),
          });
      }
    }
    const action = (id: string, name: string, icon: IconName, act: () => void) => {
      if (wanted && has(name)) out.push({ id: `do ${id}`, group: t.groups.actions, name, icon, act });
    };
    action("theme", t.themeTo[theme === "dark" ? "light" : "dark"], theme === "dark" ? "sun" : "moon", () =>
      chooseTheme(theme === "dark" ? "light" : "dark"),
    );
    for (const each of LANGUAGES)
      if (each.id !== language) action(each.id, `${t.language}: ${each.name}`, "palette", () => setLanguage(each.id));
    action("link", t.copyAddress, "link", () => void copyText(window.location.href).then(() => toast(t.addressCopied)));
    action("help", t.help, "help", help);
    action("docs", t.apiDocs, "code", () => window.open("/api/docs", "_blank", "noopener"));
    return out;
  }, [
    wanted,
    inside,
    entity,
    project,
    projects.data,
    runs.data,
    keys.data,
    reports.data,
    sweeps.data,
    collections.data,
    theme,
    language,
    help,
    t,
    go,
  ]);
}
