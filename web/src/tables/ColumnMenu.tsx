/** Everything one does with a column: sort, group, filter by what its cells are, move, pin, hide. */
import { type ReactNode, useState } from "react";
import { Button, Checkbox, Icon, type IconName, Popover, Segmented, TextInput } from "@/ui";
import { number, si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { type Column, isMediaColumn } from "./columns";
import { countsOf, type Facts, factsOf } from "./facts";
import { type Filter, patternOf } from "./filters";
import type { HeadCellProps } from "./HeadCell";
import { movedBefore } from "./look";
import { Brush } from "./Spark";
import type { Row } from "./table";

interface ColumnMenuProps extends HeadCellProps {
  filter: Filter | null;
  onFilter: (filter: Filter | null) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  trigger: ReactNode;
}

export function ColumnMenu({ open, onOpenChange, trigger, ...props }: ColumnMenuProps) {
  return (
    <Popover open={open} onOpenChange={onOpenChange} width={292} align="end" label={props.column.id} trigger={trigger}>
      {open && <Body {...props} close={() => onOpenChange(false)} />}
    </Popover>
  );
}

function Body(props: Omit<ColumnMenuProps, "open" | "onOpenChange" | "trigger"> & { close: () => void }) {
  const { column, rows, remaining, look, change, filter, onFilter, shown, close } = props;
  const t = useText().tables;
  const [facts] = useState(() => props.facts ?? factsOf(column, rows));
  const { id } = column;
  const grouped = look.groups.includes(id);
  const pinned = look.pinned.includes(id);
  const at = shown.findIndex((each) => each.id === id);
  const sort = (descending: boolean) => change({ sorts: [{ column: id, descending }] });
  const act = (icon: IconName, label: string, run: () => void, disabled = false) => (
    <button
      type="button"
      className="ui-menu-item"
      disabled={disabled}
      onClick={() => {
        run();
        close();
      }}
    >
      <Icon name={icon} />
      <span className="grow cut">{label}</span>
    </button>
  );
  return (
    <div className="tb-menu">
      <p className="tb-menu-facts num">
        <b className="cut">{column.id}</b>
        <span className="t3">
          {t.types[column.type]} · {t.filledOf(si(facts.filled), si(facts.filled + facts.empty))}
        </span>
        {facts.bins && (
          <span className="t3">{t.minMeanMax(number(facts.min), number(facts.mean), number(facts.max))}</span>
        )}
      </p>
      <FilterForm column={column} facts={facts} remaining={remaining} filter={filter} set={onFilter} />
      <div className="tb-menu-acts">
        {act("up", t.ascending, () => sort(false))}
        {act("down", t.descending, () => sort(true))}
        {!isMediaColumn(column) &&
          act("group", grouped ? t.ungroup : t.groupBy, () =>
            change({ groups: grouped ? look.groups.filter((each) => each !== id) : [...look.groups, id] }),
          )}
        {act("pin", pinned ? t.unpin : t.pin, () =>
          change({ pinned: pinned ? look.pinned.filter((each) => each !== id) : [...look.pinned, id] }),
        )}
        {act("left", t.moveLeft, () => change({ order: movedBefore(shown, id, shown[at - 1]?.id ?? null) }), at <= 0)}
        {act(
          "right",
          t.moveRight,
          () => change({ order: movedBefore(shown, id, shown[at + 2]?.id ?? null) }),
          at >= shown.length - 1,
        )}
        {act("eyeOff", t.hide, () => change({ hidden: [...look.hidden, id] }), shown.length < 2)}
        {column.computed &&
          act("trash", t.deleteColumn, () => change({ computed: look.computed.filter(({ name }) => name !== id) }))}
      </div>
    </div>
  );
}

interface FilterFormProps {
  column: Column;
  facts: Facts;
  remaining: readonly Row[];
  filter: Filter | null;
  set: (filter: Filter | null) => void;
}

function FilterForm({ column, facts, remaining, filter, set }: FilterFormProps) {
  const t = useText().tables;
  return (
    <div className="tb-menu-filter">
      {facts.bins && facts.bins.counts.length > 1 && (
        <>
          <Brush
            column={column}
            facts={facts}
            left={remaining}
            filter={filter}
            onFilter={set}
            height={56}
            bins={facts.bins}
          />
          <RangeForm key={JSON.stringify(filter)} column={column} facts={facts} filter={filter} set={set} />
        </>
      )}
      {facts.top.length > 0 && (
        <>
          {column.kind !== "boolean" && <TextForm column={column} filter={filter} set={set} />}
          <Ticks column={column} facts={facts} remaining={remaining} filter={filter} set={set} />
        </>
      )}
      {(facts.empty > 0 || filter?.op === "empty" || filter?.op === "filled") && (
        <Segmented
          label={t.emptiness}
          value={filter?.op === "empty" || filter?.op === "filled" ? filter.op : "any"}
          options={[
            { id: "any", name: t.anyCell },
            { id: "filled", name: t.filledOnly },
            { id: "empty", name: t.emptyOnly },
          ]}
          onChange={(op) => set(op === "any" ? null : { column: column.id, op })}
        />
      )}
      {filter && (
        <Button variant="bare" icon="x" onClick={() => set(null)}>
          {t.clearFilter}
        </Button>
      )}
    </div>
  );
}

function RangeForm({ column, facts, filter, set }: Omit<FilterFormProps, "remaining">) {
  const t = useText().tables;
  const range = filter?.op === "range" ? filter : null;
  const [low, setLow] = useState(range?.low?.toString() ?? "");
  const [high, setHigh] = useState(range?.high?.toString() ?? "");
  const bound = (text: string) => (text.trim() === "" || !Number.isFinite(Number(text)) ? null : Number(text));
  const put = () => {
    const [a, b] = [bound(low), bound(high)];
    set(a === null && b === null ? null : { column: column.id, op: "range", low: a, high: b });
  };
  return (
    <form
      className="tb-range"
      onSubmit={(event) => {
        event.preventDefault();
        put();
      }}
    >
      <TextInput
        inputMode="decimal"
        aria-label={t.atLeast}
        placeholder={number(facts.min)}
        value={low}
        onChange={(event) => setLow(event.target.value)}
        onBlur={() => bound(low) !== (range?.low ?? null) && put()}
      />
      <span className="t3">…</span>
      <TextInput
        inputMode="decimal"
        aria-label={t.atMost}
        placeholder={number(facts.max)}
        value={high}
        onChange={(event) => setHigh(event.target.value)}
        onBlur={() => bound(high) !== (range?.high ?? null) && put()}
      />
      <Button type="submit">{t.apply}</Button>
    </form>
  );
}

function TextForm({ column, filter, set }: Pick<FilterFormProps, "column" | "filter" | "set">) {
  const t = useText().tables;
  const [how, setHow] = useState<"has" | "matches">(filter?.op === "matches" ? "matches" : "has");
  const text = filter?.op === "has" ? filter.text : filter?.op === "matches" ? filter.pattern : "";
  const put = (next: string, as: "has" | "matches") => {
    if (next === "") set(null);
    else
      set(
        as === "has"
          ? { column: column.id, op: "has", text: next }
          : { column: column.id, op: "matches", pattern: next },
      );
  };
  const bad = how === "matches" && text !== "" && patternOf(text) === null;
  return (
    <div className="tb-text">
      <TextInput
        className={bad ? "invalid" : undefined}
        aria-invalid={bad}
        aria-label={how === "has" ? t.contains : t.matches}
        placeholder={how === "has" ? t.contains : t.matches}
        value={text}
        onChange={(event) => put(event.target.value, how)}
      />
      <Segmented
        label={t.textHow}
        value={how}
        options={[
          { id: "has", name: "abc", hint: t.contains },
          { id: "matches", name: ".*", hint: t.matches },
        ]}
        onChange={(next) => {
          setHow(next);
          if (text) put(text, next);
        }}
      />
      {bad && <p className="ui-field-error">{t.badPattern}</p>}
    </div>
  );
}

const TICKS = 60;

function Ticks({ column, facts, remaining, filter, set }: FilterFormProps) {
  const t = useText().tables;
  const [find, setFind] = useState("");
  const chosen = filter?.op === "in" ? filter.values : [];
  const wanted = find.trim().toLowerCase();
  const matching = facts.top.filter(({ text }) => !wanted || text.toLowerCase().includes(wanted));
  const top = matching.slice(0, TICKS);
  const counts = countsOf(
    column.place,
    remaining,
    top.map(({ text }) => text),
  );
  const tick = (text: string, on: boolean) => {
    const values = on ? [...chosen, text] : chosen.filter((each) => each !== text);
    set(values.length > 0 ? { column: column.id, op: "in", values } : null);
  };
  return (
    <div className="tb-ticks">
      {facts.top.length > 12 && (
        <TextInput
          value={find}
          placeholder={t.findValue}
          aria-label={t.findValue}
          onChange={(event) => setFind(event.target.value)}
        />
      )}
      <div className="tb-ticks-list">
        {top.map(({ text, count }, place) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: the box within is a button of its own, named by the value.
          <label key={text}>
            <Checkbox checked={chosen.includes(text)} label={text} onChange={(on) => tick(text, on)} />
            <span className="cut grow">{text === "" ? t.emptyText : text}</span>
            <span className="t3 num">
              {counts[place] === count ? si(count) : `${si(counts[place] ?? 0)} / ${si(count)}`}
            </span>
          </label>
        ))}
        {matching.length > TICKS && <p className="t3 num">{t.moreValues(si(matching.length - TICKS))}</p>}
      </div>
    </div>
  );
}
