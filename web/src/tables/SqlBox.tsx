/** A query in SQL over the table, typed with its words in colour and its columns offered. */
import { completionKeymap } from "@codemirror/autocomplete";
import { PostgreSQL, sql } from "@codemirror/lang-sql";
import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Compartment, Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { basicSetup, EditorView } from "codemirror";
import { useEffect, useRef, useState } from "react";
import { isApiError } from "@/api/client";
import { Button, errorMessage } from "@/ui";
import { useText } from "@/ui/text";

/** The theme's inks in place of those that the editor brings along, which are made for white paper. */
const INKS: Record<string, string> = {
  "#708": "var(--t-magenta)",
  "#219": "var(--t-blue)",
  "#164": "var(--t-green)",
  "#a11": "var(--t-red)",
  "#e40": "var(--t-red)",
  "#00f": "var(--t-blue)",
  "#30a": "var(--t-blue)",
  "#085": "var(--t-cyan)",
  "#167": "var(--t-cyan)",
  "#256": "var(--t-cyan)",
  "#00c": "var(--t-blue)",
  "#940": "var(--t-dim)",
  "#f00": "var(--failed)",
};
const inks = syntaxHighlighting(
  HighlightStyle.define(
    defaultHighlightStyle.specs.map((spec) => (spec.color ? { ...spec, color: INKS[spec.color] ?? "inherit" } : spec)),
  ),
);

export interface SqlBoxProps {
  query: string;
  onRun: (query: string) => void;
  /** The names of columns, by those of tables. */
  schema: Record<string, string[]>;
  busy: boolean;
  error: unknown;
}

export default function SqlBox({ query, onRun, schema, busy, error }: SqlBoxProps) {
  const t = useText();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const [text, setText] = useState(query || "select *\nfrom t\nlimit 100");
  const now = useRef({ text, onRun });
  now.current = { text, onRun };
  const first = useRef({ text, schema });
  const label = t.tables.sqlLabel;
  useEffect(() => {
    if (!host.current) return;
    const run = () => {
      now.current.onRun(now.current.text);
      return true;
    };
    const made = new EditorView({
      doc: first.current.text,
      parent: host.current,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
        inks,
        basicSetup,
        keymap.of(completionKeymap),
        language.current.of(sql({ dialect: PostgreSQL, schema: first.current.schema })),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => update.docChanged && setText(update.state.doc.toString())),
      ],
    });
    view.current = made;
    return () => made.destroy();
  }, [label]);
  const names = JSON.stringify(schema);
  useEffect(() => {
    const given = JSON.parse(names) as Record<string, string[]>;
    view.current?.dispatch({
      effects: language.current.reconfigure(sql({ dialect: PostgreSQL, schema: given })),
    });
  }, [names]);
  useEffect(() => {
    const made = view.current;
    if (query && made && !made.hasFocus && made.state.doc.toString() !== query)
      made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: query } });
  }, [query]);
  return (
    <div className="tb-sql">
      <div className="tb-sql-text" ref={host} />
      <div className="tb-sql-bar">
        <Button variant="primary" icon="play" busy={busy} disabled={!text.trim()} onClick={() => onRun(text)}>
          {t.tables.sqlRun}
        </Button>
        <span className="t3">{t.tables.sqlHint("u" in schema)}</span>
      </div>
      {error != null && (
        <pre className="tb-sql-error mono" role="alert">
          {isApiError(error) && error.kind === "Rejected" ? error.message : errorMessage(error, t.common.errors)}
        </pre>
      )}
    </div>
  );
}
