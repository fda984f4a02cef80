/** A logged table: sorted by a click on a head, searched, with media in its cells. Rows are virtual. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { Icon, Search } from "@/ui";
import { asNumber, columnDecimals, count, inColumn, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { HistogramPlot } from "./Histogram";
import { Item } from "./Item";
import type { AddressOf } from "./source";
import { columnKinds, columnWidths, rowOrder, type Table, type TableSort, withTimes } from "./table";
import { histogramOf, isMedia, itemsOf } from "./value";
import "./media.css";

const ROW_PX = 26;
const IMAGE_ROW_PX = 88;
const MEDIA_ROW_PX = 56;
const NUMBER_PX = 48;

export interface TableViewProps {
  table: Table;
  addressOf: AddressOf;
  /** Stands at the end of the bar: what else can be done with it. */
  after?: ReactNode;
}

export function TableView({ table: given, addressOf, after }: TableViewProps) {
  const t = useText();
  const box = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState("");
  const [sort, setSort] = useState<TableSort | null>(null);
  const table = useMemo(() => withTimes(given), [given]);
  const kinds = useMemo(() => columnKinds(table), [table]);
  const widths = useMemo(() => columnWidths(table, kinds), [table, kinds]);
  const decimals = useMemo(
    () =>
      kinds.map((kind, place) =>
        kind === "number" ? columnDecimals(table.rows.slice(0, 200).flatMap((row) => asNumber(row[place]) ?? [])) : 0,
      ),
    [table, kinds],
  );
  const order = useMemo(() => rowOrder(table, query, sort), [table, query, sort]);
  const rowPx = kinds.includes("image") ? IMAGE_ROW_PX : kinds.includes("media") ? MEDIA_ROW_PX : ROW_PX;
  const list = useVirtualizer({
    count: order.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPx,
    overscan: 8,
  });
  const width = NUMBER_PX + widths.reduce((sum, each) => sum + each, 0);
  const press = (column: number) =>
    setSort((now) =>
      now?.column !== column ? { column, descending: false } : now.descending ? null : { column, descending: true },
    );
  return (
    <div className="md-table">
      <div className="md-table-bar">
        <Search value={query} onChange={setQuery} placeholder={t.media.findRows} className="narrow" />
        <span className="t3 num">
          {order.length === table.rows.length
            ? t.media.rows(count(order.length), count(table.columns.length))
            : t.media.rowsOf(count(order.length), count(table.rows.length))}
        </span>
        <span className="grow" />
        {after}
      </div>
      <div className="md-grid num" ref={box} role="table" aria-rowcount={order.length} tabIndex={0}>
        <div className="md-grid-head" role="row" tabIndex={-1} style={{ width }}>
          <span style={{ width: NUMBER_PX }} />
          {table.columns.map((name, place) => (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: columns of a table do not move, and names may repeat.
              key={place}
              type="button"
              role="columnheader"
              aria-sort={sort?.column === place ? (sort.descending ? "descending" : "ascending") : undefined}
              className={kinds[place] === "number" ? "right" : undefined}
              style={{ width: widths[place] }}
              title={name}
              onClick={() => press(place)}
            >
              <span className="cut">{name}</span>
              {sort?.column === place && <Icon name={sort.descending ? "down" : "up"} small />}
            </button>
          ))}
        </div>
        <div className="md-grid-rows" style={{ height: list.getTotalSize(), width }}>
          {list.getVirtualItems().map((item) => {
            const place = order[item.index] ?? 0;
            const row = table.rows[place] ?? [];
            return (
              <div
                key={item.key}
                className="md-grid-row"
                role="row"
                tabIndex={-1}
                style={{ transform: `translateY(${item.start}px)`, width, height: rowPx }}
              >
                <span className="t3 right" style={{ width: NUMBER_PX }}>
                  {place}
                </span>
                {table.columns.map((_, column) => (
                  <span
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns of a table do not move.
                    key={column}
                    role="cell"
                    className={kinds[column] === "number" ? "cut right" : "cut"}
                    style={{ width: widths[column] }}
                  >
                    <Cell
                      value={row[column]}
                      decimals={decimals[column] ?? 0}
                      number={kinds[column] === "number"}
                      addressOf={addressOf}
                    />
                  </span>
                ))}
              </div>
            );
          })}
        </div>
        {order.length === 0 && <p className="ui-card-empty">{query ? t.common.noMatch(query) : t.media.noRows}</p>}
      </div>
    </div>
  );
}

interface CellProps {
  value: unknown;
  decimals: number;
  number: boolean;
  addressOf: AddressOf;
}

function Cell({ value, decimals, number, addressOf }: CellProps) {
  if (value === null || value === undefined) return <span className="t3">—</span>;
  if (isMedia(value)) {
    const bins = histogramOf(value);
    if (bins)
      return (
        <HistogramPlot layers={[{ id: "", name: "", colour: "var(--r1)", bins }]} width={216} height={MEDIA_ROW_PX} />
      );
    const [item] = itemsOf(value);
    if (item?.path) return <Item item={item} addressOf={addressOf} alt={item.caption || item.path} />;
  }
  const numeric = number ? asNumber(value) : null;
  const text = numeric === null ? oneLine(value) : inColumn(numeric, decimals);
  return <span title={text}>{text}</span>;
}
