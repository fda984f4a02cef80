import { useMemo } from "react";
import { useText } from "@/ui/text";
import { highlight } from "../run/files/highlight";
import "../run/files/tokens.css";
import { type DiffLine, linesOf } from "./diff";

export interface DiffViewProps {
  path: string;
  before: string;
  after: string;
  split: boolean;
  /** What of a line counts when two are compared; by itself all of it. */
  alike?: (line: string) => string;
}

const MOST_LINES = 4000;

/** Two texts line by line, one under the other or side by side. */
export function DiffView({ path, before, after, split, alike }: DiffViewProps) {
  const t = useText().compare;
  const lines = useMemo(() => linesOf(before, after, alike), [before, after, alike]);
  if (!lines) return null;
  const shown = lines.slice(0, MOST_LINES);
  const count = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return (
    <section className="ui-card cp-diff">
      <header className="ui-card-head">
        <h2 className="mono">{path}</h2>
        <span className="cp-added num">+{count("added")}</span>
        <span className="cp-removed num">−{count("removed")}</span>
      </header>
      <div className="cp-lines mono">
        {split ? pairs(shown).map((pair) => <SplitLine key={pair.key} pair={pair} path={path} />) : null}
        {!split &&
          shown.map((line, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place.
            <div key={place} className={`cp-line ${line.kind}`}>
              {line.kind === "gap" ? (
                <span className="cp-gap">{t.linesSame(Number(line.text))}</span>
              ) : (
                <>
                  <span className="cp-no num">{line.before ?? ""}</span>
                  <span className="cp-no num">{line.after ?? ""}</span>
                  <span className="cp-sign" aria-hidden="true">
                    {line.kind === "added" ? "+" : line.kind === "removed" ? "−" : ""}
                  </span>
                  <Code text={line.text} path={path} />
                </>
              )}
            </div>
          ))}
        {lines.length > MOST_LINES && <p className="cp-gap">{t.linesMore(lines.length - MOST_LINES)}</p>}
      </div>
    </section>
  );
}

interface Pair {
  key: number;
  left: DiffLine | null;
  right: DiffLine | null;
}

/** Removed lines beside the added ones that follow them. */
export function pairs(lines: readonly DiffLine[]): Pair[] {
  const out: Pair[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.kind === "same" || line.kind === "gap") {
      out.push({ key: at, left: line, right: line });
      at += 1;
      continue;
    }
    const removed: DiffLine[] = [];
    const added: DiffLine[] = [];
    const from = at;
    while (lines[at]?.kind === "removed") removed.push(lines[at++]!);
    while (lines[at]?.kind === "added") added.push(lines[at++]!);
    for (let row = 0; row < Math.max(removed.length, added.length); row++)
      out.push({ key: from + row, left: removed[row] ?? null, right: added[row] ?? null });
  }
  return out;
}

function SplitLine({ pair, path }: { pair: Pair; path: string }) {
  const t = useText().compare;
  const { left, right } = pair;
  if (left?.kind === "gap")
    return (
      <div className="cp-line gap">
        <span className="cp-gap">{t.linesSame(Number(left.text))}</span>
      </div>
    );
  return (
    <div className="cp-line split">
      <span className="cp-no num">{left?.before ?? ""}</span>
      <span className={`cp-half ${left?.kind ?? "nothing"}`}>
        {left && <Code text={left.was ?? left.text} path={path} />}
      </span>
      <span className="cp-no num">{right?.after ?? ""}</span>
      <span className={`cp-half ${right?.kind ?? "nothing"}`}>{right && <Code text={right.text} path={path} />}</span>
    </div>
  );
}

function Code({ text, path }: { text: string; path: string }) {
  return (
    <code>
      {highlight(text, path).map((token, place) =>
        token.kind ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: tokens have nothing but their place.
          <span key={place} className={`tok-${token.kind}`}>
            {token.text}
          </span>
        ) : (
          token.text
        ),
      )}
    </code>
  );
}
