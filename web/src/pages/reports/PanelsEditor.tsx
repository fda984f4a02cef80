/** The part of panels while one edits: which runs, how they are grouped, and which panels. */
import { useMemo, useState } from "react";
import { useColumns, useProjectKeys } from "@/api/projects";
import type { PanelDef } from "@/state/layout";
import { readRuns, writeRuns } from "@/state/view";
import { Button, Chip, Icon, IconButton, Menu, Popover, Search, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { type PanelsPart, panelOf } from "./document";
import { newId } from "./parts";
import ReportPanels from "./ReportPanels";

export interface PanelsEditorProps {
  entity: string;
  project: string;
  part: PanelsPart;
  change: (part: PanelsPart) => void;
}

export default function PanelsEditor({ entity, project, part, change }: PanelsEditorProps) {
  const words = useText();
  const t = words.reports;
  const columns = useColumns(entity, project);
  const list = useMemo(() => readRuns(Object.fromEntries(new URLSearchParams(part.runs))), [part.runs]);
  const [query, setQuery] = useState(list.filters.join(" and "));
  const { raw: _raw, ...own } = part;
  const setPanels = (panels: readonly PanelDef[]) => change({ ...own, panels });
  const setRuns = (patch: Partial<typeof list>) => {
    const address = writeRuns({ ...list, ...patch });
    const said = Object.entries(address).filter((entry): entry is [string, string] => entry[1] !== undefined);
    change({ ...own, runs: new URLSearchParams(said).toString() });
  };
  const fields = ["group", "tags", "job_type", ...(columns.data?.config ?? []).map((path) => `config.${path}`)];
  const [group = ""] = list.group;
  const move = (place: number, by: number) => {
    const panels = [...part.panels];
    const [taken] = panels.splice(place, 1);
    if (taken) panels.splice(place + by, 0, taken);
    setPanels(panels);
  };
  return (
    <div className="rp-panels-edit">
      <div className="rp-panels-bar">
        <TextInput
          className="mono"
          aria-label={t.runsHint}
          placeholder={t.runsHint}
          title={t.runsHint}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onBlur={() => setRuns({ filters: query.trim() ? [query.trim()] : [] })}
          onKeyDown={(event) => event.key === "Enter" && setRuns({ filters: query.trim() ? [query.trim()] : [] })}
        />
        <Menu
          trigger={<Chip label={t.groupBy} value={group.replace(/^config\./, "") || t.noGroup} set={group !== ""} />}
          items={[
            { id: "", label: t.noGroup, checked: group === "", onSelect: () => setRuns({ group: [] }) },
            ...fields.slice(0, 60).map((field) => ({
              id: field,
              label: field.replace(/^config\./, ""),
              checked: field === group,
              onSelect: () => setRuns({ group: [field] }),
            })),
          ]}
        />
        <AddMetric
          entity={entity}
          project={project}
          onAdd={(key) => setPanels([...part.panels, { ...panelOf(newId(), "line"), config: { keys: [key] } }])}
        />
      </div>
      <ReportPanels
        entity={entity}
        project={project}
        part={part}
        footOf={(place) => (
          <span className="rp-panel-tools">
            <IconButton icon="left" small label={t.earlier} disabled={place === 0} onClick={() => move(place, -1)} />
            <IconButton
              icon="right"
              small
              label={t.later}
              disabled={place === part.panels.length - 1}
              onClick={() => move(place, 1)}
            />
            <IconButton
              icon="trash"
              small
              label={t.removePart}
              onClick={() => setPanels(part.panels.filter((_, at) => at !== place))}
            />
          </span>
        )}
      />
    </div>
  );
}

function AddMetric({ entity, project, onAdd }: { entity: string; project: string; onAdd: (key: string) => void }) {
  const t = useText().reports;
  const keys = useProjectKeys(entity, project);
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const found = (keys.data ?? []).filter(
    (each) =>
      each.kind === "number" && !each.key.startsWith("_") && each.key.toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={280}
      align="end"
      label={t.addPanel}
      trigger={<Button icon="plus">{t.addPanel}</Button>}
    >
      <div className="cb-find">
        <Search value={text} onChange={setText} placeholder={t.findMetric} />
      </div>
      <div className="cb-list scroll">
        {found.slice(0, 100).map((each) => (
          <button
            key={each.key}
            type="button"
            className="ui-menu-item"
            onClick={() => {
              setOpen(false);
              onAdd(each.key);
            }}
          >
            <Icon name="chart" small />
            <span className="cut">{each.key}</span>
          </button>
        ))}
      </div>
    </Popover>
  );
}
