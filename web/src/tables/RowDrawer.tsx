/** One row at its full size: every cell, media large, texts whole. */
import { HistogramPlot } from "@/media/Histogram";
import type { AddressOf } from "@/media/source";
import { histogramOf, isMedia, itemsOf } from "@/media/value";
import { CopyButton, IconButton, Tree } from "@/ui";
import { plain } from "@/ui/csv";
import { asNumber, count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { ChangeMark, Delta, marked } from "./Cell";
import { CellItem } from "./CellItem";
import type { Column } from "./columns";
import { CHANGE } from "./comparing";
import type { Look } from "./look";
import { isEmpty } from "./table";
import type { Pipeline } from "./usePipeline";

export interface RowDrawerProps {
  made: Pipeline;
  look: Look;
  change: (part: Partial<Look>) => void;
  addressFor: (column: Column) => AddressOf;
}

export function RowDrawer({ made, look, change, addressFor }: RowDrawerProps) {
  const t = useText();
  const { rows, order, shown } = made;
  if (look.row === null) return null;
  const row = rows[look.row];
  if (!row) return null;
  const at = order.indexOf(look.row);
  const go = (by: number) => {
    const next = order[at + by];
    if (next !== undefined) change({ row: next });
  };
  return (
    <aside
      className="tb-drawer"
      aria-label={t.tables.row(count(look.row))}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        change({ row: null });
      }}
    >
      <header>
        <b className="num">{t.tables.row(count(look.row))}</b>
        <span className="t3 num">{at >= 0 && t.tables.versionOf(count(at + 1), count(order.length))}</span>
        <span className="grow" />
        <IconButton icon="up" small label={t.tables.previousRow} disabled={at <= 0} onClick={() => go(-1)} />
        <IconButton
          icon="down"
          small
          label={t.tables.nextRow}
          disabled={at < 0 || at >= order.length - 1}
          onClick={() => go(1)}
        />
        <IconButton icon="x" small label={t.common.close} onClick={() => change({ row: null })} />
      </header>
      <dl>
        {shown.map((column) => {
          const value = row[column.place];
          return (
            <div key={column.id} className={made.differs(row, column) && row[0] === "changed" ? "differs" : undefined}>
              <dt>
                <span className="cut">{column.id}</span>
                <span className="t3">{t.tables.types[column.type]}</span>
                {!isEmpty(value) && !isMedia(value) && <CopyButton value={plain(value)} />}
              </dt>
              <dd>
                <Large
                  key={look.row}
                  column={column}
                  value={value}
                  other={column.other === undefined ? null : row[column.other]}
                  search={look.search}
                  addressOf={addressFor(column)}
                />
              </dd>
            </div>
          );
        })}
      </dl>
    </aside>
  );
}

interface LargeProps {
  column: Column;
  value: unknown;
  other: unknown;
  search: string;
  addressOf: AddressOf;
}

function Large({ column, value, other, search, addressOf }: LargeProps) {
  if (column.name === CHANGE && column.place === 0) return <ChangeMark change={String(value)} />;
  if (isEmpty(value)) return <span className="t3">—</span>;
  if (isMedia(value)) {
    const bins = histogramOf(value);
    if (bins) {
      const layers = [{ id: "", name: column.name, colour: "var(--r1)", bins }];
      return <HistogramPlot layers={layers} width={320} height={150} />;
    }
    return (
      <>
        {itemsOf(value).map((item) => (
          <div key={item.path} className={`tb-large ${item.kind}`}>
            <CellItem
              value={value}
              item={item}
              addressOf={addressOf}
              alt={item.caption || `${column.name} ${item.path}`}
              large
            />
          </div>
        ))}
      </>
    );
  }
  if (typeof value === "object") return <Tree title={column.id} value={value as Record<string, unknown>} empty="{}" />;
  const numeric = column.kind === "number" ? asNumber(value) : null;
  return (
    <p className={numeric === null ? "tb-text-whole" : "num"}>
      {marked(String(value), search)}
      {numeric !== null && <Delta value={numeric} other={asNumber(other)} />}
    </p>
  );
}
