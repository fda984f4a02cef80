/** Which columns are shown, and columns that are computed from others. */
import { useState } from "react";
import { Button, Checkbox, Chip, Popover, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { type Column, columnsOf } from "./columns";
import { compile, ExpressionError } from "./expression";
import type { Look } from "./look";
import type { Table } from "./table";
import { Fault } from "./WhereBox";

export interface ColumnListProps {
  table: Table;
  columns: readonly Column[];
  look: Look;
  change: (part: Partial<Look>) => void;
}

export function ColumnList({ table, columns, look, change }: ColumnListProps) {
  const t = useText().tables;
  const [find, setFind] = useState("");
  const [adding, setAdding] = useState(false);
  const hidden = new Set(look.hidden);
  const wanted = find.trim().toLowerCase();
  const listed = columns.filter(({ id }) => !wanted || id.toLowerCase().includes(wanted));
  const shown = columns.filter(({ id }) => !hidden.has(id)).length;
  return (
    <Popover
      width={300}
      align="end"
      label={t.columns}
      onOpenChange={() => setAdding(false)}
      trigger={
        <Chip
          label={t.columns}
          value={shown < columns.length ? `${shown} / ${columns.length}` : String(columns.length)}
          set={shown < columns.length}
        />
      }
    >
      <div className="tb-columns">
        {columns.length > 10 && (
          <TextInput
            value={find}
            placeholder={t.findColumn}
            aria-label={t.findColumn}
            onChange={(event) => setFind(event.target.value)}
          />
        )}
        <div className="tb-ticks-list">
          {listed.map(({ id, type }) => (
            // biome-ignore lint/a11y/noLabelWithoutControl: the box within is a button of its own, named by the column.
            <label key={id}>
              <Checkbox
                checked={!hidden.has(id)}
                label={id}
                onChange={(on) =>
                  change({ hidden: on ? look.hidden.filter((each) => each !== id) : [...look.hidden, id] })
                }
              />
              <span className="cut grow">{id}</span>
              <span className="t3">{t.types[type]}</span>
            </label>
          ))}
        </div>
        {adding ? (
          <ComputeForm
            table={table}
            columns={columns}
            onAdd={(name, expression) => {
              change({ computed: [...look.computed, { name, expression }] });
              setAdding(false);
            }}
          />
        ) : (
          <div className="tb-columns-foot">
            <Button variant="bare" icon="plus" onClick={() => setAdding(true)}>
              {t.addColumn}
            </Button>
            {look.hidden.length > 0 && (
              <Button variant="bare" onClick={() => change({ hidden: [] })}>
                {t.allColumns}
              </Button>
            )}
          </div>
        )}
      </div>
    </Popover>
  );
}

function ComputeForm({
  table,
  columns,
  onAdd,
}: {
  table: Table;
  columns: readonly Column[];
  onAdd: (name: string, expression: string) => void;
}) {
  const t = useText().tables;
  const [name, setName] = useState("");
  const [expression, setExpression] = useState("");
  const [error, setError] = useState<ExpressionError | null>(null);
  const taken = columns.some(({ id }) => id === name.trim());
  return (
    <form
      className="tb-compute"
      onSubmit={(event) => {
        event.preventDefault();
        try {
          compile(expression, columns.length > 0 ? columns : columnsOf(table));
          onAdd(name.trim(), expression);
        } catch (found) {
          if (found instanceof ExpressionError) setError(found);
        }
      }}
    >
      <TextInput
        value={name}
        placeholder={t.columnName}
        aria-label={t.columnName}
        aria-invalid={taken}
        onChange={(event) => setName(event.target.value)}
      />
      <TextInput
        className="mono"
        value={expression}
        placeholder={t.columnExpression}
        aria-label={t.columnExpression}
        onChange={(event) => {
          setExpression(event.target.value);
          setError(null);
        }}
      />
      {error && <Fault text={expression} error={error} />}
      <Button type="submit" variant="primary" disabled={!name.trim() || taken || !expression.trim()}>
        {t.addColumn}
      </Button>
    </form>
  );
}
