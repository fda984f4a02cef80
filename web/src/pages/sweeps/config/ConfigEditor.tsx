/** The config of a sweep, by form or as YAML: one text behind both, checked by the server while it is written. */
import { useEffect, useRef, useState } from "react";
import { useCheckedConfig } from "@/api/sweeps";
import { Icon, Segmented } from "@/ui";
import { useText } from "@/ui/text";
import { ConfigForm } from "./ConfigForm";
import { faultsOf, formOf, type SweepForm, yamlOf } from "./form";
import { lineOf } from "./line-of";

export interface Draft {
  text: string;
  /** The form the text came from; null where it was written by hand. */
  form: SweepForm | null;
}

export interface ConfigEditorProps {
  draft: Draft;
  onDraft: (draft: Draft) => void;
}

/** Whether the draft can be handed in, as far as is known here. */
export function isWhole(draft: Draft): boolean {
  return draft.form === null ? draft.text.trim() !== "" : faultsOf(draft.form).size === 0;
}

export function ConfigEditor({ draft, onDraft }: ConfigEditorProps) {
  const t = useText().sweeps;
  const faults = draft.form ? faultsOf(draft.form) : null;
  const checked = useCheckedConfig(draft.text, faults === null || faults.size === 0);
  const look = checked.data;
  const line = look?.wrong ? lineOf(draft.text, look.wrong, look.field) : null;
  const asForm = look?.config && !look.wrong ? formOf(look.config) : null;
  const [tooMuch, setTooMuch] = useState(false);
  const turn = (side: "form" | "yaml") => {
    if (side === "yaml") onDraft({ text: draft.text, form: null });
    else if (asForm) onDraft({ text: yamlOf(asForm), form: asForm });
    setTooMuch(side === "form" && !asForm);
  };
  return (
    <div className="sw-editor">
      <Segmented
        label={t.writtenAs}
        value={draft.form ? "form" : "yaml"}
        options={[
          { id: "form", name: t.asForm },
          { id: "yaml", name: "YAML" },
        ]}
        onChange={turn}
      />
      {draft.form ? (
        <ConfigForm
          form={draft.form}
          faults={faults ?? new Map()}
          onChange={(form) => onDraft({ form, text: yamlOf(form) })}
        />
      ) : (
        <YamlText
          text={draft.text}
          line={line}
          onChange={(text) => {
            setTooMuch(false);
            onDraft({ text, form: null });
          }}
        />
      )}
      <div className="sw-checked" aria-live="polite">
        {look?.wrong ? (
          <p className="ui-field-error">
            {line !== null && !draft.form && <b>{t.atLine(line)}</b>} {look.wrong}
          </p>
        ) : tooMuch ? (
          <p className="sw-warning">
            <Icon name="info" small />
            {t.noForm}
          </p>
        ) : (
          (look?.warnings ?? []).map((warning) => (
            <p key={warning} className="sw-warning">
              <Icon name="warn" small />
              {warning}
            </p>
          ))
        )}
        {look?.config && !look.wrong && !tooMuch && look.warnings.length === 0 && (
          <p className="sw-good">
            <Icon name="check" small />
            {t.good}
          </p>
        )}
      </div>
    </div>
  );
}

const FEWEST_LINES = 14;
const MOST_LINES = 22;

/** Text with the numbers of its lines; the one where something is wrong is marked. */
function YamlText({ text, line, onChange }: { text: string; line: number | null; onChange: (text: string) => void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLPreElement>(null);
  const lines = text.split("\n").length;
  useEffect(() => {
    if (numbers.current && area.current) numbers.current.scrollTop = area.current.scrollTop;
  });
  return (
    <div className="sw-yaml mono">
      <pre ref={numbers} aria-hidden="true">
        {Array.from({ length: lines }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place.
          <span key={at} className={line === at + 1 ? "wrong" : undefined}>
            {at + 1}
          </span>
        ))}
      </pre>
      <textarea
        ref={area}
        rows={Math.max(FEWEST_LINES, Math.min(MOST_LINES, lines))}
        spellCheck={false}
        autoCapitalize="off"
        aria-label="YAML"
        aria-invalid={line !== null}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
