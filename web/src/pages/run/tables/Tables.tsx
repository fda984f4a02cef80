/** The tables of a run: one at a time, at a step, beside another where that is wished for, or asked in SQL. */
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from "react";
import { useRun, useRunKeys } from "@/api/runs";
import type { Run } from "@/api/types";
import { useAddress as useHeld } from "@/state/useAddress";
import { Answered } from "@/tables/Answered";
import { CompareBar, CompareMenu } from "@/tables/CompareBar";
import { type Column, columnsOf, uniqueNames } from "@/tables/columns";
import { type Comparison, compared, likelyKey, withoutSame } from "@/tables/comparing";
import { Explorer } from "@/tables/Explorer";
import { type Look, lookFrom, lookTo } from "@/tables/look";
import { StepSlider } from "@/tables/StepSlider";
import { useSql } from "@/tables/source";
import { type Table, withTimes } from "@/tables/table";
import { type FoundTable, useRunTable } from "@/tables/useRunTable";
import { useVersions, type Version, versionAt } from "@/tables/useVersions";
import { Button, EmptyState, ErrorState, Icon, Menu, Skeleton, Snippet } from "@/ui";
import { useText } from "@/ui/text";
import { useAddress } from "../../parts/address";
import { tableKeys } from "./keys";

const SqlBox = lazy(() => import("@/tables/SqlBox"));

export default function Tables({ run }: { run: Run }) {
  const t = useText();
  const { _splat } = useParams({ strict: false });
  const keys = useRunKeys(run.entity, run.project, run.id);
  const named = tableKeys(keys.data ?? []);
  const key = _splat || named[0] || "";
  if (keys.isPending && !_splat) return <Waiting />;
  if (keys.isError && !_splat) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />;
  if (!key)
    return (
      <EmptyState icon="table" title={t.tables.noTables}>
        {t.tables.noTablesWhy}
        <Snippet code={'table = gnomon.Table(columns=["id", "loss"], data=[[1, 0.25]])\nrun.log({"cases": table})'} />
      </EmptyState>
    );
  return <OneTable key={key} run={run} tableKey={key} keys={named.includes(key) ? named : [key, ...named]} />;
}

function Waiting() {
  return (
    <div className="run-wait">
      <Skeleton rows={12} height={14} />
    </div>
  );
}

function OneTable({ run, tableKey, keys }: { run: Run; tableKey: string; keys: readonly string[] }) {
  const t = useText();
  const [address] = useAddress();
  const versions = useVersions(run, tableKey);
  const version = versionAt(versions.list, stepIn(address.step));
  const found = useRunTable(run.entity, run.project, run.id, version?.value);
  // while the next version is on its way, the one before it stands
  const [kept, setKept] = useState<Shown | null>(null);
  if (found.table && version && (kept?.found.table !== found.table || kept.version.step !== version.step))
    setKept({ found, version });
  const shown = found.table && version ? { found, version } : kept;
  if (!shown)
    return versions.pending || found.pending ? (
      <Waiting />
    ) : versions.error || found.error ? (
      <ErrorState
        error={versions.error ?? found.error}
        title={t.tables.noTable}
        onRetry={() => {
          versions.retry();
          found.retry();
        }}
      />
    ) : (
      <EmptyState icon="table" title={versions.arriving ? t.tables.arriving : t.tables.noTable} />
    );
  return (
    <Looked
      run={run}
      tableKey={tableKey}
      keys={keys}
      list={versions.list}
      shown={shown}
      step={version?.step ?? shown.version.step}
      waiting={shown.found.table !== found.table}
    />
  );
}

interface Shown {
  found: FoundTable;
  version: Version;
}

interface LookedProps {
  run: Run;
  tableKey: string;
  keys: readonly string[];
  list: readonly Version[];
  shown: Shown;
  step: number;
  waiting: boolean;
}

function Looked({ run, tableKey, keys, list, shown, step, waiting }: LookedProps) {
  const t = useText().tables;
  const { entity, project } = run;
  const { found } = shown;
  const navigate = useNavigate();
  const [address, setAddress] = useAddress();
  const [look, change] = useHeld<Look>(lookFrom, lookTo);
  const [asking, setAsking] = useState(address.sql !== undefined);
  const source = useMemo(
    () => ({ entity, project, run: run.id, files: found.files }),
    [entity, project, run.id, found.files],
  );
  const other = useOther(run, tableKey, address.with ?? null, list, step);
  const table = found.table as Table;
  const comparison = useComparison(table, other?.found.table ?? null, address.by);
  const others = other?.found.files ?? found.others;
  const sql = address.sql ?? "";
  const answer = useSql(source, others, sql);
  const answered = sql && answer.data ? answer.data : null;

  const onlyDifferent = address.changed === "1";
  const narrowed = useMemo(
    () => (comparison && onlyDifferent ? withoutSame(comparison) : comparison),
    [comparison, onlyDifferent],
  );
  const shownTable = answered ?? narrowed?.table ?? table;
  const otherAddressOf = useMemo(() => {
    const elsewhere = other?.found.addressOf;
    if (!comparison || answered || !elsewhere) return undefined;
    return (column: Column) => (column.name.startsWith("u.") ? elsewhere : null);
  }, [comparison, answered, other?.found.addressOf]);
  const told = useMemo(
    () => ({
      run: run.id,
      key: tableKey,
      step,
      ...(sql ? { sql } : {}),
      ...(address.with ? { with: address.with } : {}),
      ...Object.fromEntries(Object.entries(lookTo(look)).filter(([, value]) => value !== undefined)),
    }),
    [run.id, tableKey, step, sql, address.with, look],
  );
  const schema = useMemo(() => {
    const names: Record<string, string[]> = { t: uniqueNames(table.columns) };
    const second = other?.found.table;
    if (second) names.u = uniqueNames(second.columns);
    return names;
  }, [table, other?.found.table]);
  const endCompare = useCallback(
    () => setAddress({ with: undefined, by: undefined, changed: undefined, f: undefined }, true),
    [setAddress],
  );
  const params = { entity, project, run: run.id, tab: "tables" };
  const below: ReactNode = (
    <>
      {other && comparison && !answered && other.version && (
        <CompareBar
          other={other.run}
          otherStep={other.version.step}
          sameRun={other.run.id === run.id}
          comparison={comparison}
          keys={sharedColumns(table, other.found.table)}
          chosenKey={comparison.key}
          onKey={(by) => setAddress({ by }, true)}
          onlyDifferent={onlyDifferent}
          onOnlyDifferent={(on) => setAddress({ changed: on ? "1" : undefined })}
          onEnd={endCompare}
          look={look}
          change={change}
        />
      )}
      {other && !other.found.table && (
        <div className="tb-compare">
          {other.found.error ? (
            <ErrorState error={other.found.error} title={t.noTable} inline onRetry={other.found.retry} />
          ) : (
            <span className="t3">{other.found.pending || other.pending ? "…" : t.noTable}</span>
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
    <section className={`run-table${waiting ? " waiting" : ""}`} aria-label={tableKey} aria-busy={waiting}>
      <header className="run-table-head">
        {keys.length > 1 ? (
          <Menu
            trigger={
              <button type="button" className="run-table-key" aria-label={`${t.whichTable}: ${tableKey}`}>
                <Icon name="table" />
                <b className="cut">{tableKey}</b>
                <Icon name="down" small />
              </button>
            }
            items={keys.map((each) => ({
              id: each,
              label: each,
              checked: each === tableKey,
              onSelect: () =>
                void navigate({ to: "/$entity/$project/runs/$run/$tab/$", params: { ...params, _splat: each } }),
            }))}
          />
        ) : (
          <span className="run-table-key">
            <Icon name="table" />
            <b className="cut">{tableKey}</b>
          </span>
        )}
        <StepSlider list={list} step={step} onStep={(next) => setAddress({ step: String(next) })} />
        <span className="grow" />
        <Button
          icon="code"
          aria-pressed={asking}
          className={asking ? "on" : undefined}
          onClick={() => setAsking(!asking)}
        >
          {t.sql}
        </Button>
        <CompareMenu
          run={run}
          tableKey={tableKey}
          list={list}
          step={step}
          chosen={address.with ?? null}
          onChoose={(what) => setAddress({ with: what, sql: undefined }, true)}
        />
        {found.files?.collection && (
          <Link
            className="ui-btn ui-btn-bare run-table-artifact"
            to="/$entity/$project/artifacts/$type/$name/$version/$tab"
            params={{
              entity,
              project,
              type: "run_table",
              name: found.files.collection,
              version: found.files.version ?? "latest",
              tab: "files",
            }}
          >
            <Icon name="box" />
            {found.files.version}
          </Link>
        )}
      </header>
      <Explorer
        table={shownTable}
        name={tableKey}
        addressOf={found.addressOf}
        otherAddressOf={otherAddressOf}
        look={look}
        change={change}
        source={source}
        pairs={answered ? null : (narrowed?.pairs ?? null)}
        told={told}
        below={below}
      />
    </section>
  );
}

function stepIn(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

interface Other {
  run: Run;
  version: Version | null;
  found: FoundTable;
  pending: boolean;
}

/** The table that one compares with: `@1200` is a step of the same run, `id` another run, `id@1200` a step of that. */
function useOther(run: Run, key: string, what: string | null, list: readonly Version[], step: number): Other | null {
  const [id = "", at = ""] = (what ?? "").split("@");
  const elsewhere = id !== "" && id !== run.id;
  const asked = useRun(run.entity, run.project, elsewhere ? id : run.id);
  const theirs = elsewhere ? (asked.data ?? null) : null;
  const versions = useVersions(theirs, key);
  const version = what === null ? null : versionAt(elsewhere ? versions.list : list, stepIn(at) ?? step);
  const found = useRunTable(run.entity, run.project, theirs?.id ?? run.id, version?.value);
  if (what === null) return null;
  return { run: theirs ?? run, version, found, pending: elsewhere && (asked.isPending || versions.pending) };
}

/** By which column rows are matched: the one that is asked for, else one that tells them apart; `#` is none. */
function keyOf(t: Table, u: Table | null, asked: string | undefined): string | null {
  if (!u || asked === "#") return null;
  return asked ?? likelyKey(t, u);
}

function sharedColumns(t: Table, u: Table | null): string[] {
  const theirs = new Set(u ? uniqueNames(u.columns) : []);
  return columnsOf(t)
    .filter(({ id, kind }) => theirs.has(id) && kind !== "image" && kind !== "media" && kind !== "histogram")
    .map(({ id }) => id);
}

function useComparison(t: Table, u: Table | null, asked: string | undefined): Comparison | null {
  return useMemo(() => (u ? compared(withTimes(t), withTimes(u), keyOf(t, u, asked)) : null), [t, u, asked]);
}
