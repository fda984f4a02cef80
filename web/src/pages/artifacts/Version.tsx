/** One version of an artifact: what is in it, where it comes from, who used it, how to use it. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import {
  useDeleteVersion,
  useEditVersion,
  useLiveArtifacts,
  useVersion,
  useVersions,
  type VersionAt,
} from "@/api/artifacts";
import type { ArtifactEdit, ArtifactVersion } from "@/api/types";
import { Button, copyText, Dialog, errorMessage, Icon, IconButton, Menu, Skeleton, Tag, toast } from "@/ui";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { QueryState } from "../parts/QueryState";
import { aliasProblem, Chips } from "./Chips";
import { Metadata, VersionOverview } from "./Overview";
import { paramsOf } from "./paths";
import { fullName } from "./usage";
import "../parts/parts.css";
import "../run/run.css";
import "./artifacts.css";

const VersionFiles = lazy(() => import("./VersionFiles"));
const LineageGraph = lazy(() => import("./LineageGraph"));
const VersionDiff = lazy(() => import("./VersionDiff"));

const TABS = ["overview", "files", "metadata", "lineage", "diff"] as const;
type Tab = (typeof TABS)[number];

export function ArtifactPage() {
  const t = useText();
  const {
    entity = "",
    project = "",
    name = "",
    version = "latest",
    tab,
  } = useParams({ strict: false }) as Record<string, string | undefined>;
  const where: VersionAt = { entity, project, collection: name, version };
  const found = useVersion(where);
  useLiveArtifacts(entity, project);
  if (!found.isSuccess)
    return (
      <QueryState
        query={found}
        icon="box"
        missing={{
          title: t.artifacts.missingTitle,
          why: t.artifacts.missingWhy,
          back: t.artifacts.back,
          to: "/$entity/$project/artifacts",
        }}
      />
    );
  const at: Tab = TABS.find((each) => each === tab) ?? "overview";
  return <VersionView where={where} version={found.data} tab={at} />;
}

function VersionView({ where, version, tab }: { where: VersionAt; version: ArtifactVersion; tab: Tab }) {
  const t = useText();
  const edit = useEditVersion(where);
  const change = (what: ArtifactEdit) =>
    edit.mutate(what, {
      onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
    });
  return (
    <main className="af af-version">
      <Versions version={version} tab={tab} />
      <section className="af-main">
        <Head where={where} version={version} change={change} />
        <nav className="run-tabs" aria-label={version.collection}>
          {TABS.map((each) => (
            <Link
              key={each}
              className={each === tab ? "on" : undefined}
              aria-current={each === tab ? "page" : undefined}
              to="/$entity/$project/artifacts/$type/$name/$version/$tab"
              params={{ ...paramsOf(version), tab: each }}
            >
              {t.artifacts.tabs[each]}
              {each === "files" && <em>{version.file_count}</em>}
              {each === "metadata" && Object.keys(version.metadata).length > 0 && (
                <em>{Object.keys(version.metadata).length}</em>
              )}
            </Link>
          ))}
        </nav>
        <div className="run-body">
          <Suspense
            fallback={
              <div className="run-wait">
                <Skeleton rows={10} height={14} />
              </div>
            }
          >
            {tab === "overview" && <VersionOverview where={where} version={version} change={change} />}
            {tab === "files" && <VersionFiles version={version} />}
            {tab === "metadata" && <Metadata version={version} change={change} />}
            {tab === "lineage" && <LineageGraph where={where} />}
            {tab === "diff" && <VersionDiff where={where} version={version} />}
          </Suspense>
        </div>
      </section>
    </main>
  );
}

interface HeadProps {
  where: VersionAt;
  version: ArtifactVersion;
  change: (edit: ArtifactEdit) => void;
}

function Head({ where, version, change }: HeadProps) {
  const t = useText();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const drop = useDeleteVersion(where);
  const remove = () =>
    drop.mutate(undefined, {
      onSuccess: () => {
        setDeleting(false);
        void navigate({
          to: "/$entity/$project/artifacts",
          params: { entity: version.entity, project: version.project },
        }).then(() => {
          cache.removeQueries({ queryKey: ["artifacts", where.entity, where.project], type: "inactive" });
          return cache.invalidateQueries({ queryKey: ["artifacts", where.entity, where.project] });
        });
        toast(t.artifacts.deleted(version.version));
      },
      onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
    });
  return (
    <header className="run-head af-head">
      <Icon name="box" />
      <h1 className="cut" title={fullName(version)}>
        <span className="t3">{version.type} / </span>
        {version.collection}
      </h1>
      <Chips
        names={version.aliases}
        fixed={[version.version]}
        accent
        addLabel={t.artifacts.addAlias}
        placeholder={t.artifacts.aliasPlaceholder}
        problem={(name) => aliasProblem(name, t.artifacts.badAlias)}
        onChange={(aliases) => change({ aliases })}
      />
      <span className="run-facts num">
        <span title={t.artifacts.size}>
          <Icon name="disk" small />
          {bytes(version.size_bytes)} · {t.artifacts.files(version.file_count)}
        </span>
        <span>
          <Icon name="clock" small />
          <Ago time={version.created_at} />
        </span>
        {version.user && (
          <span>
            <Icon name="user" small />
            {version.user}
          </span>
        )}
      </span>
      <span className="grow" />
      <Menu
        align="end"
        trigger={<IconButton icon="dots" label={t.common.more} />}
        items={[
          { id: "name", icon: "copy", label: t.artifacts.copyName, onSelect: () => void copyText(fullName(version)) },
          { id: "digest", icon: "copy", label: t.artifacts.copyDigest, onSelect: () => void copyText(version.digest) },
          { id: "line", separator: true },
          { id: "delete", icon: "trash", label: t.artifacts.delete, danger: true, onSelect: () => setDeleting(true) },
        ]}
      />
      <Dialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t.artifacts.deleteTitle}
        description={t.artifacts.deleteAbout(`${version.collection}:${version.version}`)}
        footer={
          <>
            <Button onClick={() => setDeleting(false)}>{t.common.cancel}</Button>
            <Button variant="danger" icon="trash" busy={drop.isPending} onClick={remove}>
              {t.artifacts.delete}
            </Button>
          </>
        }
      />
    </header>
  );
}

/** The versions of the collection, the newest first. */
function Versions({ version, tab }: { version: ArtifactVersion; tab: Tab }) {
  const t = useText().artifacts;
  const pages = useVersions(version.entity, version.project, version.collection);
  const all = pages.data?.pages.flatMap((page) => page.versions) ?? [version];
  const total = pages.data?.pages[0]?.total ?? all.length;
  return (
    <aside className="af-versions" aria-label={t.versionsOf(version.collection)}>
      <h2>
        {t.allVersions} <span className="ui-count">{total}</span>
      </h2>
      <div className="af-version-rows">
        {all.map((each) => (
          <Link
            key={each.id + each.version}
            className={each.version === version.version ? "on" : undefined}
            aria-current={each.version === version.version ? "page" : undefined}
            to="/$entity/$project/artifacts/$type/$name/$version/$tab"
            params={{ ...paramsOf(each), tab }}
            // the same file, looked at in the same way
            search={tab === "files" ? true : {}}
          >
            <b className="num">{each.version}</b>
            <span className="af-version-aliases">
              {each.aliases.map((alias) => (
                <span key={alias} className="af-alias">
                  <Tag>{alias}</Tag>
                </span>
              ))}
            </span>
            <span className="t3 num af-version-ago">
              <Ago time={each.created_at} />
            </span>
          </Link>
        ))}
        {pages.hasNextPage && (
          <Button variant="bare" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t.olderVersions}
          </Button>
        )}
      </div>
    </aside>
  );
}
