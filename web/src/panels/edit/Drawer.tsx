/** The drawer at the right: the workspace, a section and a panel, each over the one before, applied as one types. */
import { type ReactNode, useEffect, useRef } from "react";
import {
  changePanel,
  changeSection,
  changeSectionSettings,
  changeSettings,
  isAdded,
  LARGEST,
  type PanelDef,
  type PanelKind,
  resetPanel,
  resetSection,
  type SectionDef,
  SORTS,
  sectionDef,
} from "@/state/layout";
import { type ChartSettings, cascade, PLAIN_SETTINGS } from "@/state/settings";
import { PLAIN_CHARTS } from "@/state/view";
import { Button, Icon, IconButton, TextInput, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { type Editing, useArranging } from "../arranging";
import { useBoard } from "../board";
import { ADDABLE, KINDS, SETTLED } from "../registry";
import { flatPanels, flatSections, roadTo } from "../sections";
import { titleOf } from "../useActions";
import { ResetAll, SettingsForm } from "./SettingsForm";
import "./edit.css";

export function Drawer() {
  const arranging = useArranging();
  return arranging?.editing ? <Open editing={arranging.editing} /> : null;
}

function Open({ editing }: { editing: Editing }) {
  const t = useText();
  const arranging = useArranging()!;
  const { all, open } = arranging;
  const box = useRef<HTMLElement>(null);
  const panel = editing.scope === "panel" ? flatPanels(all).find((def) => def.id === editing.panel) : undefined;
  const name =
    editing.scope === "section" ? editing.section : panel ? (roadTo(all, panel.id).at(-1)?.name ?? null) : null;
  const section = name === null ? undefined : flatSections(all).find((each) => each.name === name);
  // what was edited may be gone by now
  const scope: Editing["scope"] = editing.scope === "panel" && !panel ? "workspace" : editing.scope;
  const shown = scope === "section" && !section ? "workspace" : scope;
  const id = panel?.id;
  useEffect(() => {
    if (!id) return;
    // the board has become narrower, and its pages may have turned: look for the panel once it stands
    const timer = setTimeout(() => {
      const slot = document.querySelector(`[data-slot="${CSS.escape(id)}"]`);
      slot?.scrollIntoView({ block: "nearest" });
    }, 60);
    return () => clearTimeout(timer);
  }, [id]);
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
  }, []);
  const last = useRef<{ panel?: string; section?: string }>({});
  if (panel) last.current = { panel: panel.id };
  if (section) last.current = { ...last.current, section: section.name };
  const known = last.current;
  const go = (to: Editing["scope"]) => {
    if (to === "workspace") open({ scope: "workspace" });
    if (to === "section" && known.section !== undefined) open({ scope: "section", section: known.section });
    if (to === "panel" && known.panel !== undefined) open({ scope: "panel", panel: known.panel });
  };
  const tabs = (["workspace", "section", "panel"] as const).filter(
    (each) => each === "workspace" || (each === "section" ? known.section : known.panel) !== undefined,
  );
  return (
    <aside
      className="ed-drawer"
      aria-label={t.board.settings}
      ref={box}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        open(null);
      }}
    >
      <header className="ed-head">
        <div className="ed-tabs" role="tablist" aria-label={t.board.scope}>
          {tabs.map((each) => (
            <button
              key={each}
              type="button"
              role="tab"
              aria-selected={each === shown}
              className={each === shown ? "on" : undefined}
              onClick={() => go(each)}
            >
              {t.board.scopes[each]}
            </button>
          ))}
        </div>
        <IconButton icon="x" label={t.common.close} onClick={() => open(null)} />
      </header>
      <div className="ed-body" role="tabpanel">
        {shown === "panel" && panel ? (
          <PanelTab key={panel.id} def={panel} />
        ) : shown === "section" && section ? (
          <SectionTab key={section.name} name={section.name} />
        ) : (
          <WorkspaceTab />
        )}
      </div>
    </aside>
  );
}

function WorkspaceTab() {
  const t = useText();
  const { view, change } = useBoard();
  const { known } = useArranging()!;
  const own = Object.fromEntries(
    (Object.keys(PLAIN_SETTINGS) as (keyof ChartSettings)[])
      .filter((name) => JSON.stringify(view[name]) !== JSON.stringify(PLAIN_SETTINGS[name]))
      .map((name) => [name, view[name]]),
  ) as Partial<ChartSettings>;
  const set = (patch: Partial<ChartSettings>) => {
    const said = Object.fromEntries(
      Object.entries(patch).map(([name, value]) => [name, value ?? PLAIN_SETTINGS[name as keyof ChartSettings]]),
    );
    change("x" in said || "logX" in said ? { ...said, zooms: {} } : said);
  };
  return (
    <>
      <p className="ed-about">{t.board.workspaceAbout}</p>
      <SettingsForm own={own} inherited={PLAIN_SETTINGS} from={null} change={set} keys={known.history} />
      <Line label={t.workspace.bar.syncZoom}>
        <Toggle
          label={t.workspace.bar.syncZoom}
          checked={view.syncZoom}
          onChange={(syncZoom) => change({ syncZoom })}
        />
      </Line>
      <Line label={t.workspace.bar.columns}>
        <Count
          label={t.workspace.bar.columns}
          value={view.columns}
          most={LARGEST.columns}
          zero={t.workspace.bar.auto}
          onChange={(columns) => change({ columns })}
        />
      </Line>
      <ResetAll own={own} change={() => change({ ...PLAIN_SETTINGS, zooms: PLAIN_CHARTS.zooms })} />
    </>
  );
}

function SectionTab({ name }: { name: string }) {
  const t = useText();
  const { view, layout, edit } = useBoard();
  const { all, known } = useArranging()!;
  const section = flatSections(all).find((each) => each.name === name);
  const def = sectionDef(layout, name);
  const around = flatSections(all).filter((each) => each.name !== "" && name.startsWith(`${each.name}/`));
  const outer = around.at(-1);
  const set = (patch: Partial<Omit<SectionDef, "name">>, tag?: string) =>
    edit((old) => changeSection(old, name, patch), tag);
  return (
    <>
      <Line label={t.board.title}>
        <TextInput
          aria-label={t.board.title}
          value={def.title}
          placeholder={name || t.workspace.panels.other}
          onChange={(event) => set({ title: event.target.value }, `title of section ${name}`)}
        />
      </Line>
      <Line label={t.workspace.bar.columns}>
        <Count
          label={t.workspace.bar.columns}
          value={def.columns}
          most={LARGEST.columns}
          zero={t.board.asWorkspace}
          onChange={(columns) => set({ columns })}
        />
      </Line>
      <Line label={t.board.rowsAPage}>
        <Count
          label={t.board.rowsAPage}
          value={def.rows}
          most={20}
          zero={t.workspace.bar.auto}
          onChange={(rows) => set({ rows })}
        />
      </Line>
      <Line label={t.board.sort}>
        <select
          className="ui-input"
          aria-label={t.board.sort}
          value={def.sort}
          onChange={(event) => set({ sort: event.target.value as SectionDef["sort"] })}
        >
          {SORTS.map((each) => (
            <option key={each} value={each}>
              {t.board.sorts[each]}
            </option>
          ))}
        </select>
      </Line>
      <Line label={t.board.foldedAtFirst}>
        <Toggle label={t.board.foldedAtFirst} checked={section?.shy ?? false} onChange={(folded) => set({ folded })} />
      </Line>
      <Group title={t.board.charts} />
      <SettingsForm
        own={def.settings}
        inherited={cascade(view, ...around.map((each) => each.def.settings))}
        from={outer ? outer.title || outer.name : t.board.theWorkspace}
        change={(patch) =>
          edit((old) => changeSectionSettings(old, name, patch), `section ${name} ${Object.keys(patch)}`)
        }
        keys={known.history}
      />
      <ResetAll own={def.settings} change={() => set({ settings: {} })} />
      <div className="ed-end">
        <Button variant="bare" icon="undo" onClick={() => edit((old) => resetSection(old, name))}>
          {t.board.resetSection}
        </Button>
      </div>
    </>
  );
}

function PanelTab({ def }: { def: PanelDef }) {
  const t = useText();
  const { view, edit, layout } = useBoard();
  const { all, known, open, actions } = useArranging()!;
  const kind = KINDS[def.kind];
  const config = kind.read(def.config);
  const road = roadTo(all, def.id);
  const home = road.at(-1);
  const set = (patch: Partial<Omit<PanelDef, "id">>, tag?: string) => edit((old) => changePanel(old, def, patch), tag);
  const Editor = kind.Editor;
  const touched = layout.panels[def.id] !== undefined || layout.places[def.id] !== undefined;
  return (
    <>
      <Line label={t.board.title}>
        <TextInput
          aria-label={t.board.title}
          value={def.title}
          placeholder={titleOf({ ...def, title: "" })}
          onChange={(event) => set({ title: event.target.value }, `title of ${def.id}`)}
        />
      </Line>
      <Line label={t.board.size}>
        <span className="ed-size num">
          <Count
            label={t.workspace.bar.columns}
            value={def.size.columns}
            least={1}
            most={LARGEST.columns}
            onChange={(columns) => set({ size: { ...def.size, columns } })}
          />
          <span aria-hidden="true">×</span>
          <Count
            label={t.board.rows}
            value={def.size.rows}
            least={1}
            most={LARGEST.rows}
            onChange={(rows) => set({ size: { ...def.size, rows } })}
          />
        </span>
      </Line>
      <Line label={t.board.kind}>
        <KindChoice
          value={def.kind}
          onChange={(next) => {
            const other = KINDS[next];
            set({ kind: next, config: carriedOver(def, other.fresh(known) as Readonly<Record<string, unknown>>) });
          }}
        />
      </Line>
      {Editor && (
        <>
          <Group title={t.kinds.names[def.kind]} />
          <Editor
            config={config}
            known={known}
            change={(patch) =>
              set({ config: { ...config, ...patch } }, `config of ${def.id} ${Object.keys(patch).join()}`)
            }
          />
        </>
      )}
      {SETTLED.includes(def.kind) && (
        <>
          <Group title={t.board.charts} />
          <SettingsForm
            own={def.settings}
            inherited={cascade(view, ...road.map((each) => each.def.settings))}
            from={
              home && Object.keys(home.def.settings).length > 0
                ? home.title || t.workspace.panels.other
                : t.board.theWorkspace
            }
            change={(patch) => edit((old) => changeSettings(old, def, patch), `${def.id} ${Object.keys(patch)}`)}
            keys={known.history}
          />
          <ResetAll own={def.settings} change={() => set({ settings: {} })} />
        </>
      )}
      <div className="ed-end">
        {!isAdded(def.id) && touched && (
          <Button variant="bare" icon="undo" onClick={() => edit((old) => resetPanel(old, def.id))}>
            {t.board.resetPanel}
          </Button>
        )}
        <Button variant="bare" icon="copy" onClick={() => open({ scope: "panel", panel: actions.duplicate(def) })}>
          {t.board.duplicate}
        </Button>
        <Button
          variant="bare"
          icon="trash"
          onClick={() => {
            actions.remove(def);
            open(null);
          }}
        >
          {t.board.remove}
        </Button>
      </div>
    </>
  );
}

/** A panel that becomes of another kind goes on showing its key, where the other kind has a place for one. */
function carriedOver(def: PanelDef, fresh: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { keys, key } = def.config;
  const first = typeof key === "string" && key ? key : Array.isArray(keys) ? (keys[0] as unknown) : undefined;
  if (typeof first !== "string") return fresh;
  const plain = first.replace(/^summary\./, "");
  // a line knows metrics by name, other kinds fields of runs
  const field = (wasField: unknown) =>
    typeof wasField === "string" && wasField.startsWith("summary.") ? `summary.${plain}` : plain;
  if (Array.isArray(fresh.keys)) return { ...fresh, keys: [field(fresh.keys[0])] };
  if (typeof fresh.key === "string" && fresh.key.startsWith("summary.")) return { ...fresh, key: `summary.${plain}` };
  if (typeof fresh.metric === "string") return { ...fresh, metric: field(fresh.metric) };
  return fresh;
}

function KindChoice({ value, onChange }: { value: PanelKind; onChange: (kind: PanelKind) => void }) {
  const t = useText();
  const kinds = ADDABLE.includes(value) ? ADDABLE : [value, ...ADDABLE];
  return (
    <span className="ed-kind">
      <Icon name={KINDS[value].icon} />
      <select
        className="ui-input"
        aria-label={t.board.kind}
        value={value}
        onChange={(event) => onChange(event.target.value as PanelKind)}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t.kinds.names[kind]}
          </option>
        ))}
      </select>
    </span>
  );
}

export function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="ed-line">
      <span className="ed-label">{label}</span>
      <div className="ed-control">{children}</div>
    </div>
  );
}

function Group({ title }: { title: string }) {
  return <h3 className="ed-group">{title}</h3>;
}

interface CountProps {
  label: string;
  value: number;
  least?: number;
  most: number;
  /** What 0 is called. */
  zero?: string;
  onChange: (value: number) => void;
}

function Count({ label, value, least = 0, most, zero, onChange }: CountProps) {
  const t = useText().board;
  return (
    <span className="ed-count" role="group" aria-label={label}>
      <IconButton
        icon="minus"
        small
        label={t.fewer(label)}
        disabled={value <= least}
        onClick={() => onChange(value - 1)}
      />
      <output className="num">{value === 0 && zero ? zero : value}</output>
      <IconButton
        icon="plus"
        small
        label={t.further(label)}
        disabled={value >= most}
        onClick={() => onChange(value + 1)}
      />
    </span>
  );
}
