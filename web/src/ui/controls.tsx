/** Things one presses: buttons, chips, switches, sliders. */
import { Slider as RadixSlider, Switch as RadixSwitch } from "radix-ui";
import { type ComponentProps, type ReactNode, useEffect, useState } from "react";
import { Icon, type IconName } from "./icons";
import { useText } from "./text";

function names(...parts: (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: "plain" | "primary" | "bare" | "danger";
  icon?: IconName;
  /** Shows that it is working and cannot be pressed. */
  busy?: boolean;
}

export function Button({ variant = "plain", icon, busy, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={names("ui-btn", variant !== "plain" && `ui-btn-${variant}`, busy && "ui-busy", className)}
      disabled={disabled || busy}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: IconName;
  /** What it does: its name to screen readers and on hover. */
  label: string;
  on?: boolean;
  small?: boolean;
  bordered?: boolean;
}

export function IconButton({ icon, label, on, small, bordered, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={on}
      className={names("ui-ib", small && "ui-ib-s", bordered && "ui-ib-b", on && "on", className)}
      {...rest}
    >
      <Icon name={icon} small={small} />
    </button>
  );
}

export interface ChipProps extends Omit<ComponentProps<"button">, "value"> {
  label: ReactNode;
  value?: ReactNode;
  /** The choice differs from what it is by itself. */
  set?: boolean;
  /** No arrow: the chip switches rather than opens. */
  flat?: boolean;
}

export function Chip({ label, value, set, flat, className, ...rest }: ChipProps) {
  return (
    <button type="button" className={names("ui-chip", set && "set", flat && "flat", className)} {...rest}>
      <span>{label}</span>
      {value !== undefined && <b>{value}</b>}
      {!flat && <Icon name="down" small />}
    </button>
  );
}

/** Copies and says so with a check mark for a moment. */
export function CopyButton({
  value,
  label,
  small = true,
  icon = "copy",
}: {
  value: string;
  label?: string;
  small?: boolean;
  icon?: IconName;
}) {
  const t = useText();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1200);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <IconButton
      icon={done ? "check" : icon}
      small={small}
      className={done ? "ui-done" : undefined}
      label={done ? t.common.copied : (label ?? t.common.copy)}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(value).then(setDone);
      }}
    />
  );
}

/** Puts text on the clipboard; on a page without a secure context by the old road. */
export async function copyText(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = value;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: readonly { id: T; name: ReactNode; hint?: string }[];
  onChange: (value: T) => void;
}

export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  return (
    <div className="ui-seg" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.id}
          type="button"
          role="radio"
          aria-checked={option.id === value}
          className={option.id === value ? "on" : undefined}
          title={option.hint}
          onClick={() => onChange(option.id)}
        >
          {option.name}
        </button>
      ))}
    </div>
  );
}

export function Toggle({
  checked,
  onChange,
  label,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
}) {
  return (
    <RadixSwitch.Root className="ui-switch" checked={checked} onCheckedChange={onChange} aria-label={label}>
      <RadixSwitch.Thumb className="ui-switch-thumb" />
    </RadixSwitch.Root>
  );
}

/** A button and no more, as tables have one in every line. */
export function Checkbox({
  checked,
  onChange,
  label,
  onClick,
  ...rest
}: {
  checked: boolean | "indeterminate";
  onChange: (checked: boolean) => void;
  label: string;
} & Omit<ComponentProps<"button">, "onChange">) {
  const state = checked === "indeterminate" ? checked : checked ? "checked" : "unchecked";
  return (
    <button
      type="button"
      role="checkbox"
      className="ui-check"
      aria-checked={checked === "indeterminate" ? "mixed" : checked}
      aria-label={label}
      data-state={state}
      onClick={(event) => {
        onClick?.(event);
        onChange(checked !== true);
      }}
      onKeyDown={(event) => {
        // the space bar alone presses a checkbox
        if (event.key === "Enter") event.preventDefault();
      }}
      {...rest}
    >
      {checked && (
        <span className="ui-check-mark">
          <Icon name={checked === "indeterminate" ? "minus" : "check"} small />
        </span>
      )}
    </button>
  );
}

export interface SliderProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onChange: (value: number) => void;
  /** The slider is about where in time one is: it takes the pointer's colour. */
  pointer?: boolean;
}

export function Slider({ label, value, min, max, step = 1, onChange, pointer }: SliderProps) {
  return (
    <RadixSlider.Root
      className={names("ui-slider", pointer && "ui-slider-pointer")}
      value={[value]}
      min={min}
      max={max}
      step={step}
      onValueChange={([next]) => next !== undefined && onChange(next)}
    >
      <RadixSlider.Track className="ui-slider-track">
        <RadixSlider.Range className="ui-slider-range" />
      </RadixSlider.Track>
      <RadixSlider.Thumb className="ui-slider-thumb" aria-label={label} />
    </RadixSlider.Root>
  );
}
