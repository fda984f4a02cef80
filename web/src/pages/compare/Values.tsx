/** Config, results, facts and environment of the runs, a row for every path. */
import { useMemo } from "react";
import { matcher, regexProblem } from "@/panels/search";
import { goalOf } from "@/state/goals";
import { Button, EmptyState, Search, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import { Grid, type GridLine } from "./Grid";
import type { Compared } from "./index";
import { PARTS, rowsOf } from "./rows";

export interface ValuesProps extends Compared {
  onBase: (id: string) => void;
  onRemove: (id: string) => void;
}

export function Values({ runs, base, onBase, onRemove }: ValuesProps) {
  const t = useText().compare;
  const [address, setAddress] = useAddress();
  const search = address.q ?? "";
  const all = address.all === "1";
  const parts = useMemo(() => PARTS.map((part) => ({ part, rows: rowsOf(part, runs) })), [runs]);
  const { lines, hidden } = useMemo(() => {
    const has = matcher(search);
    const out: GridLine[] = [];
    let away = 0;
    for (const { part, rows } of parts) {
      const found = rows.filter((row) => has(row.path) && (all || row.differs));
      away += rows.filter((row) => !row.differs).length;
      if (found.length === 0) continue;
      out.push({ kind: "head", title: t.parts[part], count: found.length });
      for (const row of found) out.push({ kind: "row", row, goal: part === "summary" ? goalOf(row.path, runs) : null });
    }
    return { lines: out, hidden: away };
  }, [parts, search, all, runs, t]);
  return (
    <div className="cp-values">
      <div className="cp-bar">
        <Search
          className="narrow"
          value={search}
          onChange={(q) => setAddress({ q: q || undefined })}
          placeholder={t.findPath}
          invalid={regexProblem(search) !== null}
        />
        <span className="cp-only">
          <Toggle
            label={t.onlyDifferences}
            checked={!all}
            onChange={(only) => setAddress({ all: only ? undefined : "1" })}
          />
          <span aria-hidden="true">{t.onlyDifferences}</span>
        </span>
        {!all && hidden > 0 && <span className="t3 num">{t.sameHidden(hidden)}</span>}
      </div>
      {lines.length === 0 ? (
        <EmptyState
          icon="compare"
          title={search ? t.noMatch : runs.length < 2 ? t.oneRun : t.noDifference}
          action={
            search ? (
              <Button onClick={() => setAddress({ q: undefined })}>{t.clearSearch}</Button>
            ) : (
              !all && <Button onClick={() => setAddress({ all: "1" })}>{t.showAll}</Button>
            )
          }
        >
          {!search && (runs.length < 2 ? t.oneRunWhy : t.noDifferenceWhy(hidden))}
        </EmptyState>
      ) : (
        <Grid lines={lines} runs={runs} base={base} onBase={onBase} onRemove={onRemove} label={t.tabs.values} />
      )}
    </div>
  );
}
