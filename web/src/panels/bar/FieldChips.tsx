/** By which fields the runs are grouped, and by which they are coloured. */
import { useState } from "react";
import { type Columns, useColumns } from "@/api/projects";
import { nameOf } from "@/state/fields";
import type { RunView } from "@/state/view";
import { Button, Chip, IconButton, Popover, Search } from "@/ui";
import { useText } from "@/ui/text";
import { useBoard } from "../board";
import { Choice } from "./settings";

export interface FieldChipProps {
  view: RunView;
  change: (patch: Partial<RunView>, options?: { push?: boolean }) => void;
}

const OWN = ["state", "tags", "group", "job_type", "user", "host", "sweep"];

export function GroupChip({ view, change }: FieldChipProps) {
  const t = useText().board;
  const [open, setOpen] = useState(false);
  const { group } = view;
  const set = (next: readonly string[]) => change({ group: next }, { push: true });
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={300}
      label={t.groupBy}
      trigger={
        <Chip
          label={t.group}
          value={group.length === 0 ? t.none : group.map(nameOf).join(", ")}
          set={group.length > 0}
        />
      }
    >
      {group.length > 0 && (
        <ol className="cb-chosen" aria-label={t.groupBy}>
          {group.map((field, place) => (
            <li key={field}>
              <span className="t3 num">{place + 1}</span>
              <span className="cut grow" title={field}>
                {nameOf(field)}
              </span>
              <IconButton
                icon="up"
                small
                label={t.groupEarlier(nameOf(field))}
                disabled={place === 0}
                onClick={() => set([...group.slice(0, place - 1), field, group[place - 1]!, ...group.slice(place + 1)])}
              />
              <IconButton
                icon="x"
                small
                label={t.groupWithout(nameOf(field))}
                onClick={() => set(group.filter((each) => each !== field))}
              />
            </li>
          ))}
        </ol>
      )}
      <Fields
        own={OWN}
        isOn={(field) => group.includes(field)}
        onPick={(field) => set(group.includes(field) ? group.filter((each) => each !== field) : [...group, field])}
      />
      {group.length > 0 && (
        <div className="cb-end">
          <Button variant="bare" onClick={() => set([])}>
            {t.ungroup}
          </Button>
        </div>
      )}
    </Popover>
  );
}

export function ColourChip({ view, change }: FieldChipProps) {
  const t = useText().board;
  const [open, setOpen] = useState(false);
  const { colour, group } = view;
  const own = group.length > 0 ? t.colourOfGroup : t.colourOfRun;
  const choose = (next: string) => {
    setOpen(false);
    change({ colour: next }, { push: true });
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={300}
      label={t.colourBy}
      trigger={<Chip label={t.colour} value={colour === "" ? own : nameOf(colour)} set={colour !== ""} />}
    >
      <div className="cb-list">
        <Choice on={colour === ""} name={own} onClick={() => choose("")} />
      </div>
      <Fields own={OWN} isOn={(field) => colour === field} onPick={choose} />
    </Popover>
  );
}

const MOST = 60;

interface FieldsProps {
  own: readonly string[];
  isOn: (field: string) => boolean;
  onPick: (field: string) => void;
}

/** Fields of the runs, those of the config first. */
function Fields({ own, isOn, onPick }: FieldsProps) {
  const t = useText().board;
  const { entity, project } = useBoard();
  const columns: Columns | undefined = useColumns(entity, project).data;
  const [text, setText] = useState("");
  const all = [
    ...(columns?.config ?? []).map((name) => `config.${name}`),
    ...own,
    ...(columns?.summary ?? []).filter((name) => !name.startsWith("_")).map((name) => `summary.${name}`),
  ];
  const word = text.toLowerCase();
  const found = all.filter((field) => field.toLowerCase().includes(word));
  return (
    <>
      <div className="cb-find top">
        <Search value={text} onChange={setText} placeholder={t.searchFields} />
      </div>
      <div className="cb-list scroll">
        {found.slice(0, MOST).map((field) => (
          <Choice key={field} on={isOn(field)} name={field.replace(/^config\./, "")} onClick={() => onPick(field)} />
        ))}
        {found.length > MOST && <p className="cb-more">{t.moreFields(found.length - MOST)}</p>}
        {columns !== undefined && found.length === 0 && <p className="cb-more">{t.noField}</p>}
      </div>
    </>
  );
}
