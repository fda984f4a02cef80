/** An expression that rows have to fulfil: taken when it can be read, with the place marked where it cannot. */
import { useEffect, useRef, useState } from "react";
import { IconButton, Popover, Search } from "@/ui";
import { useText } from "@/ui/text";
import type { Column } from "./columns";
import { ExpressionError, FUNCTIONS } from "./expression";

export interface WhereBoxProps {
  value: string;
  onChange: (text: string) => void;
  error: unknown;
  columns: readonly Column[];
}

const SETTLE_MS = 200;

export function WhereBox({ value, onChange, error, columns }: WhereBoxProps) {
  const t = useText().tables;
  const [help, setHelp] = useState(false);
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = setTimeout(() => {
      told.current = text;
      onChange(text);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return (
    <div className="tb-where">
      <Popover
        open={help}
        onOpenChange={setHelp}
        width={380}
        label={t.whereHelp}
        anchor={
          <div>
            <Search
              code
              value={text}
              onChange={setText}
              placeholder={t.where}
              invalid={error !== null}
              after={<IconButton icon="help" small label={t.whereHelp} on={help} onClick={() => setHelp(!help)} />}
            />
          </div>
        }
      >
        <div className="tb-help">
          <p className="t2">{t.whereHelpText}</p>
          <pre className="mono">{examples(columns).join("\n")}</pre>
          <h4>{t.functions}</h4>
          <p className="mono t2">{Object.keys(FUNCTIONS).join("  ")}</p>
          <h4>{t.columns}</h4>
          <p className="mono t2">
            {columns
              .slice(0, 40)
              .map(({ id }) => quoted(id))
              .join("  ")}
          </p>
        </div>
      </Popover>
      {error !== null && !help && text === value && <Fault text={text} error={error} />}
    </div>
  );
}

/** A column's name as expressions have it. */
export function quoted(id: string): string {
  return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(id) ? id : `\`${id}\``;
}

function examples(columns: readonly Column[]): string[] {
  const name = (kind: Column["kind"], place = 0) =>
    columns.filter((column) => column.kind === kind).map(({ id }) => quoted(id))[place];
  const [a, b] = [name("number"), name("number", 1)];
  const [x, y] = [name("text"), name("text", 1)];
  return [
    ...(a ? [`${a} > 0.5`] : []),
    ...(a && b ? [`abs(${a} - ${b}) < 0.1`] : []),
    ...(x && y ? [`${x} != ${y}`] : []),
    ...(x ? [`${x} contains "a" and len(${x}) < 20`, `${x} in ("a", "b") or ${x} = null`] : []),
  ];
}

/** What is wrong, in words, under the text with the place marked. */
export function Fault({ text, error }: { text: string; error: unknown }) {
  const words = useFault(error);
  const at = error instanceof ExpressionError ? error.at : null;
  const size = error instanceof ExpressionError ? Math.max(1, error.what.length) : 1;
  return (
    <div className="tb-fault" role="alert">
      {at !== null && (
        <div className="mono">
          {text.slice(0, at)}
          <mark>{text.slice(at, at + size) || " "}</mark>
          {text.slice(at + size)}
        </div>
      )}
      <p>{words}</p>
    </div>
  );
}

export function useFault(error: unknown): string {
  const t = useText().tables;
  if (!(error instanceof ExpressionError)) return error instanceof Error ? error.message : "";
  const said = t.faults[error.fault] as (what: string, near: string) => string;
  const hint = error.near && error.fault !== "arguments" ? t.didYouMean(error.near) : "";
  return said(error.what, error.near) + hint;
}
