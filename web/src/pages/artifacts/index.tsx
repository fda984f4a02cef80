/** Artifacts of a project: their types, and the collections of each. */
import { Link, useParams } from "@tanstack/react-router";
import { useCollections, useLiveArtifacts } from "@/api/artifacts";
import type { ArtifactCollection } from "@/api/types";
import { EmptyState, Icon, Search, Snippet, Tag } from "@/ui";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { useAddress } from "../parts/address";
import { QueryState } from "../parts/QueryState";
import { iconOf, isOurs } from "./types";
import "../parts/parts.css";
import "./artifacts.css";

export { ArtifactPage } from "./Version";

export function ArtifactsPage() {
  const t = useText();
  const {
    entity = "",
    project = "",
    type: inPath,
  } = useParams({ strict: false }) as Record<string, string | undefined>;
  const [address, setAddress] = useAddress();
  const collections = useCollections(entity, project);
  useLiveArtifacts(entity, project);
  if (!collections.isSuccess) return <QueryState query={collections} icon="box" />;
  const all = collections.data;
  if (all.length === 0)
    return (
      <EmptyState icon="box" title={t.artifacts.noneTitle}>
        {t.artifacts.noneWhy}
        <Snippet
          code={[
            'artifact = wandb.Artifact("digits", type="dataset")',
            'artifact.add_dir("data/")',
            "run.log_artifact(artifact)",
          ].join("\n")}
        />
      </EmptyState>
    );
  const types = [...new Set(all.map((each) => each.type))].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const type = inPath ?? address.type ?? "";
  const query = (address.q ?? "").toLowerCase();
  const shown = all.filter(
    (each) =>
      (type === "" ? !isOurs(each.type) || all.every((other) => isOurs(other.type)) : each.type === type) &&
      (!query || [each.name, each.description, ...each.tags].some((text) => text.toLowerCase().includes(query))),
  );
  return (
    <main className="af">
      <aside className="af-types" aria-label={t.artifacts.types}>
        <h2>{t.artifacts.types}</h2>
        {["", ...types].map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === type}
            className={each === type ? "on" : undefined}
            onClick={() => setAddress({ type: each || undefined }, true)}
          >
            <Icon name={iconOf(each)} small />
            <span className="cut grow">{each || t.artifacts.ofPeople}</span>
            <span className="ui-count">
              {each === ""
                ? all.filter((one) => !isOurs(one.type)).length
                : all.filter((one) => one.type === each).length}
            </span>
          </button>
        ))}
      </aside>
      <section className="af-main">
        <header className="af-bar">
          <Search value={address.q ?? ""} onChange={(q) => setAddress({ q })} placeholder={t.artifacts.find} />
          <span className="t3 num">{t.artifacts.collections(shown.length)}</span>
        </header>
        <div className="af-rows">
          {shown
            .toSorted((a, b) => b.updated_at - a.updated_at)
            .map((each) => (
              <Row key={`${each.type} ${each.name}`} collection={each} />
            ))}
          {shown.length === 0 && (
            <p className="ui-card-empty">{query ? t.common.noMatch(query) : t.artifacts.onlyOurs}</p>
          )}
        </div>
      </section>
    </main>
  );
}

function Row({ collection }: { collection: ArtifactCollection }) {
  const t = useText().artifacts;
  const { latest } = collection;
  return (
    <Link
      className="af-row"
      to="/$entity/$project/artifacts/$type/$name/$version"
      params={{
        entity: collection.entity,
        project: collection.project,
        type: collection.type,
        name: collection.name,
        version: latest?.version ?? "latest",
      }}
    >
      <Icon name={iconOf(collection.type)} />
      <span className="af-row-name">
        <b className="cut">{collection.name}</b>
        <span className="t3 cut">
          {collection.type}
          {collection.description && ` · ${collection.description.split("\n")[0]}`}
        </span>
      </span>
      <span className="af-row-tags">
        {latest?.aliases.slice(0, 3).map((alias) => (
          <span key={alias} className="af-alias">
            <Tag>{alias}</Tag>
          </span>
        ))}
        {collection.tags.slice(0, 2).map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </span>
      <span className="num af-row-n">{t.versions(collection.versions)}</span>
      <span className="num t2 af-row-size">{latest ? bytes(latest.size_bytes) : "—"}</span>
      <span className="t3 af-row-ago">
        <Ago time={collection.updated_at} />
      </span>
    </Link>
  );
}

function rank(type: string): number {
  return isOurs(type) ? 1 : 0;
}
