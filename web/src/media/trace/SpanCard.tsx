/** What is told of one call: when and how long, what went in, what came out, and what went wrong. */
import type { ReactNode } from "react";
import { CopyButton, Icon, IconButton, Tree } from "@/ui";
import { useText } from "@/ui/text";
import { isBranch } from "@/ui/tree-rows";
import { lengthOf, ownTime, type Span, timeText } from "./span";

interface SpanCardProps {
  span: Span;
  /** From when to when all of the trace was: unix milliseconds. */
  whole: readonly [number, number];
  isRoot: boolean;
  /** What did the work; told of the root. */
  model: unknown;
  token: string;
  /** Its time alone is shown. */
  near: boolean;
  onNear: () => void;
  onClose: (() => void) | undefined;
}

export function SpanCard({ span, whole, isRoot, model, token, near, onNear, onClose }: SpanCardProps) {
  const t = useText().traces;
  const [low, high] = whole;
  const length = lengthOf(span);
  const own = span.children.length > 0 ? ownTime(span) : null;
  const many = span.results.length > 1;
  const silent = span.results.length === 0 && span.error === "" && Object.keys(span.attributes).length === 0;
  return (
    <section className="tr-card" aria-label={span.name}>
      <header>
        <i className="tr-dot" style={{ background: `var(${token})` }} />
        <h3 className="cut" title={span.name}>
          {span.name}
        </h3>
        {span.kind && <span className="ui-badge">{span.kind}</span>}
        <span className="grow" />
        {!isRoot && length !== null && length > 0 && (
          <IconButton icon="search" small on={near} label={near ? t.whole : t.only} onClick={onNear} />
        )}
        {onClose && <IconButton icon="x" small label={t.close} onClick={onClose} />}
      </header>
      <dl className="tr-facts num">
        {span.start !== null && <Fact name={t.began}>+{timeText(span.start - low)}</Fact>}
        {length !== null && <Fact name={t.took}>{timeText(length)}</Fact>}
        {own !== null && (
          <Fact name={t.own} title={t.ownHint}>
            {timeText(own)}
          </Fact>
        )}
        {length !== null && high > low && !isRoot && <Fact name={t.share}>{percent(length / (high - low))}</Fact>}
        {span.given && (
          <Fact name={t.name}>
            <span className="mono cut" title={span.given}>
              {span.given}
            </span>
            <CopyButton value={span.given} />
          </Fact>
        )}
      </dl>
      {span.error && (
        <div className="tr-error">
          <Icon name="warn" small />
          <pre>{span.error}</pre>
          <CopyButton value={span.error} />
        </div>
      )}
      {span.results.map(({ inputs, outputs }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: results have no names of their own.
        <div key={place} className="tr-result">
          <Part title={many ? t.numbered(t.inputs, place + 1) : t.inputs} value={inputs} />
          <Part title={many ? t.numbered(t.outputs, place + 1) : t.outputs} value={outputs} />
        </div>
      ))}
      {Object.keys(span.attributes).length > 0 && <Part title={t.attributes} value={span.attributes} />}
      <Part title={t.model} value={model} />
      {silent && <p className="t3">{t.nothing}</p>}
    </section>
  );
}

function percent(share: number): string {
  return share > 0 && share < 0.001 ? "< 0.1 %" : `${(share * 100).toFixed(1)} %`;
}

function Fact({ name, title, children }: { name: string; title?: string; children: ReactNode }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A text of more than a line is read as it is; everything else is a tree. */
function Part({ title, value }: { title: string; value: unknown }) {
  const t = useText().common;
  if (value === null || value === undefined) return null;
  if (isLong(value)) return <LongText title={title} text={value} />;
  if (!isBranch(value)) return <Tree title={title} value={{ "": value }} empty={t.none} />;
  const parts = Array.isArray(value) ? [] : Object.entries(value).filter(([, part]) => isLong(part));
  if (parts.length === 0) return <Tree title={title} value={value} empty={t.none} />;
  const rest = Object.fromEntries(Object.entries(value).filter(([, part]) => !isLong(part)));
  return (
    <>
      {parts.map(([name, part]) => (
        <LongText key={name} title={`${title} · ${name}`} text={part as string} />
      ))}
      {Object.keys(rest).length > 0 && <Tree title={title} value={rest} empty={t.none} />}
    </>
  );
}

const LINE = 60;

function isLong(value: unknown): value is string {
  return typeof value === "string" && (value.length > LINE || value.includes("\n"));
}

function LongText({ title, text }: { title: string; text: string }) {
  return (
    <section className="ui-card tr-text">
      <header className="ui-card-head">
        <h2 className="cut">{title}</h2>
        <span className="grow" />
        <CopyButton value={text} small={false} />
      </header>
      {/* a long text is scrolled by keys */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}
