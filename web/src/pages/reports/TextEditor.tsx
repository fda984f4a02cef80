/** A text part: read until one clicks it, then typed as Markdown; `/` on an empty line offers what can be put in. */
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "@/ui";
import { Markdown } from "@/ui/markdown/Markdown";
import { useText } from "@/ui/text";
import { beginningOf, ICONS, INSERTABLES, type Insertable } from "./insert";
import { slashOf } from "./parts";

export interface TextEditorProps {
  text: string;
  active: boolean;
  onActive: (on: boolean) => void;
  onChange: (text: string) => void;
  /** A part of its own is wanted below this one. */
  onInsert: (what: Insertable) => void;
  /** Nothing is left of it. */
  onEmpty: () => void;
}

export function TextEditor(props: TextEditorProps) {
  const { text, active, onActive } = props;
  const t = useText().reports;
  if (active) return <Typing {...props} />;
  return (
    <div
      className="rp-text"
      role="button"
      tabIndex={0}
      aria-label={t.editPart}
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest("a")) onActive(true);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.target !== event.currentTarget) return;
        event.preventDefault();
        onActive(true);
      }}
    >
      {text.trim() ? <Markdown text={text} /> : <p className="t3">{t.emptyPart}</p>}
    </div>
  );
}

function Typing({ text, onActive, onChange, onInsert, onEmpty }: TextEditorProps) {
  const t = useText().reports;
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(text.length);
  const [chosen, setChosen] = useState(0);
  const [closed, setClosed] = useState(false);
  const slash = closed ? null : slashOf(text, caret);
  const wanted = slash?.word.toLowerCase() ?? "";
  const offers = slash
    ? INSERTABLES.filter((what) => what.startsWith(wanted) || t.inserts[what].toLowerCase().includes(wanted))
    : [];
  const at = Math.min(chosen, Math.max(0, offers.length - 1));
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, []);
  // as high as its text
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides the height.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  const take = (what: Insertable) => {
    if (!slash) return;
    const before = text.slice(0, slash.from);
    const after = text.slice(slash.from + slash.word.length + 1);
    setChosen(0);
    if (what === "panels") {
      const left = `${before}${after}`.trim();
      onInsert(what);
      if (left) onChange(left);
      else onEmpty();
      return;
    }
    const put = beginningOf(what);
    onChange(before + put + after);
    const place = before.length + (put.includes("\n\n") ? put.indexOf("\n\n") + 1 : put.length);
    requestAnimationFrame(() => area.current?.setSelectionRange(place, place));
    setCaret(place);
  };
  const press = (event: KeyboardEvent) => {
    if (offers.length > 0 && slash) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by) {
        event.preventDefault();
        setChosen((at + by + offers.length) % offers.length);
        return;
      }
      const what = offers[at];
      if (event.key === "Enter" && what) {
        event.preventDefault();
        take(what);
        return;
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        setClosed(true);
        return;
      }
    }
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) onActive(false);
    else if (event.key === "Backspace" && text === "") {
      event.preventDefault();
      onEmpty();
    }
  };
  return (
    <div className="rp-typing">
      <textarea
        ref={area}
        className="mono"
        aria-label={t.partText}
        placeholder={t.typeHint}
        value={text}
        rows={1}
        onChange={(event) => {
          setClosed(false);
          setCaret(event.target.selectionStart);
          onChange(event.target.value);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={press}
        onBlur={(event) => {
          if (!event.relatedTarget || !event.currentTarget.parentElement?.contains(event.relatedTarget))
            onActive(false);
        }}
      />
      {offers.length > 0 && (
        <div className="ui-pop rp-slash" role="listbox" aria-label={t.add}>
          {offers.map((what, place) => (
            <button
              key={what}
              type="button"
              role="option"
              aria-selected={place === at}
              className={place === at ? "ui-menu-item on" : "ui-menu-item"}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(what)}
            >
              <Icon name={ICONS[what]} />
              <span className="grow">{t.inserts[what]}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
