/** Small controls that editors of panels have in common. */
import { type ReactNode, useId } from "react";
import { Segmented, Slider, TextInput, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { STATISTICS, type Statistic } from "../values";

export function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="kd-field">
      <span>{label}</span>
      {children}
    </div>
  );
}

export function StatisticField({ value, onChange }: { value: Statistic; onChange: (value: Statistic) => void }) {
  const t = useText().kinds;
  return (
    <Row label={t.statistic}>
      <Segmented
        label={t.statistic}
        value={value}
        onChange={onChange}
        options={STATISTICS.map((id) => ({ id, name: t.statistics[id] }))}
      />
    </Row>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { id: T; name: string }[];
  onChange: (value: T) => void;
}

/** One of several that are too many to stand side by side. */
export function ChoiceField<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <Row label={label}>
      <select
        className="ui-input"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {options.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </Row>
  );
}

export function ToggleField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <Row label={label}>
      <Toggle label={label} checked={value} onChange={onChange} />
    </Row>
  );
}

interface CountProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onChange: (value: number) => void;
}

export function CountField({ label, value, min, max, step, onChange }: CountProps) {
  return (
    <Row label={label}>
      <div className="kd-count">
        <Slider label={label} value={value} min={min} max={max} {...(step ? { step } : {})} onChange={onChange} />
        <b className="num">{value}</b>
      </div>
    </Row>
  );
}

interface RangeProps {
  label: string;
  low: number | null;
  high: number | null;
  onChange: (low: number | null, high: number | null) => void;
}

/** Two ends of an axis; an empty one is where the data end. */
export function RangeField({ label, low, high, onChange }: RangeProps) {
  const t = useText().kinds;
  const id = useId();
  const taken = (text: string) => {
    const value = Number(text);
    return text.trim() === "" || !Number.isFinite(value) ? null : value;
  };
  const wrong = low !== null && high !== null && low >= high;
  return (
    <Row label={label}>
      <div className="kd-range">
        <TextInput
          inputMode="decimal"
          aria-label={`${label}: ${t.lowest}`}
          placeholder={t.auto}
          defaultValue={low ?? ""}
          onChange={(event) => onChange(taken(event.target.value), high)}
        />
        <span aria-hidden="true">–</span>
        <TextInput
          inputMode="decimal"
          aria-label={`${label}: ${t.highest}`}
          aria-invalid={wrong}
          aria-describedby={wrong ? id : undefined}
          placeholder={t.auto}
          defaultValue={high ?? ""}
          onChange={(event) => onChange(low, taken(event.target.value))}
        />
        {wrong && (
          <p id={id} className="ui-field-error" role="alert">
            {t.rangeWrong}
          </p>
        )}
      </div>
    </Row>
  );
}
