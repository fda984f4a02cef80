/** The calls of a trace, one a line, each with its bar on the time of the whole; walked through by keys. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useId, useRef } from "react";
import { Icon } from "@/ui";
import { useText } from "@/ui/text";
import { type Kind, lengthOf, type SpanRow, timeText } from "./span";

const LINE_PX = 26;
const AXIS_PX = 22;
const TICKS = [0, 0.5, 1];

interface SpansProps {
  rows: readonly SpanRow[];
  label: string;
  /** When the trace began, and from when to when is shown: unix milliseconds. */
  began: number;
  times: readonly [number, number];
  /** The call whose time alone is shown. */
  near: string | null;
  onFar: () => void;
  kinds: ReadonlyMap<string, Kind>;
  chosen: string | null;
  /** The kind that alone is lit; null is all. */
  lit: string | null;
  /** What a search found. */
  marked: ReadonlySet<string>;
  onChoose: (id: string) => void;
  onFold: (id: string) => void;
}

export function Spans(props: SpansProps) {
  const { rows, kinds, chosen, lit, marked, onChoose, onFold } = props;
  const t = useText().traces;
  const own = useId();
  const box = useRef<HTMLDivElement>(null);
  const at = rows.findIndex(({ span }) => span.id === chosen);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 8,
    scrollMargin: AXIS_PX,
    scrollPaddingStart: AXIS_PX,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: it comes in sight when it is chosen, and moves no more.
  useEffect(() => {
    if (at > 0) lines.scrollToIndex(at);
  }, [chosen]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const row = rows[Math.max(0, at)];
    if (!row) return;
    const { span, open } = row;
    const go = (to: number) => {
      const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
      if (next) onChoose(next.span.id);
    };
    const folds = span.children.length > 0;
    if (event.key === "ArrowDown") go(at + 1);
    else if (event.key === "ArrowUp") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (event.key === "PageDown") go(at + 12);
    else if (event.key === "PageUp") go(at - 12);
    else if (event.key === "ArrowRight" && folds && !open) onFold(span.id);
    else if (event.key === "ArrowRight" && folds) go(at + 1);
    else if (event.key === "ArrowLeft" && folds && open) onFold(span.id);
    else if (event.key === "ArrowLeft") go(rows.findIndex((each) => each.span.id === parentOf(span.id)));
    else if ((event.key === "Enter" || event.key === " ") && folds) onFold(span.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const [low, high] = props.times;
  return (
    <div
      className="tr-spans"
      ref={box}
      role="tree"
      tabIndex={0}
      aria-label={props.label}
      aria-activedescendant={chosen === null ? undefined : `${own}${chosen}`}
      onKeyDown={onKeyDown}
    >
      {high > low && (
        <div className="tr-axis" role="presentation">
          <span className="tr-near">
            {props.near !== null && (
              <button type="button" onClick={props.onFar} title={t.whole}>
                <span className="cut">{t.near(props.near)}</span>
                <Icon name="x" small />
              </button>
            )}
          </span>
          <span className="tr-ticks num" aria-hidden="true">
            {TICKS.map((share) => (
              <i key={share} style={{ left: `${share * 100}%` }}>
                {timeText(low - props.began + (high - low) * share)}
              </i>
            ))}
          </span>
          <span />
        </div>
      )}
      <div className="tr-lines" role="presentation" style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const { span, depth, open, bar, place, beside } = row;
          const folds = span.children.length > 0;
          const length = lengthOf(span);
          const names = ["tr-line"];
          if (span.id === chosen) names.push("on");
          if (marked.has(span.id)) names.push("hit");
          if (lit !== null && span.kind !== lit) names.push("dim");
          return (
            <div
              key={span.id}
              id={own + span.id}
              role="treeitem"
              tabIndex={-1}
              aria-selected={span.id === chosen}
              aria-expanded={folds ? open : undefined}
              aria-level={depth + 1}
              aria-posinset={place}
              aria-setsize={beside}
              className={names.join(" ")}
              style={{ top: start - AXIS_PX }}
              onClick={() => onChoose(span.id)}
              onDoubleClick={() => folds && onFold(span.id)}
            >
              <span className="tr-name" style={{ paddingLeft: Math.min(depth, 12) * 14 }}>
                {folds ? (
                  <button
                    type="button"
                    tabIndex={-1}
                    aria-label={open ? t.fold(span.name) : t.open(span.name)}
                    onClick={(event) => {
                      event.stopPropagation();
                      onFold(span.id);
                    }}
                  >
                    <Icon name={open ? "down" : "right"} small />
                  </button>
                ) : (
                  <i className="tr-gap" />
                )}
                <i className="tr-dot" style={{ background: `var(${kinds.get(span.kind)?.token})` }} />
                <span className="cut" title={span.kind ? `${span.name} · ${span.kind}` : span.name}>
                  {span.name}
                </span>
                {span.error && (
                  <span className="tr-bad" title={span.error}>
                    <Icon name="warn" small />
                    <span className="sr-only">{t.errors(1)}</span>
                  </span>
                )}
              </span>
              <span className="tr-track">
                {bar && (
                  <i
                    className={span.error ? "bad" : undefined}
                    style={{
                      left: `${bar.from * 100}%`,
                      width: `max(2px, ${bar.share * 100}%)`,
                      background: span.error ? undefined : `var(${kinds.get(span.kind)?.token})`,
                    }}
                  />
                )}
              </span>
              <span className="num t3 tr-time">{length === null ? "—" : timeText(length)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function parentOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf("."))) || id;
}
