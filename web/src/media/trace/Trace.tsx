/** A trace: its calls as a tree beside their times, what there is to find in it, and what one call was given and gave. */
import { useMemo, useState } from "react";
import { Icon, IconButton, Search } from "@/ui";
import { found } from "@/ui/finding";
import { useText } from "@/ui/text";
import { SpanCard } from "./SpanCard";
import { Spans } from "./Spans";
import { above, extentOf, findingOf, isWithin, kindsOf, spanAt, spanRows, spansOf, type Trace as Traced } from "./span";
import "./trace.css";

export function Trace({ trace: { root, model, lost }, large }: { trace: Traced; large?: boolean | undefined }) {
  const t = useText().traces;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>(null);
  const [lit, setLit] = useState<string | null>(null);
  const [query, setQuery] = useState("");
  /** The call whose time alone is shown. */
  const [near, setNear] = useState<string | null>(null);
  const spans = useMemo(() => spansOf(root), [root]);
  const kinds = useMemo(() => kindsOf(spans), [spans]);
  const errors = useMemo(() => spans.flatMap(({ id, error }) => (error === "" ? [] : [id])), [spans]);
  const searching = query.trim() !== "";
  const findings = useMemo(() => (searching ? spans.map(findingOf) : []), [spans, searching]);
  const whole = useMemo(() => extentOf(root), [root]);
  const nearest = useMemo(() => (near === null ? null : spanAt(root, near)), [root, near]);
  const times = useMemo(() => (nearest ? extentOf(nearest) : whole), [nearest, whole]);
  const rows = useMemo(() => spanRows(root, closed, times), [root, closed, times]);
  const hits = useMemo(() => found(findings, query), [findings, query]);
  const marked = useMemo(() => new Set(hits), [hits]);
  const span = chosen === null ? (large ? root : null) : spanAt(root, chosen);

  const choose = (id: string) => {
    setChosen(id);
    const hidden = above(id).filter((each) => closed.has(each));
    if (hidden.length > 0) setClosed(new Set([...closed].filter((each) => !hidden.includes(each))));
  };
  const fold = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) {
      next.add(id);
      // what was chosen in it is out of sight now
      if (chosen !== null && isWithin(chosen, id)) setChosen(id);
    }
    setClosed(next);
  };
  const foldAll = () => {
    setClosed(new Set(spans.filter((each) => each.children.length > 0 && each !== root).map(({ id }) => id)));
    if (chosen !== null && chosen !== root.id) setChosen(chosen.split(".").slice(0, 2).join("."));
  };
  /** The next of these after the chosen one, or the one before; around at the ends. */
  const step = (some: readonly string[], by: 1 | -1) => {
    if (some.length === 0) return;
    const order = spans.map(({ id }) => id);
    const here = chosen === null || !span ? -1 : order.indexOf(span.id);
    const places = some.map((id) => order.indexOf(id));
    const next = by > 0 ? places.find((place) => place > here) : places.findLast((place) => place < here);
    const at = next ?? (by > 0 ? places[0] : places.at(-1));
    if (at !== undefined) choose(order[at] as string);
  };
  const place = span ? hits.indexOf(span.id) : -1;
  const folds = spans.some((each) => each !== root && each.children.length > 0);
  return (
    <div className={large ? "tr large" : "tr"}>
      <div className="tr-bar">
        <Search
          value={query}
          onChange={setQuery}
          placeholder={t.find}
          className="tr-search"
          onKeyDown={(event) => {
            if (event.key === "Enter") step(hits, event.shiftKey ? -1 : 1);
            else if (event.key === "Escape" && query !== "") {
              event.stopPropagation();
              setQuery("");
            }
          }}
          after={searching && <output className="ui-count num">{t.hits(place + 1, hits.length)}</output>}
        />
        {searching && (
          <>
            <IconButton icon="up" small label={t.before} disabled={hits.length === 0} onClick={() => step(hits, -1)} />
            <IconButton icon="down" small label={t.next} disabled={hits.length === 0} onClick={() => step(hits, 1)} />
          </>
        )}
        {errors.length > 0 && (
          <button type="button" className="tr-errors" title={t.nextError} onClick={() => step(errors, 1)}>
            <Icon name="warn" small />
            {t.errors(errors.length)}
          </button>
        )}
        {lost.length > 0 && (
          <span className="tr-lost" title={lost.slice(0, 20).join("\n")}>
            {t.lost(lost.length)}
          </span>
        )}
        <span className="grow" />
        <span className="tr-kinds">
          {[...kinds.values()].map(({ name, count, token }) => (
            <button
              key={name}
              type="button"
              className={lit === name ? "tr-kind on" : "tr-kind"}
              aria-pressed={lit === name}
              title={t.light(name || t.noKind, count)}
              onClick={() => setLit(lit === name ? null : name)}
            >
              <i style={{ background: `var(${token})` }} />
              {name || t.noKind}
              <span className="num t3">{count}</span>
            </button>
          ))}
        </span>
        {folds && (
          <>
            <IconButton icon="minus" small label={t.foldAll} onClick={foldAll} />
            <IconButton icon="plus" small label={t.openAll} onClick={() => setClosed(new Set())} />
          </>
        )}
      </div>
      <div className="tr-split">
        <Spans
          rows={rows}
          label={root.name}
          began={whole[0]}
          times={times}
          near={nearest?.name ?? null}
          onFar={() => setNear(null)}
          kinds={kinds}
          chosen={span?.id ?? null}
          lit={lit}
          marked={marked}
          onChoose={choose}
          onFold={fold}
        />
        {span && (
          <SpanCard
            key={span.id}
            span={span}
            whole={whole}
            isRoot={span === root}
            model={span === root ? model : null}
            token={kinds.get(span.kind)?.token ?? "--text-3"}
            near={near === span.id}
            onNear={() => setNear(near === span.id ? null : span.id)}
            onClose={large ? undefined : () => setChosen(null)}
          />
        )}
      </div>
    </div>
  );
}
