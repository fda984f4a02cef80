/** A table in a version of an artifact: through all versions of it, and beside another one. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { entriesBelow, useAllVersions, type VersionAt } from "@/api/artifacts";
import type { ArtifactVersion } from "@/api/types";
import type { Table } from "@/tables/table";
import { type FoundTable, hasTable, useArtifactTable } from "@/tables/useArtifactTable";
import { VersionSlider } from "@/tables/VersionSlider";
import { Button, EmptyState, ErrorState, Menu, Skeleton } from "@/ui";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import { ExploredTable, type OtherTable } from "../parts/ExploredTable";
import { tableName } from "../run/files/tree";
import { paramsOf } from "./paths";

interface Shown {
  found: FoundTable & { table: Table };
  version: string;
}

export function VersionTable({ version, path }: { version: ArtifactVersion; path: string }) {
  const t = useText().tables;
  const { entity, project, collection } = version;
  const navigate = useNavigate();
  const [address, setAddress] = useAddress();
  const list = useAllVersions(entity, project, collection);
  const at = list.findIndex((each) => each.version === version.version);
  const found = useTableIn(version, version.version, path);
  const beside = address.with && address.with !== version.version ? address.with : null;
  const theirs = useTableIn(version, beside, path);
  const other: OtherTable | null =
    beside === null
      ? null
      : { name: <b className="num">{beside}</b>, found: theirs, pending: false, missing: t.noVersion(beside, path) };
  const told = useMemo(
    () => ({ artifact: `${collection}:${version.version}`, path }),
    [collection, version.version, path],
  );
  // while the next version is on its way, the one before it stands
  const [kept, setKept] = useState<Shown | null>(null);
  const now = hasTable(found) ? { found, version: version.version } : null;
  if (now && (kept?.found.table !== now.found.table || kept.version !== now.version)) setKept(now);
  const shown = now ?? (found.pending ? kept : null);
  const go = (to: number) => {
    const next = list[to];
    if (next)
      void navigate({
        to: "/$entity/$project/artifacts/$type/$name/$version/$tab",
        params: { ...paramsOf(next), tab: "files" },
        search: ((old: Record<string, unknown>) => ({ ...old, file: path })) as never,
        replace: true,
      });
  };
  const slider = <VersionSlider label={t.version} name={version.version} at={at} of={list.length} onGo={go} />;
  if (!shown)
    return (
      <section className="run-table" aria-label={path}>
        <header className="run-table-head">{slider}</header>
        {found.pending ? (
          <Skeleton rows={14} height={10} gap={10} />
        ) : found.error ? (
          <ErrorState error={found.error} title={t.noTable} onRetry={found.retry} />
        ) : (
          <EmptyState icon="table" title={t.noVersion(version.version, path)} />
        )}
      </section>
    );
  return (
    <ExploredTable
      found={shown.found}
      other={other}
      name={tableName(path)}
      entity={entity}
      project={project}
      run={null}
      told={told}
      waiting={shown !== now}
      before={slider}
      after={
        <Menu
          align="end"
          items={
            list.length > 1
              ? [
                  { id: "-", title: t.otherVersion },
                  ...list
                    .filter((each) => each.version !== version.version)
                    .toReversed()
                    .map((each) => ({
                      id: each.version,
                      label: [each.version, ...each.aliases].join(" · "),
                      checked: each.version === beside,
                      onSelect: () => setAddress({ file: path, with: each.version, sql: undefined }, true),
                    })),
                ]
              : [{ id: "none", label: t.noOther, disabled: true, onSelect: () => undefined }]
          }
          trigger={
            <Button icon="compare" aria-label={t.compareWith}>
              {t.compare}
            </Button>
          }
        />
      }
    />
  );
}

/** The table of a version; null without an error where the version has no such file. */
function useTableIn(
  { entity, project, collection }: ArtifactVersion,
  version: string | null,
  path: string,
): FoundTable {
  const where = useMemo(
    (): VersionAt | null => (version === null ? null : { entity, project, collection, version }),
    [entity, project, collection, version],
  );
  const below = useQuery({
    ...entriesBelow(where ?? { entity, project, collection, version: "" }, path),
    enabled: where !== null,
  });
  const found = useArtifactTable({ entity, project }, below.data?.includes(path) ? where : null, path);
  return {
    ...found,
    pending: found.pending || (where !== null && below.isPending),
    error: found.error ?? below.error,
    retry: () => {
      void below.refetch();
      if (found.error) found.retry();
    },
  };
}
