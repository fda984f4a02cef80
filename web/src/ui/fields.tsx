/** Things one types into. */
import { type ComponentProps, type ReactNode, type RefObject, useId } from "react";
import { IconButton } from "./controls";
import { Icon } from "./icons";
import { useText } from "./text";

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  children: (id: string) => ReactNode;
}

/** A labelled control with a hint below it, or with what is wrong. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  return (
    <div className="ui-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {error ? (
        <p className="ui-field-error" role="alert">
          {error}
        </p>
      ) : (
        hint && <p className="ui-field-hint">{hint}</p>
      )}
    </div>
  );
}

export function TextInput({ className, ...rest }: ComponentProps<"input">) {
  return <input type="text" className={`ui-input${className ? ` ${className}` : ""}`} {...rest} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={`ui-input ui-area${className ? ` ${className}` : ""}`} {...rest} />;
}

export interface SearchProps {
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  /** A language of its own, so its text is set in the monospace. */
  code?: boolean;
  invalid?: boolean;
  /** Shown at the right end: a count, a key. */
  after?: ReactNode;
  onKeyDown?: ComponentProps<"input">["onKeyDown"];
  inputRef?: RefObject<HTMLInputElement | null>;
  className?: string;
  id?: string;
}

export function Search(props: SearchProps) {
  const { value, onChange, placeholder, code, invalid, after, onKeyDown, inputRef, className, id } = props;
  const t = useText();
  return (
    <div className={`ui-search${invalid ? " invalid" : ""}${className ? ` ${className}` : ""}`} role="search">
      <Icon name="search" small />
      <input
        id={id}
        ref={inputRef}
        type="text"
        className={code ? "mono" : undefined}
        value={value}
        placeholder={placeholder}
        aria-label={placeholder}
        aria-invalid={invalid}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {value !== "" && <IconButton icon="x" small label={t.common.clear} onClick={() => onChange("")} />}
      {after}
    </div>
  );
}
