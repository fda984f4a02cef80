/** With what the table is compared, by which column rows are matched, and how many came, went and changed. */
import type { ReactNode } from "react";
import { Button, Chip, Icon, Menu, Toggle } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { CHANGE, CHANGES, type Change, type Comparison } from "./comparing";
import { withFilter } from "./filters";
import type { Look } from "./look";

export interface CompareBarProps {
  /** What it is compared with. */
  other: ReactNode;
  comparison: Comparison;
  /** Columns by which rows can be matched. */
  keys: readonly string[];
  chosenKey: string | null;
  onKey: (key: string) => void;
  onlyDifferent: boolean;
  onOnlyDifferent: (on: boolean) => void;
  onEnd: () => void;
  look: Look;
  change: (part: Partial<Look>) => void;
}

export function CompareBar(props: CompareBarProps) {
  const { other, comparison, keys, chosenKey, onKey, look, change } = props;
  const t = useText().tables;
  const filter = look.filters.find(({ column }) => column === CHANGE);
  const now = filter?.op === "in" && filter.values.length === 1 ? filter.values[0] : null;
  const total = CHANGES.reduce((sum, each) => sum + comparison.counts[each], 0);
  const show = (what: Change | null) =>
    change({ filters: withFilter(look.filters, CHANGE, what && { column: CHANGE, op: "in", values: [what] }) });
  return (
    <div className="tb-compare">
      <span className="tb-compare-who">
        <Icon name="compare" />
        <span className="t3">{t.compareWith}</span>
        {other}
      </span>
      <div className="tb-changes" role="group" aria-label={t.compare}>
        <button type="button" aria-pressed={now === null} onClick={() => show(null)}>
          {t.all} <em className="num">{count(total)}</em>
        </button>
        {CHANGES.map((each) => (
          <button
            key={each}
            type="button"
            className={each}
            aria-pressed={now === each}
            disabled={comparison.counts[each] === 0}
            onClick={() => show(now === each ? null : each)}
          >
            <i aria-hidden="true" />
            {t.changes[each]} <em className="num">{count(comparison.counts[each])}</em>
          </button>
        ))}
      </div>
      <Menu
        trigger={<Chip label={t.key} value={chosenKey ?? t.byPlace} />}
        items={[
          { id: "#", label: t.byPlace, checked: chosenKey === null, onSelect: () => onKey("#") },
          ...keys.map((key) => ({ id: `k${key}`, label: key, checked: key === chosenKey, onSelect: () => onKey(key) })),
        ]}
      />
      <span className="tb-toggle">
        <Toggle checked={props.onlyDifferent} onChange={props.onOnlyDifferent} label={t.onlyDifferent} />
        <span>{t.onlyDifferent}</span>
      </span>
      {comparison.repeated > 0 && (
        <span className="t3 num">
          <Icon name="warn" small /> {t.repeatedKey(count(comparison.repeated))}
        </span>
      )}
      <span className="grow" />
      <Button variant="bare" icon="x" onClick={props.onEnd}>
        {t.endCompare}
      </Button>
    </div>
  );
}
