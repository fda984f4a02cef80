/** What a version has otherwise than another: files added, removed and changed, metadata that differs. */
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { useDiff, useVersion, useVersions, type VersionAt } from "@/api/artifacts";
import type { ArtifactChange, ArtifactVersion } from "@/api/types";
import { Chip, EmptyState, ErrorState, Menu, Search, Segmented, Skeleton } from "@/ui";
import { bytes, count, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { differences } from "./metadata-diff";

const ROW = 28;
const KINDS = ["added", "removed", "changed"] as const;
type Kind = (typeof KINDS)[number];
const SIGNS: Record<Kind, string> = { added: "+", removed: "−", changed: "~" };

export default function VersionDiff({ where, version }: { where: VersionAt; version: ArtifactVersion }) {
  const t = useText().artifacts;
  const pages = useVersions(version.entity, version.project, version.collection);
  const others = (pages.data?.pages.flatMap((page) => page.versions) ?? []).filter(
    (each) => each.version !== version.version,
  );
  const number = (name: string) => Number(name.slice(1));
  // by itself the one before it; for the first version, the one after
  const usual =
    others
      .filter((each) => number(each.version) < number(version.version))
      .toSorted((a, b) => number(b.version) - number(a.version))[0] ?? others.at(-1);
  const [chosen, setChosen] = useState<string | null>(null);
  const before = chosen ?? usual?.version ?? null;
  const diff = useDiff({ ...where, version: version.version }, before);
  if (pages.isPending) return <Waiting />;
  if (before === null)
    return (
      <EmptyState icon="compare" title={t.diffAlone}>
        {t.diffAloneWhy}
      </EmptyState>
    );
  if (diff.isError) return <ErrorState error={diff.error} onRetry={() => void diff.refetch()} />;
  return (
    <div className="af-diff">
      <div className="af-diff-bar">
        <Menu
          trigger={<Chip label={t.comparedWith} value={before} />}
          items={others.map((each) => ({
            id: each.version,
            label: [each.version, ...each.aliases].join(" · "),
            checked: each.version === before,
            onSelect: () => setChosen(each.version),
          }))}
        />
        {diff.data && (
          <>
            <b className="af-diff-added num">+{count(diff.data.added)}</b>
            <b className="af-diff-removed num">−{count(diff.data.removed)}</b>
            <b className="af-diff-changed num">~{count(diff.data.changed)}</b>
            <span className="t3 num">{t.same(count(diff.data.same))}</span>
            <span className="grow" />
            <span className="t2 num">{t.bytesInOut(bytes(diff.data.bytes_added), bytes(diff.data.bytes_removed))}</span>
          </>
        )}
      </div>
      <MetadataDiff where={where} version={version} before={before} />
      {diff.data ? (
        diff.data.changes.length === 0 ? (
          <p className="ui-card-empty">{t.diffNone(before)}</p>
        ) : (
          <Changes where={where} changes={diff.data.changes} cut={diff.data.cut} />
        )
      ) : (
        <Waiting />
      )}
    </div>
  );
}

function Waiting() {
  return (
    <div className="run-wait">
      <Skeleton rows={8} height={14} />
    </div>
  );
}

function Changes({ where, changes, cut }: { where: VersionAt; changes: readonly ArtifactChange[]; cut: boolean }) {
  const t = useText().artifacts;
  const [kind, setKind] = useState<Kind | "all">("all");
  const [search, setSearch] = useState("");
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return changes.filter((each) => (kind === "all" || each.kind === kind) && each.path.toLowerCase().includes(wanted));
  }, [changes, kind, search]);
  const host = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => host.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  return (
    <>
      <div className="af-diff-bar">
        <Segmented
          label={t.diffKind}
          value={kind}
          options={(["all", ...KINDS] as const).map((id) => ({ id, name: t.kinds[id] }))}
          onChange={setKind}
        />
        <Search value={search} onChange={setSearch} placeholder={t.findFile} className="narrow" />
        {cut && <span className="ui-badge warn">{t.diffCut(count(changes.length))}</span>}
      </div>
      <div className="af-diff-rows" ref={host} tabIndex={0} role="region" aria-label={t.tabs.diff}>
        <div style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const change = shown[item.index]!;
            return (
              <div key={change.path} className={`af-diff-row ${change.kind}`} style={{ top: item.start }}>
                <b aria-hidden="true">{SIGNS[change.kind as Kind]}</b>
                <span className="sr-only">{t.kinds[change.kind as Kind]}</span>
                {change.kind === "removed" ? (
                  <span className="cut mono" title={change.path}>
                    {change.path}
                  </span>
                ) : (
                  <Link
                    className="cut mono"
                    title={change.path}
                    to="/$entity/$project/artifacts/$type/$name/$version/$tab"
                    params={(old: Record<string, string>) =>
                      ({ ...old, version: where.version, tab: "files" }) as never
                    }
                    search={{ file: change.path } as never}
                  >
                    {change.path}
                  </Link>
                )}
                <span className="num t2">{change.size_before === null ? "" : bytes(change.size_before)}</span>
                <span className="num t2">{change.size_after === null ? "" : bytes(change.size_after)}</span>
                <span className="num">{sizeDelta(change)}</span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

function sizeDelta({ size_before, size_after }: ArtifactChange): string {
  const delta = (size_after ?? 0) - (size_before ?? 0);
  return delta === 0 ? "±0" : `${delta > 0 ? "+" : "−"}${bytes(Math.abs(delta))}`;
}

function MetadataDiff({ where, version, before }: { where: VersionAt; version: ArtifactVersion; before: string }) {
  const t = useText().artifacts;
  const other = useVersion({ ...where, version: before });
  const found = other.data ? differences(other.data.metadata, version.metadata) : [];
  if (found.length === 0) return null;
  return (
    <table className="plain-table af-diff-meta">
      <thead>
        <tr>
          <th>{t.tabs.metadata}</th>
          <th>{before}</th>
          <th>{version.version}</th>
        </tr>
      </thead>
      <tbody>
        {found.map(({ path, before: old, after }) => (
          <tr key={path}>
            <td className="mono">{path}</td>
            <td className="af-diff-removed">{old === undefined ? "—" : oneLine(old)}</td>
            <td className="af-diff-added">{after === undefined ? "—" : oneLine(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
