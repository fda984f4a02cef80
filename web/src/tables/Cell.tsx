/** One cell: a number on its point, a text with what was searched for, media as what they are. */
import { memo, type ReactNode } from "react";
import { HistogramPlot } from "@/media/Histogram";
import type { AddressOf } from "@/media/source";
import { histogramOf, isMedia, itemsOf } from "@/media/value";
import { asNumber, inColumn, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { CellItem } from "./CellItem";
import type { Column } from "./columns";
import { CHANGE, type Change } from "./comparing";
import { isEmpty } from "./table";

/** More of a text is not put into a cell. */
const LONGEST = 2000;

export interface CellProps {
  column: Column;
  value: unknown;
  /** In a comparison, the cell of the other table. */
  other?: unknown;
  search: string;
  addressOf: AddressOf;
  width: number;
  height: number;
}

export const Cell = memo(function Cell({ column, value, other, search, addressOf, width, height }: CellProps) {
  if (column.name === CHANGE && column.place === 0 && typeof value === "string") return <ChangeMark change={value} />;
  if (isEmpty(value)) return <span className="t3">—</span>;
  if (isMedia(value)) {
    const bins = histogramOf(value);
    if (bins) {
      if (height < 40) return <span className="t3">{oneLine(value)}</span>;
      const layers = [{ id: "", name: column.name, colour: "var(--r1)", bins }];
      return <HistogramPlot layers={layers} width={width - 16} height={height - 4} />;
    }
    const items = itemsOf(value).filter((item) => item.path);
    const [item] = items;
    if (item && height >= 40)
      return (
        <CellItem
          value={value}
          item={{ ...item, caption: "" }}
          addressOf={addressOf}
          alt={item.caption || `${column.name} ${item.path}`}
        />
      );
    return <span className="t3">{item?.caption || oneLine(value)}</span>;
  }
  const numeric = column.kind === "number" ? asNumber(value) : null;
  if (numeric !== null)
    return (
      <>
        <span title={String(value)}>{inColumn(numeric, column.decimals)}</span>
        {column.other !== undefined && <Delta value={numeric} other={asNumber(other)} />}
      </>
    );
  if (typeof value === "boolean") return <span className={value ? "tb-yes" : "tb-no"}>{value ? "true" : "false"}</span>;
  const text = oneLine(value);
  return <span title={text.slice(0, LONGEST)}>{marked(text.slice(0, LONGEST), search)}</span>;
});

/** How far a number is from that of the other table. */
export function Delta({ value, other }: { value: number; other: number | null }) {
  if (other === null || !Number.isFinite(value - other) || value === other) return null;
  const by = value - other;
  return (
    <small className="tb-delta num">
      {by > 0 ? "▲ +" : "▼ "}
      {number(by, 3)}
    </small>
  );
}

export function ChangeMark({ change }: { change: string }) {
  const t = useText().tables.changes;
  return (
    <span className={`tb-change ${change}`}>
      <i aria-hidden="true" />
      {change in t ? t[change as Change] : change}
    </span>
  );
}

/** The text with what was searched for marked. */
export function marked(text: string, search: string): ReactNode {
  const wanted = search.trim().toLowerCase();
  if (!wanted) return text;
  const parts: ReactNode[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0 && parts.length < 200; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}
