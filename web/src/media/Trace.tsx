/** A tree of calls: what called what, how long each took, what went in and came out. */
import { useMemo, useState } from "react";
import { Icon, Tree } from "@/ui";
import { useText } from "@/ui/text";
import { duration } from "@/ui/times";
import { isBranch } from "@/ui/tree-rows";
import { type Span, spanRows } from "./trace";
import "./media.css";

export function Trace({ root, large }: { root: Span; large?: boolean | undefined }) {
  const t = useText().media;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useMemo(() => spanRows(root, closed), [root, closed]);
  const toggle = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  const span = rows.find((row) => row.span.id === chosen)?.span ?? root;
  return (
    <div className={large ? "md-trace large" : "md-trace"}>
      <div className="md-spans" role="tree" aria-label={root.name}>
        {rows.map(({ span: each, depth, open, from, share }) => (
          <div
            key={each.id}
            role="treeitem"
            tabIndex={0}
            aria-selected={each.id === span.id}
            aria-expanded={each.children.length > 0 ? open : undefined}
            className={each.id === span.id ? "md-span on" : "md-span"}
            onClick={() => setChosen(each.id)}
            onKeyDown={(event) => {
              if (event.key === "Enter") setChosen(each.id);
              if (event.key === " ") toggle(each.id);
            }}
          >
            <span className="md-span-name" style={{ paddingLeft: depth * 14 }}>
              {each.children.length > 0 ? (
                <button
                  type="button"
                  tabIndex={-1}
                  aria-label={open ? t.fold : t.unfold}
                  onClick={(event) => {
                    event.stopPropagation();
                    toggle(each.id);
                  }}
                >
                  <Icon name={open ? "down" : "right"} small />
                </button>
              ) : (
                <i className="md-span-gap" />
              )}
              <span className="cut" title={each.name}>
                {each.name}
              </span>
              {each.kind && <span className="ui-badge">{each.kind}</span>}
              {each.error && <span className="ui-badge warn">{t.error}</span>}
            </span>
            <span className="md-span-track">
              <i
                className={each.error ? "bad" : undefined}
                style={{ left: `${from * 100}%`, width: `max(2px, ${share * 100}%)` }}
              />
            </span>
            <span className="num t3 md-span-time">
              {each.start !== null && each.end !== null ? duration((each.end - each.start) / 1000) : "—"}
            </span>
          </div>
        ))}
      </div>
      <div className="md-span-facts">
        {span.error && <p className="md-span-error">{span.error}</p>}
        <Part title={t.inputs} value={span.inputs} />
        <Part title={t.outputs} value={span.outputs} />
        {Object.keys(span.attributes).length > 0 && <Part title={t.attributes} value={span.attributes} />}
      </div>
    </div>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  const t = useText().common;
  if (value === null || value === undefined) return null;
  const shown = isBranch(value) ? value : { "": value };
  return <Tree title={title} value={shown} empty={t.none} />;
}
