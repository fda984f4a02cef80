/** Choosing one field of many, by search. */
import { type ReactNode, useState } from "react";
import { Chip, Icon, Popover, Search } from "@/ui";
import { useText } from "@/ui/text";
import { column } from "./columns";
import { columnName } from "./words";

interface FieldChipProps {
  label: string;
  value: ReactNode;
  set: boolean;
  fields: readonly string[];
  chosen: string | null;
  none: string;
  /** The fields are names of metrics, not of columns. */
  plain?: boolean;
  onChoose: (field: string | null) => void;
}

/** A chip that opens a searchable list of fields. */
export function FieldChip({ label, value, set, fields, chosen, none, plain, onChoose }: FieldChipProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={264}
      label={label}
      trigger={<Chip label={label} value={value} set={set} />}
    >
      <FieldList
        fields={fields}
        chosen={chosen}
        none={none}
        plain={plain ?? false}
        onChoose={(field) => {
          onChoose(field);
          setOpen(false);
        }}
      />
    </Popover>
  );
}

export function FieldList({
  fields,
  chosen,
  none,
  plain,
  onChoose,
}: Pick<FieldChipProps, "fields" | "chosen" | "none" | "onChoose"> & { plain: boolean }) {
  const t = useText();
  const [query, setQuery] = useState("");
  const name = (field: string) => (plain ? field : columnName(field, t));
  const wanted = query.trim().toLowerCase();
  const shown = fields.filter((field) => name(field).toLowerCase().includes(wanted)).slice(0, 200);
  return (
    <div className="runs-fields">
      <Search value={query} onChange={setQuery} placeholder={t.common.search} />
      <div className="runs-fields-list">
        {!wanted && (
          <button type="button" className="ui-menu-item" onClick={() => onChoose(null)}>
            <span className="ui-menu-check">{chosen === null && <Icon name="check" small />}</span>
            <span className="t3">{none}</span>
          </button>
        )}
        {shown.map((field) => (
          <button type="button" key={field} className="ui-menu-item" onClick={() => onChoose(field)}>
            <span className="ui-menu-check">{chosen === field && <Icon name="check" small />}</span>
            <span className="cut grow">{name(field)}</span>
            {!plain && <span className="ui-menu-hint">{kindName(field, t)}</span>}
          </button>
        ))}
        {shown.length === 0 && <p className="ui-card-empty">{t.common.noMatch(query)}</p>}
      </div>
    </div>
  );
}

function kindName(field: string, t: ReturnType<typeof useText>): string {
  const { kind } = column(field);
  return { run: t.runs.headRun, summary: t.runs.headSummary, config: t.runs.headConfig }[kind];
}
