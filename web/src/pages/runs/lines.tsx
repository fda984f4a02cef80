/** The lines of the table: one a run, one a group. */
import { memo, type ReactNode } from "react";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { Checkbox, Icon, IconButton } from "@/ui";
import { asNumber, inColumn, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Cell, CellEditor, isRight } from "./Cell";
import { type Column, TREND } from "./columns";
import { type CellEdit, isEditable } from "./editing";
import { fieldValue } from "./field-value";
import { common, type Group, spread } from "./groups";
import { heat } from "./heat";
import type { Stats } from "./stats";

interface LineProps {
  top: number;
  height: number;
  index: number;
  active: string | null;
  pinned: readonly Column[];
  free: readonly Column[];
  shownColumns: readonly { index: number }[];
  before: number;
  stats: Stats;
}

function Line({
  line,
  className,
  selected,
  cell,
}: {
  line: LineProps;
  className: string;
  selected: boolean;
  cell: (column: Column, place: { left?: number; last?: boolean }) => ReactNode;
}) {
  let left = 0;
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={line.index + 1}
      aria-selected={selected}
      className={`runs-row ${className}${selected ? " selected" : ""}`}
      style={{ transform: `translateY(${line.top}px)`, height: line.height }}
    >
      {line.pinned.map((each, place) => {
        const at = left;
        left += each.width;
        return cell(each, { left: at, last: place === line.pinned.length - 1 });
      })}
      <span style={{ width: line.before, flex: "none" }} />
      {line.shownColumns.map((item) => {
        const each = line.free[item.index];
        return each ? cell(each, {}) : null;
      })}
    </div>
  );
}

interface RunLineProps extends LineProps {
  run: Run;
  indented: boolean;
  selected: boolean;
  curve: Curve | undefined;
  heatField: string | null;
  edit: CellEdit | null;
  onActive: (column: string) => void;
  onSelect: (on: boolean, range: boolean) => void;
  onBegin: (column: string) => void;
  onDraft: (draft: string) => void;
  onCommit: () => void;
  onCancel: () => void;
}

export const RunLine = memo(
  function RunLine(props: RunLineProps) {
    const t = useText();
    const { run, stats, heatField, edit } = props;
    const editing = { name: t.runs.editName, tags: t.runs.editTags, notes: t.runs.editNotes };
    return (
      <Line
        line={props}
        className="run"
        selected={props.selected}
        cell={(each, { left, last }) => {
          const span = heatField === each.id ? stats.spans.get(each.id) : undefined;
          const value = span ? asNumber(fieldValue(run, each.id)) : null;
          const ground = span && value !== null ? heat(each.path, value, span[0], span[1]) : undefined;
          return (
            <div
              key={each.id}
              role="gridcell"
              tabIndex={-1}
              className={`runs-td${isRight(each, stats.numeric) ? " right num" : ""}${left !== undefined ? " sticky" : ""}${last ? " edge" : ""}${props.active === each.id ? " active" : ""}`}
              style={{ width: each.width, left, background: ground }}
              onClick={() => props.onActive(each.id)}
              onDoubleClick={() => props.onBegin(each.id)}
            >
              {each.id === "name" && (
                <span className={props.indented ? "runs-check indented" : "runs-check"}>
                  <Checkbox
                    checked={props.selected}
                    label={t.runs.select(run.name)}
                    onChange={() => undefined}
                    onClick={(event) => {
                      event.stopPropagation();
                      props.onSelect(!props.selected, event.shiftKey);
                    }}
                  />
                </span>
              )}
              {edit?.field === each.id && isEditable(each.id) ? (
                <CellEditor
                  edit={edit}
                  label={editing[each.id]}
                  placeholder={each.id === "tags" ? t.runs.tagsPlaceholder : t.runs.notesPlaceholder}
                  onChange={props.onDraft}
                  onCommit={props.onCommit}
                  onCancel={props.onCancel}
                />
              ) : (
                <>
                  <Cell column={each} run={run} decimals={stats.decimals.get(each.id) ?? 0} curve={props.curve} />
                  {isEditable(each.id) && (
                    <IconButton
                      icon="edit"
                      small
                      className="runs-pencil"
                      label={editing[each.id]}
                      tabIndex={-1}
                      onClick={(event) => {
                        event.stopPropagation();
                        props.onBegin(each.id);
                      }}
                    />
                  )}
                </>
              )}
            </div>
          );
        }}
      />
    );
  },
  (a, b) =>
    a.run === b.run &&
    a.top === b.top &&
    a.height === b.height &&
    a.selected === b.selected &&
    a.active === b.active &&
    a.curve === b.curve &&
    a.edit === b.edit &&
    a.heatField === b.heatField &&
    a.stats === b.stats &&
    a.indented === b.indented &&
    a.before === b.before &&
    sameColumns(a, b),
);

function sameColumns(a: LineProps, b: LineProps): boolean {
  return (
    a.shownColumns.length === b.shownColumns.length &&
    a.shownColumns.every((item, place) => item.index === b.shownColumns[place]?.index) &&
    same(a.pinned, b.pinned) &&
    same(a.free, b.free)
  );
}

function same(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every((each, place) => each.id === b[place]?.id && each.width === b[place]?.width);
}

export function GroupLine(
  props: LineProps & { group: Group; selected: boolean; onToggle: () => void; onSelect: (on: boolean) => void },
) {
  const t = useText();
  const { group, stats } = props;
  return (
    <Line
      line={props}
      className="group"
      selected={false}
      cell={(each, { left, last }) => (
        <div
          key={each.id}
          role="gridcell"
          tabIndex={-1}
          className={`runs-td${isRight(each, stats.numeric) ? " right num" : ""}${left !== undefined ? " sticky" : ""}${last ? " edge" : ""}${props.active === each.id ? " active" : ""}`}
          style={{ width: each.width, left }}
          onClick={each.id === "name" ? props.onToggle : undefined}
        >
          {each.id === "name" ? (
            <span className="runs-name">
              <Checkbox
                checked={props.selected}
                label={t.runs.select(group.label)}
                onChange={props.onSelect}
                onClick={(event) => event.stopPropagation()}
              />
              <Icon name={group.open ? "down" : "right"} small />
              <span className="cut">{group.label}</span>
              <span className="ui-count">{group.runs.length}</span>
            </span>
          ) : (
            <GroupCell column={each} group={group} decimals={stats.decimals.get(each.id) ?? 0} />
          )}
        </div>
      )}
    />
  );
}

function GroupCell({ column: each, group, decimals }: { column: Column; group: Group; decimals: number }) {
  const t = useText();
  if (each.id === "state") {
    const state = (["running", "failed", "crashed", "killed"] as const).find((each) =>
      group.runs.some((run) => run.state === each),
    );
    const n = group.runs.filter((run) => run.state === state).length;
    return <span className="t3 cut">{state ? `${n} ${t.common.states[state].toLowerCase()}` : ""}</span>;
  }
  if (each.kind === "run" || each.id === TREND) return null;
  const same = common(group.runs, each.id);
  const one = asNumber(same);
  if (same !== undefined && same !== null && each.kind === "config")
    return <span className="cut">{one === null ? oneLine(same) : inColumn(one, decimals)}</span>;
  const found = spread(group.runs, each.id);
  if (!found) return <span className="t3">—</span>;
  const text = inColumn(found.mean, decimals);
  if (found.sigma === null) return <span>{text}</span>;
  return (
    <span className="cut" title={`${text} ± ${number(found.sigma, 4)} (${found.n})`}>
      {text} <span className="runs-sigma">± {number(found.sigma, 2)}</span> <span className="t3">({found.n})</span>
    </span>
  );
}
