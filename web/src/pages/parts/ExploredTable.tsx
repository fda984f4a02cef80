/** A table to look into on a page of its own: how one looks at it, beside what and asked what is in the address. */
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { useAddress as useHeld } from "@/state/useAddress";
import { Answered } from "@/tables/Answered";
import { CompareBar } from "@/tables/CompareBar";
import { type Column, uniqueNames } from "@/tables/columns";
import { withoutSame } from "@/tables/comparing";
import { Explorer } from "@/tables/Explorer";
import { type Look, lookFrom, lookTo } from "@/tables/look";
import { useSql } from "@/tables/source";
import type { Table } from "@/tables/table";
import type { FoundTable } from "@/tables/useArtifactTable";
import { isTheirs, sharedColumns, useComparison } from "@/tables/useComparison";
import { Button, ErrorState, Icon } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useAddress } from "./address";

const SqlBox = lazy(() => import("@/tables/SqlBox"));

/** The table that stands beside. */
export interface OtherTable {
  /** What it is called. */
  name: ReactNode;
  found: FoundTable;
  pending: boolean;
  /** What is said where there is no such table. */
  missing: string;
}

export interface ExploredTableProps {
  found: FoundTable & { table: Table };
  other: OtherTable | null;
  /** What files of it are called. */
  name: string;
  entity: string;
  project: string;
  /** The run that a part of it is kept for. */
  run: string | null;
  /** What a part of it that is kept was made of. */
  told: Record<string, unknown>;
  /** Another one is on its way. */
  waiting: boolean;
  /** Stands at the start of the head: which table, and which version of it. */
  before: ReactNode;
  /** Stands at its end. */
  after: ReactNode;
}

export function ExploredTable(props: ExploredTableProps) {
  const { found, other, name, entity, project, run, told, waiting, before, after } = props;
  const t = useText().tables;
  const { table } = found;
  const [address, setAddress] = useAddress();
  const [look, change] = useHeld<Look>(lookFrom, lookTo);
  const [asking, setAsking] = useState(address.sql !== undefined);
  const source = useMemo(() => ({ entity, project, run, files: found.files }), [entity, project, run, found.files]);
  const theirs = other?.found.table ?? null;
  const comparison = useComparison(table, theirs, address.by);
  const others = other?.found.files ?? found.others;
  const sql = address.sql ?? "";
  const answer = useSql(source, others, sql);
  const answered = sql && answer.data ? answer.data : null;
  const onlyDifferent = address.changed === "1";
  const narrowed = useMemo(
    () => (comparison && onlyDifferent ? withoutSame(comparison) : comparison),
    [comparison, onlyDifferent],
  );
  const otherAddressOf = useMemo(() => {
    const elsewhere = other?.found.addressOf;
    if (!comparison || answered || !elsewhere) return undefined;
    return (column: Column) => (isTheirs(column) ? elsewhere : null);
  }, [comparison, answered, other?.found.addressOf]);
  const toldNow = useMemo(
    () => ({
      ...told,
      ...(sql ? { sql } : {}),
      ...(address.with ? { with: address.with } : {}),
      ...Object.fromEntries(Object.entries(lookTo(look)).filter(([, value]) => value !== undefined)),
    }),
    [told, sql, address.with, look],
  );
  const schema = useMemo(() => {
    const names: Record<string, string[]> = { t: uniqueNames(table.columns) };
    if (theirs) names.u = uniqueNames(theirs.columns);
    return names;
  }, [table, theirs]);
  const endCompare = () => setAddress({ with: undefined, by: undefined, changed: undefined, f: undefined }, true);
  const below: ReactNode = (
    <>
      {other && theirs && comparison && !answered && (
        <CompareBar
          other={other.name}
          comparison={comparison}
          keys={sharedColumns(table, theirs)}
          chosenKey={comparison.key}
          onKey={(by) => setAddress({ by }, true)}
          onlyDifferent={onlyDifferent}
          onOnlyDifferent={(on) => setAddress({ changed: on ? "1" : undefined })}
          onEnd={endCompare}
          look={look}
          change={change}
        />
      )}
      {other && !theirs && (
        <div className="tb-compare">
          {other.found.error ? (
            <ErrorState error={other.found.error} title={t.noTable} inline onRetry={other.found.retry} />
          ) : (
            <span className="t3">{other.found.pending || other.pending ? "…" : other.missing}</span>
          )}
          <span className="grow" />
          <Button variant="bare" icon="x" onClick={endCompare}>
            {t.endCompare}
          </Button>
        </div>
      )}
      {asking && (
        <Suspense fallback={<div className="tb-sql" />}>
          <SqlBox
            query={sql}
            onRun={(query) => {
              if (query === sql) void answer.refetch();
              else setAddress({ sql: query }, true);
            }}
            schema={schema}
            busy={answer.isFetching}
            error={source.files ? answer.error : new Error(t.sqlAway)}
          />
        </Suspense>
      )}
      {answered && (
        <Answered
          rows={answered.rows.length}
          onBack={() => {
            setAddress({ sql: undefined }, true);
            setAsking(false);
          }}
        />
      )}
    </>
  );
  return (
    <section className={`run-table${waiting ? " waiting" : ""}`} aria-label={name} aria-busy={waiting}>
      <header className="run-table-head">
        {before}
        {found.leftOut > 0 && (
          <span className="t3 num">
            <Icon name="warn" small /> {t.partsLeftOut(count(found.leftOut))}
          </span>
        )}
        <span className="grow" />
        <Button
          icon="code"
          aria-pressed={asking}
          className={asking ? "on" : undefined}
          onClick={() => setAsking(!asking)}
        >
          {t.sql}
        </Button>
        {after}
      </header>
      <Explorer
        table={answered ?? narrowed?.table ?? table}
        name={name}
        addressOf={found.addressOf}
        otherAddressOf={otherAddressOf}
        look={look}
        change={change}
        source={source}
        pairs={answered ? null : (narrowed?.pairs ?? null)}
        told={toldNow}
        below={below}
      />
    </section>
  );
}
