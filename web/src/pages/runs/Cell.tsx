/** One cell: a value as its column wants it, or the editor in its place. */
import { Link } from "@tanstack/react-router";
import { memo, type ReactNode } from "react";
import type { Curve } from "@/api/series";
import type { Run } from "@/api/types";
import { RunDot, runColour, StatePill, Tag } from "@/ui";
import { aligned, asNumber, count, oneLine } from "@/ui/numbers";
import { date } from "@/ui/times";
import { Ago } from "../parts/Ago";
import { Runtime } from "../parts/Runtime";
import { Sparkline } from "../parts/Sparkline";
import { type Column, TREND } from "./columns";
import type { CellEdit } from "./editing";
import { fieldValue } from "./field-value";

export interface CellProps {
  column: Column;
  run: Run;
  decimals: number;
  curve: Curve | undefined;
}

/** True for columns whose values stand at the right, to be compared. */
export function isRight(column: Column, numeric: ReadonlySet<string>): boolean {
  if (column.id === TREND) return false;
  if (column.kind === "run") return column.id === "runtime_secs" || column.id === "last_step";
  return numeric.has(column.id);
}

export const Cell = memo(function Cell({ column, run, decimals, curve }: CellProps): ReactNode {
  switch (column.id) {
    case "name":
      return (
        <span className="runs-name">
          <RunDot run={run} />
          <Link
            className="cut"
            to="/$entity/$project/runs/$run"
            params={{ entity: run.entity, project: run.project, run: run.id }}
            title={run.name}
            tabIndex={-1}
          >
            {run.name}
          </Link>
        </span>
      );
    case "state":
      return <StatePill state={run.state} />;
    case TREND:
      return <Sparkline curve={curve} color={runColour(run)} width={column.width - 20} height={18} />;
    case "tags":
      return (
        <span className="runs-tags">
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
    default:
      return <Value value={fieldValue(run, column.id)} decimals={decimals} />;
  }
});

function Value({ value, decimals }: { value: unknown; decimals: number }) {
  if (value === undefined || value === null || value === "") return <Dash />;
  const numeric = asNumber(value);
  if (numeric !== null) {
    if (!Number.isFinite(numeric)) return <span className="runs-odd">{oneLine(numeric)}</span>;
    const { text, pad } = aligned(numeric, decimals);
    return (
      <span title={String(value)} className="num-padded" data-pad={pad}>
        {text}
      </span>
    );
  }
  const text = oneLine(value);
  return (
    <span className="cut" title={text}>
      {text}
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
