/** The files of a version, and references to what lies elsewhere. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { entryAddress, useEntries } from "@/api/artifacts";
import type { ArtifactEntry, ArtifactVersion } from "@/api/types";
import { Button, CopyButton, EmptyState, ErrorState, Icon, Skeleton } from "@/ui";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import { type BrowsedFile, FileBrowser } from "../run/files/FileBrowser";
import { previewKind } from "../run/files/tree";
import { VersionTable } from "./VersionTable";

export default function VersionFiles({ version: shown }: { version: ArtifactVersion }) {
  const t = useText();
  const navigate = useNavigate();
  const [address] = useAddress();
  const { entity, project, collection, version } = shown;
  const pages = useEntries({ entity, project, collection, version });
  const addressOf = useMemo(() => {
    const at = { entity, project, collection, version };
    return (path: string) => entryAddress(at, path);
  }, [entity, project, collection, version]);
  const files = useMemo(
    () => pages.data?.pages.flatMap((page) => page.entries.map((entry) => browsed(entry))) ?? [],
    [pages.data],
  );
  if (pages.isPending)
    return (
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    );
  if (pages.isError) return <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />;
  if (files.length === 0)
    return (
      <EmptyState icon="folder" title={t.artifacts.noFiles}>
        {t.artifacts.noFilesWhy}
      </EmptyState>
    );
  return (
    <FileBrowser
      files={files}
      addressOf={addressOf}
      path={address.file}
      // what one did with a table goes with it
      onPath={(file) => void navigate({ to: ".", search: (file ? { file } : {}) as never })}
      open={(path) =>
        previewKind({ path, mime: "" }) === "table" ? (
          <VersionTable key={`${collection} ${path}`} version={shown} path={path} />
        ) : null
      }
      more={
        pages.hasNextPage && (
          <Button variant="bare" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t.artifacts.moreFiles((pages.data.pages[0]?.total ?? 0) - files.length)}
          </Button>
        )
      }
    />
  );
}

function browsed(entry: ArtifactEntry): BrowsedFile {
  const file = {
    path: entry.path,
    size_bytes: entry.size_bytes,
    mime: entry.mime,
    digest: entry.digest,
    updated_at: 0,
  };
  if (entry.ref !== null || !entry.available) return { ...file, elsewhere: <Elsewhere entry={entry} /> };
  return file;
}

function Elsewhere({ entry }: { entry: ArtifactEntry }) {
  const t = useText().artifacts;
  const { target } = entry;
  if (entry.ref === null)
    return (
      <EmptyState icon="warn" title={t.lost}>
        {t.lostWhy}
      </EmptyState>
    );
  return (
    <EmptyState icon="link" title={t.reference}>
      <p className="af-ref">
        <code className="mono">{entry.ref}</code>
        <CopyButton value={entry.ref} />
      </p>
      <p className="t3">{entry.size_bytes > 0 ? bytes(entry.size_bytes) : null}</p>
      {target && (
        <p>
          <Link
            className="ui-link"
            to="/$entity/$project/artifacts/$type/$name/$version/$tab"
            params={{
              entity: target.entity,
              project: target.project,
              type: target.type,
              name: target.collection,
              version: target.version,
              tab: "files",
            }}
            search={{ file: entry.target_path ?? undefined } as never}
          >
            <Icon name="box" small /> {target.collection}:{target.version}
          </Link>
        </p>
      )}
    </EmptyState>
  );
}
