/** The line of a run. Scrolled down it costs its own cells, scrolled across the cells of one column. */
import { memo, type ReactNode, useState } from "react";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { fieldOf } from "@/state/fields";
import { Checkbox, Icon, IconButton } from "@/ui";
import { asNumber } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Cell, CellEditor, DeltaMark, deltaOf, isRight, written } from "./Cell";
import { type Column, TREND } from "./columns";
import { type CellEdit, isEditable } from "./editing";
import { type Goal, heat } from "./heat";
import { Line, type LineProps, type Place, placed } from "./lines";

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
    const [visited, setVisited] = useState(false);
    return (
      <Line
        line={props}
        className="of-run"
        selected={props.selected}
        onPointerEnter={visited ? undefined : () => setVisited(true)}
        cell={(each, place) =>
          each.kind === "run" || each.id === TREND ? (
            <RunCell
              key={each.id}
              line={props}
              column={each}
              tools={isEditable(each.id) && (visited || props.active === each.id)}
              {...place}
            />
          ) : (
            <ValueCell key={each.id} line={props} column={each} tools={false} {...place} />
          )
        }
      />
    );
  },
  (a, b) =>
    sameRun(a, b) &&
    a.selected === b.selected &&
    a.active === b.active &&
    a.curve === b.curve &&
    a.menu === b.menu &&
    a.edit === b.edit &&
    a.stats === b.stats &&
    a.before === b.before &&
    a.pinned === b.pinned &&
    a.shown === b.shown,
);

/** Whether all cells of the line have the same to say. */
function sameRun(a: RunLineProps, b: RunLineProps): boolean {
  return (
    a.run === b.run &&
    a.token === b.token &&
    a.top === b.top &&
    a.height === b.height &&
    a.depth === b.depth &&
    a.heated === b.heated &&
    a.goalOf === b.goalOf &&
    a.baseline === b.baseline
  );
}

/** Whether a column's values are written alike; others may have changed when runs came in sight. */
function sameInStats(id: string, a: RunLineProps, b: RunLineProps): boolean {
  if (a.stats === b.stats) return true;
  const heated = b.heated.has(id);
  const [before, now] = [a.stats.spans.get(id), b.stats.spans.get(id)];
  return (
    a.stats.numeric.has(id) === b.stats.numeric.has(id) &&
    a.stats.decimals.get(id) === b.stats.decimals.get(id) &&
    (!heated || (before?.[0] === now?.[0] && before?.[1] === now?.[1]))
  );
}

interface RunCellProps extends Place {
  line: RunLineProps;
  column: Column;
  tools: boolean;
}

const RunCell = memo(function RunCell({ line, column: each, tools, ...place }: RunCellProps) {
  const t = useText();
  const { run, stats, edit, baseline } = line;
  const active = line.active === each.id;
  const editable = isEditable(each.id);
  const right = isRight(each, stats.numeric) ? " right num" : "";
  const { className, style } = placed(each, place, `${right}${active ? " active" : ""}`);
  return (
    <div
      role="gridcell"
      tabIndex={-1}
      className={className}
      style={style}
      onClick={() => line.onActive(each.id)}
      onDoubleClick={() => line.onBegin(each.id)}
    >
      {each.id === "name" && (
        <span className="runs-check" style={{ marginLeft: line.depth * 20 }}>
          <Checkbox
            checked={line.selected}
            label={t.runs.select(run.name)}
            onChange={() => undefined}
            onClick={(event) => {
              event.stopPropagation();
              line.onSelect(!line.selected, event.shiftKey);
            }}
          />
        </span>
      )}
      {edit?.field === each.id && editable ? (
        <Editor line={line} edit={edit} />
      ) : (
        <>
          <Cell column={each} run={run} curve={line.curve} />
          {each.id === "name" && baseline?.id === run.id && (
            <span className="runs-base" title={t.runList.isBaseline}>
              <Icon name="flag" small />
              <span className="sr-only">{t.runList.isBaseline}</span>
            </span>
          )}
          {tools && isEditable(each.id) && <Tools key={run.id} line={line} column={each.id} />}
        </>
      )}
    </div>
  );
}, sameCell);

/** A number or a text and nothing else: most of a table, so it costs one element and no hook. */
const ValueCell = memo(function ValueCell({ line, column: each, ...place }: RunCellProps) {
  const { run, stats, heated, baseline } = line;
  const value = fieldOf(run, each.id);
  const span = heated.has(each.id) ? stats.spans.get(each.id) : undefined;
  const numeric = span ? asNumber(value) : null;
  const ground = span && numeric !== null ? heat(line.goalOf(each.id), numeric, span[0], span[1]) : undefined;
  const { text, pad, title, tone } = written(value, stats.decimals.get(each.id) ?? 0);
  const measured = baseline && each.kind === "summary" && stats.numeric.has(each.id);
  const right = stats.numeric.has(each.id) ? " right num" : "";
  const active = line.active === each.id ? " active" : "";
  const { className, style } = placed(
    each,
    place,
    `${measured ? "" : " plain"}${right}${tone}${pad ? " num-padded" : ""}${active}`,
  );
  return (
    <div
      role="gridcell"
      tabIndex={-1}
      className={className}
      style={ground ? { ...style, background: ground } : style}
      title={title}
      data-pad={pad || undefined}
      onClick={() => line.onActive(each.id)}
    >
      {text}
      {measured && (
        <DeltaMark
          delta={baseline.id === run.id ? null : deltaOf(value, fieldOf(baseline, each.id), line.goalOf(each.id))}
        />
      )}
    </div>
  );
}, sameCell);

function sameCell(a: RunCellProps, b: RunCellProps): boolean {
  const { id } = a.column;
  return (
    id === b.column.id &&
    a.column.width === b.column.width &&
    a.tools === b.tools &&
    (!b.tools || a.line.menu === b.line.menu) &&
    a.left === b.left &&
    a.still === b.still &&
    a.last === b.last &&
    sameRun(a.line, b.line) &&
    sameInStats(id, a.line, b.line) &&
    (a.line.active === id) === (b.line.active === id) &&
    (id !== "name" || a.line.selected === b.line.selected) &&
    (id !== TREND || a.line.curve === b.line.curve) &&
    (a.line.edit === b.line.edit || (a.line.edit?.field !== id && b.line.edit?.field !== id))
  );
}

function useEditing() {
  const t = useText().runs;
  return { name: t.editName, tags: t.editTags, notes: t.editNotes };
}

function Editor({ line, edit }: { line: RunLineProps; edit: CellEdit }) {
  const t = useText().runs;
  const editing = useEditing();
  return (
    <CellEditor
      edit={edit}
      label={editing[edit.field]}
      placeholder={edit.field === "tags" ? t.tagsPlaceholder : t.notesPlaceholder}
      onChange={line.onDraft}
      onCommit={line.onCommit}
      onCancel={line.onCancel}
    />
  );
}

/** They come with the pointer or the keyboard: in every line at once they would cost more than all that it says. */
function Tools({ line, column }: { line: RunLineProps; column: CellEdit["field"] }) {
  const editing = useEditing();
  return (
    <span className="runs-cell-tools">
      <IconButton
        icon="edit"
        small
        label={editing[column]}
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation();
          line.onBegin(column);
        }}
      />
      {column === "name" && line.menu(line.run)}
    </span>
  );
}
