/** The chips that filter the table, and how many runs they leave. */
import { useState } from "react";
import type { Op } from "@/api/types";
import { Button, Field, Icon, Popover, Tag, TextInput } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { FieldList } from "./FieldChip";
import { CHIP_OPS, chipWords, type Chip as FilterChip } from "./filters";
import { columnName } from "./words";

export interface FilterBarProps {
  chips: readonly FilterChip[];
  onChips: (chips: FilterChip[]) => void;
  fields: readonly string[];
  shown: number | null;
  all: number | null;
  hidden: number;
  onShowHidden: () => void;
  draft: string | null;
  onDraft: (field: string | null) => void;
}

export function FilterBar(props: FilterBarProps) {
  const { chips, onChips, fields, shown, all, hidden, draft, onDraft } = props;
  const t = useText();
  return (
    <div className="runs-filters">
      <Icon name="filter" small />
      {chips.map((chip, place) => (
        <Tag
          key={`${chip.field} ${chip.op} ${chip.value}`}
          accent
          onRemove={() => onChips(chips.filter((_, other) => other !== place))}
        >
          {chipWords(chip)}
        </Tag>
      ))}
      <Popover
        open={draft !== null}
        onOpenChange={(open) => onDraft(open ? "" : null)}
        width={300}
        label={t.runs.addFilter}
        trigger={
          <button type="button" className="runs-add">
            {t.runs.addFilter}
          </button>
        }
      >
        {draft !== null && (
          <FilterForm
            fields={fields}
            field={draft}
            onAdd={(chip) => {
              onChips([...chips, chip]);
              onDraft(null);
            }}
          />
        )}
      </Popover>
      <span className="grow" />
      <span className="t3 num runs-total">
        {shown !== null &&
          all !== null &&
          (shown < all
            ? `${t.runs.shown(count(shown), count(all))} · ${t.runs.hidden(count(all - shown))}`
            : t.runs.allShown(count(all)))}
        {hidden > 0 && (
          <>
            {" · "}
            <button type="button" className="ui-link" onClick={props.onShowHidden} title={t.runs.showHidden}>
              {t.runs.hiddenRuns(hidden)}
            </button>
          </>
        )}
      </span>
    </div>
  );
}

function FilterForm({
  fields,
  field: first,
  onAdd,
}: {
  fields: readonly string[];
  field: string;
  onAdd: (chip: FilterChip) => void;
}) {
  const t = useText();
  const [field, setField] = useState(first);
  const [op, setOp] = useState<Op>(first.startsWith("summary.") ? "<" : "=");
  const [value, setValue] = useState("");
  if (!field)
    return (
      <FieldList
        fields={fields}
        chosen={null}
        none=""
        plain={false}
        onChoose={(chosen) => chosen && setField(chosen)}
      />
    );
  const add = () => {
    if (op === "exists" || value.trim()) onAdd({ field, op, value: value.trim() });
  };
  return (
    <form
      className="runs-filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <button type="button" className="runs-filter-field" onClick={() => setField("")}>
        <Icon name="left" small />
        <b className="cut">{columnName(field, t)}</b>
      </button>
      <div className="runs-ops" role="radiogroup" aria-label={t.runs.filterOp}>
        {CHIP_OPS.map((each) => (
          <button
            key={each}
            type="button"
            role="radio"
            aria-checked={each === op}
            className={each === op ? "on mono" : "mono"}
            onClick={() => setOp(each)}
          >
            {each}
          </button>
        ))}
      </div>
      {op !== "exists" && (
        <Field label={t.runs.filterValue}>
          {(id) => (
            <TextInput
              id={id}
              autoFocus
              value={value}
              onChange={(event) => setValue(event.target.value)}
              className="mono"
            />
          )}
        </Field>
      )}
      <Button type="submit" variant="primary">
        {t.runs.filterApply}
      </Button>
    </form>
  );
}
