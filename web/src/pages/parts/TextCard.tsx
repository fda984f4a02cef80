import { useState } from "react";
import { Button, IconButton, TextArea } from "@/ui";
import { Markdown } from "@/ui/markdown/Markdown";
import { useText } from "@/ui/text";

export interface TextCardProps {
  title: string;
  text: string;
  /** What is said while there is no text. */
  none: string;
  /** A button that begins the first text; without it the whole of `none` is one. */
  add?: string;
  /** What the field is called where the title does not say it. */
  label?: string;
  /** What the pencil is called where "edit" does not say enough. */
  editLabel?: string;
  rows: number;
  /** Of the text that is shown. */
  className: string;
  onSave: (text: string) => void;
}

/** A card with a text in light marks, rewritten in place: Ctrl+Enter saves, Escape leaves it as it was. */
export function TextCard(props: TextCardProps) {
  const { title, text, none, add, rows, className, onSave } = props;
  const t = useText().common;
  const [draft, setDraft] = useState<string | null>(null);
  const save = () => {
    if (draft !== null) onSave(draft.trim());
    setDraft(null);
  };
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{title}</h2>
        <span className="grow" />
        {draft === null && (text || !add) && (
          <IconButton icon="edit" label={props.editLabel ?? t.edit} onClick={() => setDraft(text)} />
        )}
      </header>
      {draft !== null ? (
        <div className="text-edit">
          <TextArea
            autoFocus
            rows={rows}
            aria-label={props.label ?? title}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") setDraft(null);
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
            }}
          />
          <div className="text-edit-foot">
            <Button onClick={() => setDraft(null)}>{t.cancel}</Button>
            <Button variant="primary" onClick={save}>
              {t.save}
            </Button>
          </div>
        </div>
      ) : text ? (
        <div className={className}>
          <Markdown text={text} />
        </div>
      ) : add ? (
        <div className="text-add">
          <p className="t3">{none}</p>
          <Button icon="edit" onClick={() => setDraft("")}>
            {add}
          </Button>
        </div>
      ) : (
        <button type="button" className="text-none" onClick={() => setDraft("")}>
          {none}
        </button>
      )}
    </section>
  );
}
