import { type FormEvent, useId, useState } from "react";
import { type Columns, useColumns } from "@/api/projects";
import { useBoard } from "@/panels/board";
import { nameOf } from "@/state/fields";
import type { ChangeOptions } from "@/state/useAddress";
import type { RunView } from "@/state/view";
import { Button, Icon, IconButton, Popover, Search, Segmented, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { condition } from "./runs";

const OWN = ["name", "state", "tags", "group", "job_type", "user", "host", "created_at", "runtime_secs", "last_step"];
const OPS = ["=", "!=", "<", "<=", ">", ">=", "contains", "matches", "exists"] as const;

function fieldsOf(columns: Columns | null): string[] {
  return [
    ...OWN,
    ...(columns?.summary ?? []).map((name) => `summary.${name}`),
    ...(columns?.config ?? []).map((name) => `config.${name}`),
  ];
}

/** Asked for when somebody first looks: of a large project they cost the server a second after its start. */
function useFields(): string[] {
  const { entity, project } = useBoard();
  return fieldsOf(useColumns(entity, project).data ?? null);
}

/** Adds a condition, by parts or as text in the server's language. */
export function FilterButton({ onAdd }: { onAdd: (text: string) => void }) {
  const t = useText().workspace.runs;
  const [open, setOpen] = useState(false);
  const [way, setWay] = useState<"parts" | "text">("parts");
  const [text, setText] = useState("");
  const [field, setField] = useState("");
  const [op, setOp] = useState<string>("=");
  const [value, setValue] = useState("");
  const names = useId();
  const whole = way === "text" ? text.trim() : field.trim() ? condition(field.trim(), op, value.trim()) : "";
  const complete = way === "text" ? whole !== "" : whole !== "" && (op === "exists" || value.trim() !== "");
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!complete) return;
    onAdd(whole);
    setOpen(false);
    setText("");
    setValue("");
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={340}
      label={t.filterTitle}
      trigger={<IconButton icon="filter" bordered label={t.filter} />}
    >
      <form className="rs-form" onSubmit={add}>
        <div className="rs-form-head">
          <b>{t.filterTitle}</b>
          <Segmented
            label={t.filter}
            value={way}
            options={[
              { id: "parts", name: t.byParts },
              { id: "text", name: t.asText },
            ]}
            onChange={setWay}
          />
        </div>
        {way === "parts" ? (
          <div className="rs-parts">
            <TextInput
              list={names}
              value={field}
              placeholder={t.filterField}
              aria-label={t.filterField}
              onChange={(event) => setField(event.target.value)}
            />
            <FieldNames id={names} />
            <select
              className="ui-input"
              value={op}
              aria-label={t.filterOp}
              onChange={(event) => setOp(event.target.value)}
            >
              {OPS.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
            {op !== "exists" && (
              <TextInput
                value={value}
                placeholder={t.filterValue}
                aria-label={t.filterValue}
                onChange={(event) => setValue(event.target.value)}
              />
            )}
          </div>
        ) : (
          <TextInput
            className="mono"
            value={text}
            placeholder={t.filterPlaceholder}
            aria-label={t.filter}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <p className="cb-hint">{t.filterHint}</p>
        <div className="rs-form-end">
          <Button type="submit" variant="primary" disabled={!complete}>
            {t.addFilter}
          </Button>
        </div>
      </form>
    </Popover>
  );
}

function FieldNames({ id }: { id: string }) {
  const fields = useFields();
  return (
    <datalist id={id}>
      {fields.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

export function SortButton({
  view,
  change,
}: {
  view: RunView;
  change: (change: Partial<RunView>, options?: ChangeOptions) => void;
}) {
  const t = useText().workspace.runs;
  const names: Record<string, string> = {
    created_at: t.created,
    name: t.name,
    state: t.state,
    runtime_secs: t.runtime,
    last_step: t.lastStep,
  };
  const { sort } = view;
  return (
    <Popover width={280} label={t.sortBy} trigger={<IconButton icon="sort" bordered label={t.sort} />}>
      <div className="rs-form-head pad">
        <b>{t.sortBy}</b>
        <Segmented
          label={t.sort}
          value={sort.descending ? "desc" : "asc"}
          options={[
            { id: "asc", name: `↑ ${t.ascending}` },
            { id: "desc", name: `↓ ${t.descending}` },
          ]}
          onChange={(way) => change({ sort: { ...sort, descending: way === "desc" } }, { push: true })}
        />
      </div>
      <FieldList
        first={Object.keys(names)}
        names={names}
        chosen={[sort.field]}
        onChoose={(field) => change({ sort: { field, descending: sort.descending ?? false } }, { push: true })}
      />
    </Popover>
  );
}

const MOST_COLUMNS = 6;

/** Which values stand beside each run, as many as there is room for. */
export function ColumnPicker({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (columns: string[]) => void;
}) {
  const t = useText().workspace.runs;
  const choose = (field: string) =>
    onChange(
      chosen.includes(field) ? chosen.filter((each) => each !== field) : [...chosen, field].slice(-MOST_COLUMNS),
    );
  return (
    <span className="rs-columns">
      <Popover
        width={280}
        align="end"
        label={t.columns}
        trigger={<IconButton icon="columns" small label={t.columns} />}
      >
        <div className="rs-form-head pad">
          <b>{t.columns}</b>
          <span className="t3">{t.columnsHint}</span>
        </div>
        <FieldList last={["last_step", "runtime_secs"]} names={{}} chosen={chosen} onChoose={choose} />
      </Popover>
    </span>
  );
}

/** Values of config and summary, between fields of runs themselves. */
function FieldList({
  first = [],
  last = [],
  names,
  chosen,
  onChoose,
}: {
  first?: readonly string[];
  last?: readonly string[];
  names: Readonly<Record<string, string>>;
  chosen: readonly string[];
  onChoose: (field: string) => void;
}) {
  const t = useText().workspace.runs;
  const [text, setText] = useState("");
  const wanted = text.toLowerCase();
  const fields = [...first, ...useFields().filter((name) => name.includes(".")), ...last];
  const found = fields.filter((field) => (names[field] ?? field).toLowerCase().includes(wanted)).slice(0, 200);
  return (
    <>
      <div className="cb-find">
        <Search value={text} onChange={setText} placeholder={t.searchFields} />
      </div>
      <div className="cb-list scroll">
        {found.map((field) => (
          <button
            key={field}
            type="button"
            className="ui-menu-item cb-choice"
            aria-pressed={chosen.includes(field)}
            onClick={() => onChoose(field)}
          >
            <span className="ui-menu-check">{chosen.includes(field) && <Icon name="check" small />}</span>
            <span className="cut grow">{names[field] ?? nameOf(field)}</span>
            {field.includes(".") && <span className="ui-menu-hint">{field.slice(0, field.indexOf("."))}</span>}
          </button>
        ))}
      </div>
    </>
  );
}
