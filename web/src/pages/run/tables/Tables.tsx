/** The tables of a run: one at a time, at a step, beside another where that is wished for, or asked in SQL. */
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useRun, useRunKeys } from "@/api/runs";
import type { Run } from "@/api/types";
import type { Table } from "@/tables/table";
import { type FoundTable, hasTable } from "@/tables/useArtifactTable";
import { useRunTable } from "@/tables/useRunTable";
import { useVersions, type Version, versionAt } from "@/tables/useVersions";
import { VersionSlider } from "@/tables/VersionSlider";
import { EmptyState, ErrorState, Icon, Menu, RunDot, Skeleton, Snippet } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useAddress } from "../../parts/address";
import { ExploredTable, type OtherTable } from "../../parts/ExploredTable";
import { CompareMenu } from "./CompareMenu";
import { tableKeys } from "./keys";

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
  const now = hasTable(found) && version ? { found, version } : null;
  if (now && (kept?.found.table !== now.found.table || kept.version.step !== now.version.step)) setKept(now);
  const shown = now ?? kept;
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
  found: FoundTable & { table: Table };
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
  const other = useOther(run, tableKey, address.with ?? null, list, step);
  const told = useMemo(() => ({ run: run.id, key: tableKey, step }), [run.id, tableKey, step]);
  const params = { entity, project, run: run.id, tab: "tables" };
  const at = list.findIndex((version) => version.step === step);
  return (
    <ExploredTable
      found={found}
      other={other}
      name={tableKey}
      entity={entity}
      project={project}
      run={run.id}
      told={told}
      waiting={waiting}
      before={
        <>
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
          <VersionSlider
            label={t.versions}
            name={count(step)}
            at={at}
            of={list.length}
            onGo={(to) => setAddress({ step: String(list[to]?.step ?? step) })}
          />
        </>
      }
      after={
        <>
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
        </>
      }
    />
  );
}

function stepIn(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** The table that one compares with: `@1200` is a step of the same run, `id` another run, `id@1200` a step of that. */
function useOther(
  run: Run,
  key: string,
  what: string | null,
  list: readonly Version[],
  step: number,
): OtherTable | null {
  const t = useText().tables;
  const [id = "", at = ""] = (what ?? "").split("@");
  const elsewhere = id !== "" && id !== run.id;
  const asked = useRun(run.entity, run.project, elsewhere ? id : run.id);
  const theirs = elsewhere ? (asked.data ?? null) : null;
  const versions = useVersions(theirs, key);
  const version = what === null ? null : versionAt(elsewhere ? versions.list : list, stepIn(at) ?? step);
  const found = useRunTable(run.entity, run.project, theirs?.id ?? run.id, version?.value);
  if (what === null) return null;
  const name = (
    <>
      {theirs && (
        <>
          <RunDot run={theirs} size={8} />
          <b className="cut">{theirs.name}</b>
        </>
      )}
      {version && <b className="num">{t.stepOf(count(version.step))}</b>}
    </>
  );
  return { name, found, pending: elsewhere && (asked.isPending || versions.pending), missing: t.noTable };
}
