import { type ReactNode, type RefObject, useState } from "react";
import type { KeyInfo } from "@/api/types";
import { mostOf, NO_SMOOTHING, SMOOTHINGS, type SmoothingKind } from "@/plot/smooth";
import { type ChartView, PLAIN_CHARTS } from "@/state/view";
import { Button, Chip, Icon, IconButton, Menu, Popover, Search, Segmented, Slider, Toggle, toast } from "@/ui";
import { copyText } from "@/ui/controls";
import { useText } from "@/ui/text";
import type { Board } from "./board";
import { amountText } from "./line/LinePanel";
import { regexProblem } from "./search";
import "./panels.css";

export interface ControlBarProps {
  view: ChartView;
  change: Board["change"];
  keys: readonly KeyInfo[];
  /** How many panels the search leaves. */
  matching: number;
  total: number;
  sections: readonly string[];
  searchRef?: RefObject<HTMLInputElement | null>;
  /** Stands in front: a button that opens the list of runs. */
  before?: ReactNode;
}

/** The five changes people make most, each in one click. */
export function ControlBar(props: ControlBarProps) {
  const { view, change, matching, total, sections, searchRef, before } = props;
  const t = useText().workspace;
  const problem = regexProblem(view.metrics);
  const plain = view.columns === 0;
  return (
    <div className="cb-bar" role="toolbar" aria-label={t.bar.scale}>
      {before}
      <Search
        className="cb-search"
        value={view.metrics}
        placeholder={t.bar.searchMetrics}
        onChange={(metrics) => change({ metrics })}
        inputRef={searchRef}
        invalid={problem !== null}
        after={
          <span className="cb-count num" title={problem ? t.bar.badRegex(problem) : undefined}>
            {problem ? <Icon name="warn" small /> : `${matching} / ${total}`}
          </span>
        }
      />
      {problem && (
        <span className="cb-problem cut" role="alert">
          {t.bar.badRegex(problem)}
        </span>
      )}
      <XChip {...props} />
      <SmoothingChip {...props} />
      <ScaleChip {...props} />
      <Menu
        trigger={<Chip label={t.bar.columns} value={plain ? t.bar.auto : view.columns} set={!plain} />}
        items={[0, 1, 2, 3, 4, 5, 6].map((n) => ({
          id: String(n),
          label: n === 0 ? t.bar.auto : String(n),
          checked: view.columns === n,
          onSelect: () => change({ columns: n }, { push: true }),
        }))}
      />
      <span className="grow" />
      <Menu
        align="end"
        trigger={<IconButton icon="dots" label={t.bar.more} />}
        items={[
          {
            id: "link",
            icon: "link",
            label: t.bar.copyLink,
            onSelect: () => void copyText(window.location.href).then(() => toast(t.bar.linkCopied)),
          },
          { id: "l1", separator: true },
          { id: "fold", icon: "right", label: t.bar.fold, onSelect: () => change({ folded: [...sections] }) },
          { id: "unfold", icon: "down", label: t.bar.unfold, onSelect: () => change({ folded: [] }) },
          { id: "l2", separator: true },
          {
            id: "reset",
            icon: "undo",
            label: t.bar.reset,
            onSelect: () => change({ ...PLAIN_CHARTS }, { push: true }),
          },
        ]}
      />
    </div>
  );
}

function XChip({ view, change, keys }: ControlBarProps) {
  const t = useText().workspace.bar;
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const names: Record<string, string> = { "": t.step, _step: t.step, _runtime: t.relative, _time: t.wall };
  const fixed = ["", "_runtime", "_time"];
  const found = keys
    .filter((each) => each.kind === "number" && each.key.toLowerCase().includes(text.toLowerCase()))
    .slice(0, 100);
  const choose = (x: string) => {
    setOpen(false);
    // a zoom belongs to the axis it was made on
    change({ x, zooms: {} }, { push: true });
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={260}
      label={t.x}
      trigger={<Chip label={t.x} value={names[view.x] ?? view.x} set={view.x !== ""} />}
    >
      <div className="cb-list">
        {fixed.map((x) => (
          <Choice key={x} on={view.x === x} name={names[x] ?? x} onClick={() => choose(x)} />
        ))}
      </div>
      <div className="cb-head">{t.other}</div>
      <div className="cb-find">
        <Search value={text} onChange={setText} placeholder={t.searchKeys} />
      </div>
      <div className="cb-list scroll">
        {found.map((each) => (
          <Choice key={each.key} on={view.x === each.key} name={each.key} onClick={() => choose(each.key)} />
        ))}
      </div>
    </Popover>
  );
}

function Choice({ on, name, onClick }: { on: boolean; name: string; onClick: () => void }) {
  return (
    <button type="button" className="ui-menu-item cb-choice" aria-pressed={on} onClick={onClick}>
      <span className="ui-menu-check">{on && <Icon name="check" small />}</span>
      <span className="cut">{name}</span>
    </button>
  );
}

function SmoothingChip({ view, change }: ControlBarProps) {
  const t = useText().workspace.bar;
  const { kind, amount } = view.smoothing;
  const percent = kind === "gauss" || kind === "mean";
  const choose = (next: SmoothingKind) => {
    const other = next === "gauss" || next === "mean";
    change({ smoothing: { kind: next, amount: other === percent ? amount : amount > 0 ? (other ? 2 : 0.6) : 0 } });
  };
  const set = (value: number) => {
    if (Number.isFinite(value)) change({ smoothing: { kind, amount: Math.min(Math.max(value, 0), mostOf(kind)) } });
  };
  return (
    <Popover
      width={320}
      label={t.smoothing}
      trigger={
        <Chip
          label={t.smooth}
          value={<span className="num">{amount > 0 ? amountText(view.smoothing) : "0"}</span>}
          set={amount > 0}
        />
      }
    >
      <div className="cb-form">
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
        <div className="cb-list flush">
          {SMOOTHINGS.map((each) => (
            <button
              key={each}
              type="button"
              className="ui-menu-item cb-choice"
              aria-pressed={kind === each}
              title={t.kindHints[each]}
              onClick={() => choose(each)}
            >
              <span className="ui-menu-check">{kind === each && <Icon name="check" small />}</span>
              <span className="grow">{t.kinds[each]}</span>
            </button>
          ))}
        </div>
        <p className="cb-hint">{t.kindHints[kind]}</p>
        {amount > 0 && (
          <Button variant="bare" onClick={() => change({ smoothing: NO_SMOOTHING })}>
            {t.off}
          </Button>
        )}
      </div>
    </Popover>
  );
}

/** The slider's last third is for the weights near one, where small changes matter. */
const toSlider = (weight: number) => 1 - (1 - weight) ** (1 / 2.2);
const fromSlider = (at: number) => Number((1 - (1 - at) ** 2.2).toFixed(at > 0.8 ? 3 : 2));

function ScaleChip({ view, change }: ControlBarProps) {
  const t = useText().workspace.bar;
  const changed = view.logY || view.logX || view.outliers || view.syncZoom;
  const words = [view.logY && t.logY, view.logX && t.logX].filter(Boolean);
  return (
    <Popover
      width={300}
      label={t.scale}
      trigger={<Chip label={t.scale} value={words.length > 0 ? words.join(", ") : t.linear} set={changed} />}
    >
      <div className="cb-form">
        <Setting name="Y">
          <Segmented
            label="y"
            value={view.logY ? "log" : "linear"}
            options={[
              { id: "linear", name: t.linear },
              { id: "log", name: t.log },
            ]}
            onChange={(way) => change({ logY: way === "log", logFlipped: [] }, { push: true })}
          />
        </Setting>
        <Setting name="X">
          <Segmented
            label="x"
            value={view.logX ? "log" : "linear"}
            options={[
              { id: "linear", name: t.linear },
              { id: "log", name: t.log },
            ]}
            onChange={(way) => change({ logX: way === "log", zooms: {} }, { push: true })}
          />
        </Setting>
        <Setting name={t.outliers}>
          <Toggle label={t.outliers} checked={view.outliers} onChange={(outliers) => change({ outliers })} />
        </Setting>
        <Setting name={t.syncZoom}>
          <Toggle label={t.syncZoom} checked={view.syncZoom} onChange={(syncZoom) => change({ syncZoom })} />
        </Setting>
      </div>
    </Popover>
  );
}

function Setting({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="cb-setting">
      <span>{name}</span>
      {children}
    </div>
  );
}
