/** Choosing several fields, one after the other: what groups are made by, and what the list is sorted by. */
import { useState } from "react";
import type { Sort } from "@/api/types";
import { Chip, IconButton, Popover } from "@/ui";
import { useText } from "@/ui/text";
import { FieldList } from "./FieldChip";
import { columnName } from "./words";

interface ChosenProps {
  fields: readonly string[];
  marks?: (field: string) => { label: string; text: string; press: () => void };
  onMove: (place: number, by: number) => void;
  onRemove: (place: number) => void;
}

/** What was chosen, in order. */
function Chosen({ fields, marks, onMove, onRemove }: ChosenProps) {
  const t = useText();
  return (
    <ol className="runs-chosen">
      {fields.map((field, place) => {
        const mark = marks?.(field);
        return (
          <li key={field}>
            <span className="t3 num">{place + 1}</span>
            <span className="cut grow">{columnName(field, t)}</span>
            {mark && (
              <button
                type="button"
                className="runs-way"
                aria-label={mark.label}
                title={mark.label}
                onClick={mark.press}
              >
                {mark.text}
              </button>
            )}
            <IconButton
              icon="up"
              small
              label={t.runs.earlier(columnName(field, t))}
              disabled={place === 0}
              onClick={() => onMove(place, -1)}
            />
            <IconButton icon="x" small label={t.runs.leaveOut(columnName(field, t))} onClick={() => onRemove(place)} />
          </li>
        );
      })}
    </ol>
  );
}

function moved<T>(list: readonly T[], place: number, by: number): T[] {
  const next = [...list];
  const [one] = next.splice(place, 1);
  if (one !== undefined) next.splice(place + by, 0, one);
  return next;
}

export function GroupChip({
  group,
  fields,
  most,
  onGroup,
}: {
  group: readonly string[];
  fields: readonly string[];
  most: number;
  onGroup: (group: string[]) => void;
}) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const [first, ...more] = group;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={280}
      label={t.runs.group}
      trigger={
        <Chip
          label={t.runs.group}
          value={
            first === undefined ? t.runs.groupNone : columnName(first, t) + (more.length ? ` +${more.length}` : "")
          }
          set={group.length > 0}
        />
      }
    >
      {group.length > 0 && (
        <Chosen
          fields={group}
          onMove={(place, by) => onGroup(moved(group, place, by))}
          onRemove={(place) => onGroup(group.filter((_, other) => other !== place))}
        />
      )}
      {group.length < most ? (
        <FieldList
          fields={fields.filter((field) => !group.includes(field))}
          chosen={null}
          none={group.length === 0 ? t.runs.groupNone : t.runs.ungroup}
          plain={false}
          onChoose={(field) => {
            onGroup(field === null ? [] : [...group, field]);
            if (group.length === 0) setOpen(false);
          }}
        />
      ) : (
        <p className="ui-card-empty">{t.runs.mostGroups(most)}</p>
      )}
    </Popover>
  );
}

export function SortChip({
  sorts,
  fields,
  onSorts,
}: {
  sorts: readonly Sort[];
  fields: readonly string[];
  onSorts: (sorts: Sort[]) => void;
}) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const [first, ...more] = sorts;
  const arrow = (field: string) => (sorts.find((each) => each.field === field)?.descending ? "↓" : "↑");
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={280}
      label={t.runs.sort}
      trigger={
        <Chip
          label={t.runs.sort}
          value={
            first
              ? `${columnName(first.field, t)} ${arrow(first.field)}${more.length ? ` +${more.length}` : ""}`
              : t.runs.sortNone
          }
          set={sorts.length > 0}
        />
      }
    >
      {sorts.length > 0 && (
        <Chosen
          fields={sorts.map((each) => each.field)}
          marks={(field) => ({
            label: arrow(field) === "↑" ? t.runs.sortDown : t.runs.sortUp,
            text: arrow(field),
            press: () =>
              onSorts(sorts.map((each) => (each.field === field ? { ...each, descending: !each.descending } : each))),
          })}
          onMove={(place, by) => onSorts(moved(sorts, place, by))}
          onRemove={(place) => onSorts(sorts.filter((_, other) => other !== place))}
        />
      )}
      <FieldList
        fields={fields.filter((field) => !sorts.some((each) => each.field === field))}
        chosen={null}
        none={t.runs.sortNone}
        plain={false}
        onChoose={(field) => {
          onSorts(field === null ? [] : [...sorts, { field, descending: false }]);
          if (sorts.length === 0) setOpen(false);
        }}
      />
    </Popover>
  );
}
