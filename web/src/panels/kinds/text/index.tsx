/** A text in Markdown beside the charts, edited where it stands. */
import { useEffect, useState } from "react";
import { useBoard } from "@/panels/board";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { Button, TextArea } from "@/ui";
import { Markdown } from "@/ui/markdown/Markdown";
import { useText } from "@/ui/text";
import { KindFrame } from "../KindFrame";
import { type Raw, textIn } from "../read";

export interface TextConfig {
  text: string;
}

const read = (raw: Raw): TextConfig => ({ text: textIn(raw, "text") });

function TextPanel({ def, config, large }: PanelProps<TextConfig>) {
  const t = useText();
  const { edit } = useBoard();
  const [draft, setDraft] = useState<string | null>(null);
  const keep = () => {
    if (draft !== null && draft !== config.text)
      edit((old) => ({
        ...old,
        panels: { ...old.panels, [def.id]: { ...(old.panels[def.id] ?? def), config: { ...def.config, text: draft } } },
      }));
    setDraft(null);
  };
  return (
    <KindFrame
      def={def}
      title={titleOf(config) || t.kinds.names.text}
      large={large}
      flush
      menu={[{ id: "text", icon: "edit", label: t.common.edit, onSelect: () => setDraft(config.text) }]}
    >
      {draft === null ? (
        <div className="kd-text" onDoubleClick={() => setDraft(config.text)}>
          {config.text.trim() ? (
            <Markdown text={config.text} />
          ) : (
            <button type="button" className="kd-text-empty" onClick={() => setDraft("")}>
              {t.kinds.writeHere}
            </button>
          )}
        </div>
      ) : (
        <div className="kd-text-edit">
          <TextArea
            autoFocus
            aria-label={t.kinds.names.text}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === "Escape") setDraft(null);
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) keep();
            }}
          />
          <div>
            <span className="t3">{t.kinds.textKeys}</span>
            <Button onClick={() => setDraft(null)}>{t.common.cancel}</Button>
            <Button variant="primary" onClick={keep}>
              {t.common.save}
            </Button>
          </div>
        </div>
      )}
    </KindFrame>
  );
}

function TextEditor({ config, change }: EditorProps<TextConfig>) {
  const t = useText().kinds;
  const [text, setText] = useState(config.text);
  useEffect(() => setText(config.text), [config.text]);
  return (
    <div className="kd-editor">
      <TextArea
        rows={14}
        aria-label={t.names.text}
        value={text}
        placeholder={t.writeHere}
        onChange={(event) => {
          setText(event.target.value);
          change({ text: event.target.value });
        }}
      />
      <p className="t3">{t.markdownHint}</p>
    </div>
  );
}

/** The first heading of a text, which is what people call it. */
export function titleOf({ text }: TextConfig): string {
  return /^#{1,3}\s+(.+)$/m.exec(text)?.[1]?.trim().slice(0, 80) ?? "";
}

export const text: Kind<TextConfig> = {
  id: "text",
  icon: "note",
  fresh: () => read({}),
  read,
  title: titleOf,
  Panel: TextPanel,
  Editor: TextEditor,
};
