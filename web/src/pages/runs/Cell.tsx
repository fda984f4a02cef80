/** One cell: a value as its column wants it, or the editor in its place. */
import { memo, type ReactNode } from "react";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { fieldOf } from "@/state/fields";
import { RunDot, runColour, StatePill, Tag } from "@/ui";
import { aligned, asNumber, count, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { date } from "@/ui/times";
import { Ago } from "../parts/Ago";
import { RunLink } from "../parts/RunLink";
import { Runtime } from "../parts/Runtime";
import { Sparkline } from "../parts/Sparkline";
import { type Column, TREND } from "./columns";
import type { CellEdit } from "./editing";
import type { Goal } from "./heat";

export interface CellProps {
  column: Column;
  run: Run;
  curve: Curve | undefined;
}

export interface Delta {
  by: number;
  /** Of the baseline's value; null where that is zero. */
  share: number | null;
  better: boolean | null;
}

/** The difference from the baseline; nothing where one of them is no number. */
export function deltaOf(value: unknown, base: unknown, goal: Goal | null): Delta | null {
  const [own, other] = [asNumber(value), asNumber(base)];
  if (own === null || other === null || !Number.isFinite(own) || !Number.isFinite(other)) return null;
  const by = own - other;
  return {
    by,
    share: other === 0 ? null : by / Math.abs(other),
    better: by === 0 || !goal ? null : by > 0 === (goal === "more"),
  };
}

/** True for columns whose values stand at the right, to be compared. */
export function isRight(column: Column, numeric: ReadonlySet<string>): boolean {
  if (column.id === TREND) return false;
  if (column.kind === "run") return column.id === "runtime_secs" || column.id === "last_step";
  return numeric.has(column.id);
}

/** What is told of a run itself; values of config and summary are `written`. */
export const Cell = memo(function Cell({ column, run, curve }: CellProps): ReactNode {
  switch (column.id) {
    case "name":
      return (
        <span className="runs-name">
          <RunDot run={run} />
          <RunLink run={run} />
        </span>
      );
    case "state":
      return <StatePill state={run.state} />;
    case TREND:
      return <Sparkline curve={curve} color={runColour(run)} width={column.width - 20} height={18} />;
    case "tags":
      return (
        <span className="runs-tags" title={run.tags.join(", ")}>
          {run.tags.map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </span>
      );
    case "notes":
      return (
        <span className="cut t2" title={run.notes}>
          {run.notes}
        </span>
      );
    case "created_at":
    case "updated_at":
      return (
        <span className="t2" title={date(run[column.id])}>
          <Ago time={run[column.id]} />
        </span>
      );
    case "runtime_secs":
      return <Runtime run={run} />;
    case "last_step":
      return run.last_step === null ? <Dash /> : count(run.last_step);
    default: {
      const { text, title, tone } = written(fieldOf(run, column.id), 0);
      return (
        <span className={`cut${tone}`} title={title}>
          {text}
        </span>
      );
    }
  }
});

export interface Written {
  text: string;
  /** Digits that the number lacks to be aligned with others. */
  pad: string;
  title: string | undefined;
  /** A class, after a space. */
  tone: string;
}

const NO_VALUE: Written = { text: "—", pad: "", title: undefined, tone: " t3" };

/** A value of config or summary as a cell says it. */
export function written(value: unknown, decimals: number): Written {
  if (value === undefined || value === null || value === "") return NO_VALUE;
  const numeric = asNumber(value);
  if (numeric === null) {
    const text = oneLine(value);
    return { text, pad: "", title: text, tone: "" };
  }
  if (!Number.isFinite(numeric)) return { text: oneLine(numeric), pad: "", title: undefined, tone: " runs-odd" };
  return { ...aligned(numeric, decimals), title: String(value), tone: "" };
}

/**
 * How far a value is from that of the baseline: the sign says where it is, colour and word whether that is good. Null
 * leaves its room free, so that values stay aligned.
 */
export function DeltaMark({ delta }: { delta: Delta | null }) {
  const t = useText().runs;
  if (!delta) return <span className="runs-delta" />;
  const { by, share, better } = delta;
  const sign = by > 0 ? "+" : "";
  const percent = share === null ? "" : ` (${share > 0 ? "+" : ""}${number(share * 100, 3)} %)`;
  const said = better === null ? "" : ` · ${better ? t.better : t.worse}`;
  return (
    <span
      className={`runs-delta${better === null ? "" : better ? " better" : " worse"}`}
      title={`${t.toBaseline}: ${sign}${number(by, 4)}${percent}${said}`}
    >
      {by === 0 ? "=" : sign + number(by, 3)}
    </span>
  );
}

function Dash() {
  return <span className="t3">—</span>;
}

export function CellEditor({
  edit,
  label,
  placeholder,
  onChange,
  onCommit,
  onCancel,
}: {
  edit: CellEdit;
  label: string;
  placeholder: string;
  onChange: (draft: string) => void;
  onCommit: () => void;
  onCancel: () => void;
}) {
  return (
    <input
      className="runs-editor"
      // biome-ignore lint/a11y/noAutofocus: the editor opens because the person asked for it.
      autoFocus
      aria-label={label}
      placeholder={placeholder}
      value={edit.draft}
      onFocus={(event) => event.target.select()}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onCommit}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") onCommit();
        if (event.key === "Escape") onCancel();
      }}
      onClick={(event) => event.stopPropagation()}
    />
  );
}
