/** Names one adds and takes away: aliases, tags. */
import { type ReactNode, useState } from "react";
import { IconButton, Popover, Tag, TextInput } from "@/ui";

export interface ChipsProps {
  names: readonly string[];
  addLabel: string;
  placeholder: string;
  /** Names that stay, such as the number of the version. */
  fixed?: readonly string[];
  accent?: boolean;
  /** Why a name cannot be added; null where it can. */
  problem: (name: string) => string | null;
  onChange: (names: string[]) => void;
}

export function Chips({ names, addLabel, placeholder, fixed = [], accent, problem, onChange }: ChipsProps) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const name = text.trim();
  const wrong: ReactNode = name ? problem(name) : null;
  return (
    <span className="af-chips">
      {fixed.map((each) => (
        <Tag key={each}>{each}</Tag>
      ))}
      {names.map((each) => (
        <span key={each} className={accent ? "af-alias" : undefined}>
          <Tag onRemove={() => onChange(names.filter((other) => other !== each))}>{each}</Tag>
        </span>
      ))}
      <Popover
        open={open}
        onOpenChange={(next) => {
          setOpen(next);
          setText("");
        }}
        width={240}
        label={addLabel}
        trigger={<IconButton icon="plus" small label={addLabel} />}
      >
        <form
          className="af-add"
          onSubmit={(event) => {
            event.preventDefault();
            if (!name || wrong) return;
            if (!names.includes(name)) onChange([...names, name]);
            setOpen(false);
            setText("");
          }}
        >
          <TextInput
            autoFocus
            value={text}
            placeholder={placeholder}
            aria-label={addLabel}
            aria-invalid={Boolean(wrong)}
            onChange={(event) => setText(event.target.value)}
          />
          {wrong && <p className="ui-field-error">{wrong}</p>}
        </form>
      </Popover>
    </span>
  );
}

/** Why an alias is none; `v3` and its like name versions by themselves. */
export function aliasProblem(name: string, words: { alias: string; version: string }): string | null {
  if (/^v\d+$/.test(name)) return words.version;
  return name.length > 128 || /[/:,]/.test(name) ? words.alias : null;
}

export function isTag(name: string): boolean {
  return /^[-\w]+( +[-\w]+)*$/.test(name);
}
