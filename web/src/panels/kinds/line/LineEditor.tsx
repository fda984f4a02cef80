/** What a line panel draws: metrics by name, by a pattern, and formulas over them. */
import { useEffect, useId, useState } from "react";
import type { EditorProps } from "@/panels/kinds";
import { keysOf, type LineConfig, MOST_KEYS } from "@/panels/line/config";
import { FormulaError, parseFormula } from "@/panels/line/expression";
import { regexProblem } from "@/panels/search";
import { Segmented, TextArea, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { KeysPicker } from "../fields/KeyPicker";
import { RangeField, Row } from "../fields/parts";
import { metricOf } from "../values";

export function LineEditor({ config, change, known }: EditorProps<LineConfig>) {
  const words = useText();
  const t = words.board.line;
  const help = useId();
  const isSystem = config.stream === "system";
  const own = isSystem ? known.system : known.history;
  const numbers = own.filter((info) => info.kind === "number").map((info) => info.key);
  const problem = config.regex ? regexProblem(config.regex) : null;
  const found = config.regex && !problem ? keysOf({ ...config, keys: [] }, numbers).length : 0;
  return (
    <div className="kd-editor">
      <KeysPicker
        label={words.kinds.metrics}
        numeric
        sources={["metric"]}
        known={isSystem ? { ...known, history: known.system } : known}
        value={config.keys.map((key) => `summary.${key}`)}
        onChange={(fields) => change({ keys: fields.flatMap((field) => metricOf(field) ?? []), stepMetric: null })}
      />
      <Row label={t.pattern}>
        <TextInput
          className="mono"
          aria-label={t.pattern}
          aria-invalid={problem !== null}
          aria-describedby={help}
          placeholder="^val/.*acc"
          value={config.regex}
          onChange={(event) => change({ regex: event.target.value })}
        />
      </Row>
      <p id={help} className={problem ? "ed-hint bad" : "ed-hint"} role={problem ? "alert" : undefined}>
        {problem
          ? words.workspace.bar.badRegex(problem)
          : config.regex
            ? found >= MOST_KEYS
              ? t.patternMany(MOST_KEYS)
              : t.patternFinds(found)
            : t.patternHint}
      </p>
      <Formulas value={config.expressions} onChange={(expressions) => change({ expressions })} />
      <Row label={t.stream}>
        <Segmented
          label={t.stream}
          value={config.stream}
          options={[
            { id: "history", name: t.streams.history },
            { id: "system", name: t.streams.system },
          ]}
          onChange={(stream) => change({ stream, keys: [], stepMetric: null })}
        />
      </Row>
      <RangeField
        label={t.yRange}
        low={config.yRange?.[0] ?? null}
        high={config.yRange?.[1] ?? null}
        onChange={(low, high) => change({ yRange: low !== null && high !== null && low < high ? [low, high] : null })}
      />
      <RangeField
        label={t.xRange}
        low={config.xRange?.[0] ?? null}
        high={config.xRange?.[1] ?? null}
        onChange={(low, high) => change({ xRange: low !== null && high !== null && low < high ? [low, high] : null })}
      />
      <Row label={t.yTitle}>
        <TextInput
          aria-label={t.yTitle}
          value={config.yTitle}
          onChange={(event) => change({ yTitle: event.target.value })}
        />
      </Row>
      <Row label={t.xTitle}>
        <TextInput
          aria-label={t.xTitle}
          value={config.xTitle}
          onChange={(event) => change({ xTitle: event.target.value })}
        />
      </Row>
    </div>
  );
}

/** One formula a line. What is half typed is kept here, and given on once it can be read. */
function Formulas({ value, onChange }: { value: readonly string[]; onChange: (value: string[]) => void }) {
  const words = useText();
  const t = words.board.line;
  const help = useId();
  const outer = value.join("\n");
  const [text, setText] = useState(outer);
  useEffect(() => {
    setText((old) => (linesOf(old).join("\n") === outer ? old : outer));
  }, [outer]);
  const problem = linesOf(text).reduce<string | null>((found, line) => found ?? problemOf(line, words), null);
  return (
    <>
      <div className="kd-field tall">
        <span>{t.formulas}</span>
        <TextArea
          className="mono ed-formulas"
          rows={2}
          aria-label={t.formulas}
          aria-invalid={problem !== null}
          aria-describedby={help}
          placeholder="train/loss - val/loss"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            onChange(linesOf(event.target.value));
          }}
        />
      </div>
      <p id={help} className={problem ? "ed-hint bad" : "ed-hint"} role={problem ? "alert" : undefined}>
        {problem ?? t.formulasHint}
      </p>
    </>
  );
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function problemOf(line: string, words: ReturnType<typeof useText>): string | null {
  try {
    parseFormula(line);
    return null;
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return words.lines.formula[error.what](error.near, error.at + 1);
  }
}
