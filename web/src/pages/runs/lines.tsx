/** The lines of the table: one a run, one a group, one for what is on its way. */
import { memo, type ReactNode } from "react";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { Checkbox, Icon, IconButton } from "@/ui";
import { asNumber, count, inColumn, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Cell, CellEditor, deltaOf, isRight } from "./Cell";
import { type Column, TREND } from "./columns";
import { type CellEdit, isEditable } from "./editing";
import { fieldValue } from "./field-value";
import { type Goal, heat } from "./heat";
import type { Stats } from "./stats";
import type { GroupNode } from "./tree";

/** What a cell of a group says beside the mean. */
export type GroupSays = "sigma" | "range";

interface LineProps {
  top: number;
  height: number;
  index: number;
  depth: number;
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

/** Cells of a fixed width, of which the first ones stand still. */
function placed(
  each: Column,
  place: { left?: number; last?: boolean },
  more = "",
): { className: string; style: object } {
  return {
    className: `runs-td${place.left !== undefined ? " sticky" : ""}${place.last ? " edge" : ""}${more}`,
    style: { width: each.width, left: place.left },
  };
}

export interface RunLineProps extends LineProps {
  run: Run;
  token: string;
  selected: boolean;
  curve: Curve | undefined;
  heated: ReadonlySet<string>;
  goalOf: (id: string) => Goal | null;
  baseline: Run | null;
  edit: CellEdit | null;
  menu: (run: Run) => ReactNode;
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
    const { run, stats, heated, edit, baseline } = props;
    const editing = { name: t.runs.editName, tags: t.runs.editTags, notes: t.runs.editNotes };
    return (
      <Line
        line={props}
        className="of-run"
        selected={props.selected}
        cell={(each, place) => {
          const value = each.kind === "run" ? null : fieldValue(run, each.id);
          const span = heated.has(each.id) ? stats.spans.get(each.id) : undefined;
          const numeric = span ? asNumber(value) : null;
          const ground = span && numeric !== null ? heat(props.goalOf(each.id), numeric, span[0], span[1]) : undefined;
          const measured = baseline && each.kind === "summary" && each.id !== TREND && stats.numeric.has(each.id);
          const delta = !measured
            ? undefined
            : baseline.id === run.id
              ? null
              : deltaOf(value, fieldValue(baseline, each.id), props.goalOf(each.id));
          const right = isRight(each, stats.numeric) ? " right num" : "";
          const { className, style } = placed(each, place, `${right}${props.active === each.id ? " active" : ""}`);
          return (
            <div
              key={each.id}
              role="gridcell"
              tabIndex={-1}
              className={className}
              style={{ ...style, background: ground }}
              onClick={() => props.onActive(each.id)}
              onDoubleClick={() => props.onBegin(each.id)}
            >
              {each.id === "name" && (
                <span className="runs-check" style={{ marginLeft: props.depth * 20 }}>
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
                  <Cell
                    column={each}
                    run={run}
                    decimals={stats.decimals.get(each.id) ?? 0}
                    curve={props.curve}
                    delta={delta}
                  />
                  {each.id === "name" && baseline?.id === run.id && (
                    <span className="runs-base" title={t.runList.isBaseline}>
                      <Icon name="flag" small />
                      <span className="sr-only">{t.runList.isBaseline}</span>
                    </span>
                  )}
                  {isEditable(each.id) && (
                    <span className="runs-cell-tools">
                      <IconButton
                        icon="edit"
                        small
                        label={editing[each.id]}
                        tabIndex={-1}
                        onClick={(event) => {
                          event.stopPropagation();
                          props.onBegin(each.id);
                        }}
                      />
                      {each.id === "name" && props.menu(run)}
                    </span>
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
    a.token === b.token &&
    a.top === b.top &&
    a.height === b.height &&
    a.depth === b.depth &&
    a.selected === b.selected &&
    a.active === b.active &&
    a.curve === b.curve &&
    a.edit === b.edit &&
    a.heated === b.heated &&
    a.goalOf === b.goalOf &&
    a.baseline === b.baseline &&
    a.stats === b.stats &&
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

/** A run that is on its way: the shape of its line. */
export function WaitingLine(props: LineProps) {
  const t = useText();
  return (
    <Line
      line={props}
      className="of-none"
      selected={false}
      cell={(each, place) => (
        <div key={each.id} role="gridcell" tabIndex={-1} {...placed(each, place)}>
          {each.id === "name" && <span className="sr-only">{t.runs.more}</span>}
          <i className="runs-bone" style={{ width: `${each.id === "name" ? 60 : 44}%` }} />
        </div>
      )}
    />
  );
}

interface GroupLineProps extends LineProps {
  group: GroupNode;
  open: boolean;
  says: GroupSays;
  selected: boolean;
  onToggle: () => void;
  onSelect: (on: boolean) => void;
}

export function GroupLine(props: GroupLineProps) {
  const { group, stats } = props;
  const t = useText();
  return (
    <Line
      line={props}
      className="of-group"
      selected={props.selected}
      cell={(each, place) => {
        const { className, style } = placed(
          each,
          place,
          `${isRight(each, stats.numeric) ? " right num" : ""}${props.active === each.id ? " active" : ""}`,
        );
        return (
          <div
            key={each.id}
            role="gridcell"
            tabIndex={-1}
            className={className}
            style={style}
            onClick={each.id === "name" ? props.onToggle : undefined}
          >
            {each.id === "name" ? (
              <span
                className="runs-name"
                style={{ marginLeft: props.depth * 20 }}
                title={group.path.map(({ field, value }) => `${field} = ${oneLine(value)}`).join("\n")}
              >
                <Checkbox
                  checked={props.selected}
                  label={t.runs.select(group.name)}
                  onChange={props.onSelect}
                  onClick={(event) => event.stopPropagation()}
                />
                <Icon name={props.open ? "down" : "right"} small />
                <i className="runs-square" style={{ background: `var(${group.token})` }} />
                <span className="cut">{group.name}</span>
                <span className="t3 num">{count(group.runs)}</span>
              </span>
            ) : (
              <GroupCell column={each} group={group} decimals={stats.decimals.get(each.id) ?? 0} says={props.says} />
            )}
          </div>
        );
      }}
    />
  );
}

const TOLD = ["running", "failed", "crashed", "killed"] as const;

function GroupCell({
  column: each,
  group,
  decimals,
  says,
}: {
  column: Column;
  group: GroupNode;
  decimals: number;
  says: GroupSays;
}) {
  const t = useText();
  if (each.id === "state") {
    const states = TOLD.filter((state) => group.states.has(state));
    const said = states.map((state) => `${group.states.get(state)} ${t.common.states[state].toLowerCase()}`);
    return (
      <span className="t3 cut" title={said.join(", ")}>
        {said[0] ?? ""}
      </span>
    );
  }
  if (each.kind === "run" || each.id === TREND) return null;
  const own = group.path.find(({ field }) => field === each.id);
  const shared = own ? own.value : group.shared.get(each.id);
  const one = asNumber(shared);
  if (shared !== undefined && shared !== null && (each.kind === "config" || one === null))
    return (
      <span className="cut" title={oneLine(shared)}>
        {one === null ? oneLine(shared) : inColumn(one, decimals)}
      </span>
    );
  const found = group.numbers.get(each.id);
  if (!found || found.mean === null || found.n === 0) return <span className="t3">—</span>;
  const text = inColumn(found.mean, decimals);
  const { min, max, std, n } = found;
  if (std === null || min === null || max === null) return <span>{text}</span>;
  const odd = found.nan + found.pos_inf + found.neg_inf;
  const title = `${text} ± ${number(std, 4)} (n = ${n})\nmin ${number(min, 5)} · max ${number(max, 5)}${odd > 0 ? `\n${t.runs.notFinite(odd)}` : ""}`;
  return (
    <span className="cut" title={title}>
      {says === "sigma" ? (
        <>
          {text} <span className="runs-sigma">± {number(std, 2)}</span>
        </>
      ) : (
        <>
          {inColumn(min, decimals)} <span className="runs-sigma">– {inColumn(max, decimals)}</span>
        </>
      )}{" "}
      <span className="t3">({n})</span>
    </span>
  );
}
