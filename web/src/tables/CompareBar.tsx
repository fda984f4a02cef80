/** With what the table is compared, by which column rows are matched, and how many came, went and changed. */
import { useState } from "react";
import { useRuns } from "@/api/runs";
import type { Run } from "@/api/types";
import { Button, Chip, Icon, Menu, type MenuItem, RunDot, Toggle } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { CHANGE, CHANGES, type Change, type Comparison } from "./comparing";
import { withFilter } from "./filters";
import type { Look } from "./look";
import { isTable, type Version } from "./useVersions";

const RUNS = 100;

export interface CompareMenuProps {
  run: Run;
  tableKey: string;
  list: readonly Version[];
  step: number;
  /** `@1200` for a step of the run, the id of another run, or both. */
  chosen: string | null;
  onChoose: (what: string) => void;
}

/** The other steps of the run, and other runs that have the table. */
export function CompareMenu({ run, tableKey, list, step, chosen, onChoose }: CompareMenuProps) {
  const t = useText().tables;
  const [opened, setOpened] = useState(false);
  const runs = useRuns(run.entity, run.project, { limit: RUNS }, opened);
  const others = (runs.data?.runs ?? []).filter((each) => each.id !== run.id && isTable(each.summary[tableKey]));
  const steps = list.filter((version) => version.step !== step).reverse();
  const items: MenuItem[] = [
    ...(steps.length > 0 ? [{ id: "-steps", title: t.otherStep }] : []),
    ...steps.slice(0, 40).map(
      (version): MenuItem => ({
        id: `@${version.step}`,
        label: t.stepOf(count(version.step)),
        checked: chosen === `@${version.step}`,
        onSelect: () => onChoose(`@${version.step}`),
      }),
    ),
    ...(others.length > 0 ? [{ id: "-runs", title: t.otherRun }] : []),
    ...others.map(
      (each): MenuItem => ({
        id: each.id,
        label: (
          <span className="pn-choice">
            <RunDot run={each} size={8} /> {each.name}
          </span>
        ),
        checked: chosen === each.id,
        onSelect: () => onChoose(each.id),
      }),
    ),
    ...(steps.length + others.length === 0 && !runs.isLoading
      ? [{ id: "none", label: t.noOther, disabled: true, onSelect: () => undefined }]
      : []),
  ];
  return (
    <span onPointerEnter={() => setOpened(true)} onFocus={() => setOpened(true)}>
      <Menu
        align="end"
        items={items}
        trigger={
          <Button icon="compare" aria-label={t.compareWith}>
            {t.compare}
          </Button>
        }
      />
    </span>
  );
}

export interface CompareBarProps {
  other: Run;
  otherStep: number;
  sameRun: boolean;
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
  const { other, otherStep, sameRun, comparison, keys, chosenKey, onKey, look, change } = props;
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
        {!sameRun && (
          <>
            <RunDot run={other} size={8} />
            <b className="cut">{other.name}</b>
          </>
        )}
        <b className="num">{t.stepOf(count(otherStep))}</b>
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
