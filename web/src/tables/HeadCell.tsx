/** The head of a column: its name, which sorts; what it holds; a menu; an edge that resizes. */
import { memo, useState } from "react";
import { Icon, IconButton } from "@/ui";
import { si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { ColumnMenu } from "./ColumnMenu";
import type { Column } from "./columns";
import type { Facts } from "./facts";
import { type Filter, withFilter } from "./filters";
import { type Look, movedBefore, pressed } from "./look";
import { Spark } from "./Spark";
import type { Row } from "./table";

export interface HeadCellProps {
  column: Column;
  width: number;
  left?: number | undefined;
  /** Null while they are not told. */
  facts: Facts | null;
  /** Names alone. */
  compact: boolean;
  rows: readonly Row[];
  remaining: readonly Row[];
  look: Look;
  change: (part: Partial<Look>) => void;
  shown: readonly Column[];
  /** Null gives it the width back that it has by itself. */
  onWidth: (id: string, width: number | null) => void;
}

const DRAGGED = "text/gnomon-table-column";
const SPARK_PX = 26;

export const HeadCell = memo(function HeadCell(props: HeadCellProps) {
  const { column, width, left, facts, look, change, shown, onWidth } = props;
  const t = useText().tables;
  const [menu, setMenu] = useState(false);
  const at = look.sorts.findIndex((sort) => sort.column === column.id);
  const descending = look.sorts[at]?.descending;
  const filter = look.filters.find((each) => each.column === column.id) ?? null;
  const onFilter = (next: Filter | null) => change({ filters: withFilter(look.filters, column.id, next) });
  const resize = (event: React.PointerEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const from = event.clientX;
    const move = (to: PointerEvent) => onWidth(column.id, Math.max(56, Math.min(900, width + to.clientX - from)));
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
  };
  return (
    <div
      role="columnheader"
      tabIndex={-1}
      aria-sort={at < 0 ? undefined : descending ? "descending" : "ascending"}
      className={`tb-th${left !== undefined ? " sticky" : ""}${filter ? " filtered" : ""}${column.theirs ? " theirs" : ""}`}
      style={{ width, left }}
      draggable={!menu}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, column.id);
        event.dataTransfer.effectAllowed = "move";
      }}
      onDragOver={(event) => event.dataTransfer.types.includes(DRAGGED) && event.preventDefault()}
      onDrop={(event) => {
        const id = event.dataTransfer.getData(DRAGGED);
        if (id && id !== column.id) change({ order: movedBefore(shown, id, column.id) });
      }}
    >
      <div className="tb-th-top">
        <button
          type="button"
          className={`tb-th-name${column.kind === "number" ? " right" : ""}`}
          title={`${column.name} — ${t.types[column.type]}`}
          onClick={(event) => change({ sorts: pressed(look.sorts, column.id, event.shiftKey) })}
        >
          {look.pinned.includes(column.id) && <Icon name="pin" small />}
          <span className="cut">{column.id}</span>
          {at >= 0 && (
            <span className="tb-th-sort" aria-hidden="true">
              {descending ? "↓" : "↑"}
              {look.sorts.length > 1 && <sub>{at + 1}</sub>}
            </span>
          )}
        </button>
        <ColumnMenu
          {...props}
          filter={filter}
          onFilter={onFilter}
          open={menu}
          onOpenChange={setMenu}
          trigger={<IconButton icon="down" small label={t.columnMenu(column.id)} className="tb-th-more" />}
        />
      </div>
      {!props.compact && (
        <>
          <div className="tb-th-type num">
            <span className="cut">{t.types[column.type]}</span>
            {facts && facts.empty > 0 && (
              <span title={t.emptyCells(si(facts.empty))}>{t.emptyShort(si(facts.empty))}</span>
            )}
            {facts && facts.odd > 0 && <span className="tb-odd">{t.oddShort(si(facts.odd))}</span>}
          </div>
          <div className="tb-th-spark">
            {facts && (
              <Spark
                column={column}
                facts={facts}
                left={props.remaining}
                filter={filter}
                onFilter={onFilter}
                height={SPARK_PX}
              />
            )}
          </div>
        </>
      )}
      <span className="tb-th-edge" onPointerDown={resize} onDoubleClick={() => onWidth(column.id, null)} />
    </div>
  );
});
