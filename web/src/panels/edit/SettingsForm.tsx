/** How charts are drawn, for a workspace, a section or one panel: what is said here, and what is inherited. */
import { type ReactNode, useState } from "react";
import type { KeyInfo } from "@/api/types";
import { BANDS, CENTRES, type ChartSettings } from "@/state/settings";
import { Button, Chip, IconButton, Popover, Segmented, TextInput, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { SmoothingRow, useXName, XChoice } from "../bar/settings";

export interface SettingsFormProps {
  /** What is said here. */
  own: Partial<ChartSettings>;
  /** What holds where nothing is said here. */
  inherited: ChartSettings;
  /** From where: the workspace, a section by its name. Null where there is nothing above. */
  from: string | null;
  /** A setting that is given as undefined is inherited again. */
  change: (patch: Partial<ChartSettings>) => void;
  keys: readonly KeyInfo[];
}

export function SettingsForm({ own, inherited, from, change, keys }: SettingsFormProps) {
  const words = useText();
  const t = words.board;
  const xName = useXName();
  const now = { ...inherited, ...own };
  const bands = (band: ChartSettings["band"]) => (band === "none" ? t.bandNone : words.lines.bands[band]);
  const row = <K extends keyof ChartSettings>(
    name: K,
    label: string,
    control: ReactNode,
    said: (value: ChartSettings[K]) => string,
  ) => (
    <Setting
      key={name}
      label={label}
      own={own[name] !== undefined}
      inherits={from === null ? null : t.inherits(from, said(inherited[name]))}
      reset={() => change({ [name]: undefined })}
    >
      {control}
    </Setting>
  );
  const flag = (name: "raw" | "logX" | "logY" | "outliers" | "envelope", label: string) =>
    row(name, label, <Toggle label={label} checked={now[name]} onChange={(on) => change({ [name]: on })} />, (value) =>
      value ? t.on : t.off,
    );
  const bar = words.workspace.bar;
  return (
    <div className="ed-settings">
      {row(
        "x",
        bar.x,
        <XRow value={now.x} name={xName(now.x)} keys={keys} onChange={(x) => change({ x })} />,
        (value) => xName(value),
      )}
      {row(
        "smoothing",
        bar.smoothing,
        <SmoothingRow value={now.smoothing} onChange={(smoothing) => change({ smoothing })} />,
        ({ kind, amount }) => (amount > 0 ? `${bar.kindsShort[kind]} ${amount}` : bar.off),
      )}
      {flag("raw", t.rawLine)}
      {flag("logY", bar.logY)}
      {flag("logX", bar.logX)}
      {flag("outliers", t.outliers)}
      {flag("envelope", t.envelope)}
      {row(
        "centre",
        t.centre,
        <Segmented
          label={t.centre}
          value={now.centre}
          options={CENTRES.map((id) => ({ id, name: words.lines.centres[id] }))}
          onChange={(centre) => change({ centre })}
        />,
        (value) => words.lines.centres[value],
      )}
      {row(
        "band",
        t.band,
        <select
          className="ui-input"
          aria-label={t.band}
          value={now.band}
          onChange={(event) => change({ band: event.target.value as ChartSettings["band"] })}
        >
          {BANDS.map((id) => (
            <option key={id} value={id}>
              {bands(id)}
            </option>
          ))}
        </select>,
        bands,
      )}
      {row(
        "legend",
        t.legend,
        <Segmented
          label={t.legend}
          value={now.legend}
          options={(["off", "top", "table"] as const).map((id) => ({ id, name: t.legends[id] }))}
          onChange={(legend) => change({ legend })}
        />,
        (value) => t.legends[value],
      )}
      {row(
        "most",
        t.most,
        <TextInput
          type="number"
          className="num ed-number"
          aria-label={t.most}
          min={1}
          max={1000}
          value={now.most}
          onChange={(event) => {
            const most = Math.round(Number(event.target.value));
            if (most >= 1 && most <= 1000) change({ most });
          }}
        />,
        String,
      )}
    </div>
  );
}

interface SettingProps {
  label: string;
  own: boolean;
  /** From where it comes, in words; null where there is nothing above. */
  inherits: string | null;
  reset: () => void;
  children: ReactNode;
}

/** One setting, where it comes from, and the way back to what is above. */
export function Setting({ label, own, inherits, reset, children }: SettingProps) {
  const t = useText().board;
  return (
    <div className={own ? "ed-setting own" : "ed-setting"}>
      <span className="ed-label">{label}</span>
      <div className="ed-control">{children}</div>
      {own ? (
        <IconButton icon="undo" small label={t.resetSetting(label)} title={inherits ?? t.asUsual} onClick={reset} />
      ) : (
        <span className="ed-gap" />
      )}
      {inherits !== null && !own && <span className="ed-inherits">{inherits}</span>}
    </div>
  );
}

interface XRowProps {
  value: string;
  name: string;
  keys: readonly KeyInfo[];
  onChange: (x: string) => void;
}

function XRow({ value, name, keys, onChange }: XRowProps) {
  const t = useText().workspace.bar;
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen} width={260} label={t.x} trigger={<Chip label="" value={name} />}>
      <XChoice
        value={value}
        keys={keys}
        onChange={(x) => {
          setOpen(false);
          onChange(x);
        }}
      />
    </Popover>
  );
}

/** Takes every setting said here away. */
export function ResetAll({ own, change }: { own: Partial<ChartSettings>; change: SettingsFormProps["change"] }) {
  const t = useText().board;
  const names = Object.keys(own);
  if (names.length === 0) return null;
  return (
    <Button
      variant="bare"
      icon="undo"
      onClick={() => change(Object.fromEntries(names.map((name) => [name, undefined])))}
    >
      {t.resetSettings(names.length)}
    </Button>
  );
}
