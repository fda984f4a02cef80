/** A column at a glance: how its numbers lie, or its usual values; what is left of them stands before what there is. */
import { type PointerEvent, useMemo, useRef, useState } from "react";
import { number, si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { type Column, isMediaColumn } from "./columns";
import { type Bins, binsOf, countsOf, type Facts } from "./facts";
import type { Filter } from "./filters";
import type { Row } from "./table";

export interface SparkProps {
  column: Column;
  facts: Facts;
  /** The rows that are left. */
  left: readonly Row[];
  filter: Filter | null;
  onFilter: (filter: Filter | null) => void;
  height: number;
}

export function Spark(props: SparkProps) {
  const { column, facts } = props;
  const t = useText().tables;
  if (facts.filled === 0) return <span className="tb-spark-word">{t.allEmpty}</span>;
  if (facts.bins && facts.bins.counts.length > 1) return <Brush {...props} bins={facts.bins} />;
  if (facts.bins) return <span className="tb-spark-word num">{t.always(number(facts.min))}</span>;
  if (isMediaColumn(column)) return <span className="tb-spark-word num">{t.items(si(facts.filled))}</span>;
  if (facts.distinct > 12 && (facts.top[0]?.count ?? 0) * 20 < facts.filled)
    return <span className="tb-spark-word num">{t.different(si(facts.distinct))}</span>;
  return <Values {...props} most={2} />;
}

/** The usual values with how many rows have them; a click leaves those alone. */
export function Values({ column, facts, left, filter, onFilter, most }: SparkProps & { most: number }) {
  const t = useText().tables;
  const { place: at } = column;
  const top = useMemo(() => facts.top.slice(0, most), [facts, most]);
  const whole = left.length === facts.filled + facts.empty;
  const counts = useMemo(() => {
    if (whole) return top.map(({ count }) => count);
    return countsOf(
      at,
      left,
      top.map(({ text }) => text),
    );
  }, [whole, at, left, top]);
  const chosen = filter?.op === "in" ? filter.values : [];
  const press = (text: string) => {
    const next = chosen.includes(text) ? chosen.filter((each) => each !== text) : [...chosen, text];
    onFilter(next.length > 0 ? { column: column.id, op: "in", values: next } : null);
  };
  return (
    <span className="tb-values">
      {top.map(({ text, count }, place) => (
        <button
          key={text}
          type="button"
          tabIndex={-1}
          aria-pressed={chosen.includes(text)}
          title={t.valueOf(text, si(count))}
          className={chosen.includes(text) ? "on" : undefined}
          onClick={() => press(text)}
        >
          <i style={{ width: `${(count / facts.filled) * 100}%` }} />
          <b style={{ width: `${((counts[place] ?? 0) / facts.filled) * 100}%` }} />
          <span className="cut">{text === "" ? t.emptyText : text}</span>
          <em className="num">{si(counts[place] ?? 0)}</em>
        </button>
      ))}
    </span>
  );
}

const WIDTH = 100;

/** Bars over which one drags a range. */
export function Brush({ column, facts, bins, left, filter, onFilter, height }: SparkProps & { bins: Bins }) {
  const t = useText().tables;
  const box = useRef<HTMLSpanElement>(null);
  const from = useRef<number | null>(null);
  const [dragged, setDragged] = useState<[number, number] | null>(null);
  const { place: at } = column;
  const whole = left.length === facts.filled + facts.empty;
  const now = useMemo(() => (whole ? bins : binsOf(at, left, bins.low, bins.high)), [whole, at, left, bins]);
  const most = Math.max(1, ...bins.counts);
  const each = WIDTH / bins.counts.length;
  const span = bins.high - bins.low;
  const share = (event: PointerEvent) => {
    const { left: x, width } = box.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    return Math.min(1, Math.max(0, (event.clientX - x) / width));
  };
  const range: [number, number] | null =
    dragged ??
    (filter?.op === "range"
      ? [((filter.low ?? bins.low) - bins.low) / span, ((filter.high ?? bins.high) - bins.low) / span]
      : null);
  const end = () => {
    from.current = null;
    if (!dragged) return;
    setDragged(null);
    const [a, b] = [Math.min(...dragged), Math.max(...dragged)];
    if (b - a < 0.01) onFilter(null);
    else
      onFilter({
        column: column.id,
        op: "range",
        low: a <= 0 ? null : rounded(bins.low + a * span, span),
        high: b >= 1 ? null : rounded(bins.low + b * span, span),
      });
  };
  const bars = (counts: readonly number[]) =>
    counts.map((count, place) => {
      const high = count === 0 ? 0 : Math.max(1.5, (count / most) * height);
      return count > 0 ? `M${place * each + 0.4} ${height}v${-high}h${each - 0.8}v${high}z` : "";
    });
  return (
    <span
      className="tb-brush"
      ref={box}
      title={t.brush(number(bins.low), number(bins.high))}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = share(event);
        setDragged([from.current, from.current]);
      }}
      onPointerMove={(event) => from.current !== null && setDragged([from.current, share(event)])}
      onPointerUp={end}
      onPointerCancel={() => {
        from.current = null;
        setDragged(null);
      }}
    >
      <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" style={{ height }} aria-hidden="true">
        <path className="all" d={bars(bins.counts).join("")} />
        <path className="left" d={bars(now.counts).join("")} />
      </svg>
      {range && (
        <i
          style={{
            left: `${Math.min(...range) * 100}%`,
            width: `${Math.max(0.5, Math.abs(range[1] - range[0]) * 100)}%`,
          }}
        />
      )}
    </span>
  );
}

/** A bound as fine as one can point, without digits that nobody meant. */
function rounded(value: number, span: number): number {
  const digits = Math.max(0, Math.min(12, 2 - Math.floor(Math.log10(span))));
  return Number(value.toFixed(digits));
}
