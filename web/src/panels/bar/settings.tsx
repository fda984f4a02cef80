/** The controls of single settings, for the bar and for the drawer alike. */
import { useId, useState } from "react";
import type { KeyInfo } from "@/api/types";
import { mostOf, NO_SMOOTHING, SMOOTHINGS, type Smoothing, type SmoothingKind } from "@/plot/smooth";
import { Button, Icon, Search, Slider } from "@/ui";
import { useText } from "@/ui/text";

export interface Controlled<T> {
  value: T;
  onChange: (value: T) => void;
}

/** What an x axis is called. */
export function useXName(): (x: string) => string {
  const t = useText().workspace.bar;
  const names: Record<string, string> = { "": t.step, _step: t.step, _runtime: t.relative, _time: t.wall };
  return (x) => names[x] ?? x;
}

/** An x axis: one of those all runs have, or any number that was logged. */
export function XChoice({ value, onChange, keys }: Controlled<string> & { keys: readonly KeyInfo[] }) {
  const t = useText().workspace.bar;
  const nameOf = useXName();
  const [text, setText] = useState("");
  const found = keys
    .filter((each) => each.kind === "number" && each.key.toLowerCase().includes(text.toLowerCase()))
    .slice(0, 100);
  return (
    <>
      <div className="cb-list">
        {["", "_runtime", "_time"].map((x) => (
          <Choice key={x} on={value === x} name={nameOf(x)} onClick={() => onChange(x)} />
        ))}
      </div>
      <div className="cb-head">{t.other}</div>
      <div className="cb-find">
        <Search value={text} onChange={setText} placeholder={t.searchKeys} />
      </div>
      <div className="cb-list scroll">
        {found.map((each) => (
          <Choice key={each.key} on={value === each.key} name={each.key} onClick={() => onChange(each.key)} />
        ))}
      </div>
    </>
  );
}

export function Choice({ on, name, onClick }: { on: boolean; name: string; onClick: () => void }) {
  return (
    <button type="button" className="ui-menu-item cb-choice" aria-pressed={on} onClick={onClick}>
      <span className="ui-menu-check">{on && <Icon name="check" small />}</span>
      <span className="cut">{name}</span>
    </button>
  );
}

/** How much, by slider and as a number. */
export function SmoothingAmount({ value: { kind, amount }, onChange }: Controlled<Smoothing>) {
  const t = useText().workspace.bar;
  const percent = isPercent(kind);
  const set = (value: number) => {
    if (Number.isFinite(value)) onChange({ kind, amount: Math.min(Math.max(value, 0), mostOf(kind)) });
  };
  return (
    <div className="cb-row">
      <Slider
        label={t.smoothing}
        value={percent ? amount : toSlider(amount)}
        min={0}
        max={percent ? mostOf(kind) : 1}
        step={percent ? 0.1 : 0.001}
        onChange={(value) => set(percent ? value : fromSlider(value))}
      />
      <input
        className="ui-input cb-number num"
        type="number"
        aria-label={t.amount}
        min={0}
        max={mostOf(kind)}
        step={percent ? 0.5 : 0.05}
        value={amount}
        onChange={(event) => set(Number(event.target.value))}
      />
    </div>
  );
}

/** How much and by which kind, with what each kind means. */
export function SmoothingChoice({ value, onChange }: Controlled<Smoothing>) {
  const t = useText().workspace.bar;
  const { kind, amount } = value;
  return (
    <div className="cb-form">
      <SmoothingAmount value={value} onChange={onChange} />
      <div className="cb-list flush">
        {SMOOTHINGS.map((each) => (
          <button
            key={each}
            type="button"
            className="ui-menu-item cb-choice"
            aria-pressed={kind === each}
            title={t.kindHints[each]}
            onClick={() => onChange(ofKind(value, each))}
          >
            <span className="ui-menu-check">{kind === each && <Icon name="check" small />}</span>
            <span className="grow">{t.kinds[each]}</span>
          </button>
        ))}
      </div>
      <p className="cb-hint">{t.kindHints[kind]}</p>
      {amount > 0 && (
        <Button variant="bare" onClick={() => onChange(NO_SMOOTHING)}>
          {t.off}
        </Button>
      )}
    </div>
  );
}

/** The same, where there is little room. */
export function SmoothingRow({ value, onChange }: Controlled<Smoothing>) {
  const t = useText().workspace.bar;
  const id = useId();
  return (
    <div className="ed-smooth">
      <select
        id={id}
        className="ui-input"
        aria-label={t.smoothing}
        value={value.kind}
        onChange={(event) => onChange(ofKind(value, event.target.value as SmoothingKind))}
      >
        {SMOOTHINGS.map((each) => (
          <option key={each} value={each}>
            {t.kinds[each]}
          </option>
        ))}
      </select>
      <SmoothingAmount value={value} onChange={onChange} />
    </div>
  );
}

function isPercent(kind: SmoothingKind): boolean {
  return kind === "gauss" || kind === "mean";
}

function ofKind({ kind, amount }: Smoothing, next: SmoothingKind): Smoothing {
  const percent = isPercent(next);
  return { kind: next, amount: percent === isPercent(kind) ? amount : amount > 0 ? (percent ? 2 : 0.6) : 0 };
}

/** The slider's last third is for the weights near one, where small changes matter. */
const toSlider = (weight: number) => 1 - (1 - weight) ** (1 / 2.2);
const fromSlider = (at: number) => Number((1 - (1 - at) ** 2.2).toFixed(at > 0.8 ? 3 : 2));
