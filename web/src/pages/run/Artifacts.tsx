/** What a run used and what it logged. */
import { Link } from "@tanstack/react-router";
import { useLiveArtifacts, useRunArtifacts } from "@/api/artifacts";
import type { ArtifactVersion, Run } from "@/api/types";
import { EmptyState, ErrorState, Icon, RunDot, Skeleton, Snippet, Tag } from "@/ui";
import { bytes, count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { byName } from "@/ui/tree-rows";
import { iconOf, isOurs } from "../artifacts/types";
import { Ago } from "../parts/Ago";

export default function Artifacts({ run }: { run: Run }) {
  const t = useText();
  const found = useRunArtifacts(run.entity, run.project, run.id);
  useLiveArtifacts(run.entity, run.project);
  if (found.isPending)
    return (
      <div className="run-wait">
        <Skeleton rows={8} height={14} />
      </div>
    );
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const { used, logged } = found.data;
  if (used.length + logged.length === 0)
    return (
      <EmptyState icon="box" title={t.artifacts.runNone}>
        {t.artifacts.runNoneWhy}
        <Snippet
          code={
            'artifact = gnomon.Artifact("net", type="model")\nartifact.add_file("net.pt")\nrun.log_artifact(artifact)'
          }
        />
      </EmptyState>
    );
  const people = logged.filter((each) => !isOurs(each.type));
  const ours = logged.filter((each) => isOurs(each.type));
  return (
    <div className="page">
      <div className="page-in run-artifacts">
        <Flow run={run} used={used} logged={people.length > 0 ? people : newest(ours)} />
        <List title={t.artifacts.logged} versions={people} />
        <List title={t.artifacts.used} versions={used} />
        <List title={t.artifacts.tables} versions={newest(ours)} />
      </div>
    </div>
  );
}

const IN_FLOW = 6;

/** What went into the run and what came out of it, at a glance. */
function Flow({
  run,
  used,
  logged,
}: {
  run: Run;
  used: readonly ArtifactVersion[];
  logged: readonly ArtifactVersion[];
}) {
  const t = useText();
  return (
    <section className="ui-card run-flow" aria-label={t.artifacts.flow}>
      <Side versions={used} none={t.artifacts.flowNoInput} />
      <Icon name="right" />
      <span className="run-flow-run">
        <RunDot run={run} />
        <b className="cut" title={run.name}>
          {run.name}
        </b>
      </span>
      <Icon name="right" />
      <Side versions={logged} none={t.artifacts.flowNoOutput} />
    </section>
  );
}

function Side({ versions, none }: { versions: readonly ArtifactVersion[]; none: string }) {
  if (versions.length === 0) return <span className="t3 run-flow-none">{none}</span>;
  return (
    <ul>
      {versions.slice(0, IN_FLOW).map((each) => (
        <li key={`${each.id} ${each.collection}`}>
          <Link
            className="run-flow-box"
            to="/$entity/$project/artifacts/$type/$name/$version/$tab"
            params={{
              entity: each.entity,
              project: each.project,
              type: each.type,
              name: each.collection,
              version: each.version,
              tab: "lineage",
            }}
          >
            <Icon name={iconOf(each.type)} small />
            <span className="cut" title={`${each.collection}:${each.version}`}>
              {each.collection}:{each.version}
            </span>
          </Link>
        </li>
      ))}
      {versions.length > IN_FLOW && <li className="t3">+{versions.length - IN_FLOW}</li>}
    </ul>
  );
}

/** The newest version of each collection: a table is logged anew at every step. */
function newest(versions: readonly ArtifactVersion[]): ArtifactVersion[] {
  const found = new Map<string, ArtifactVersion>();
  for (const each of versions) {
    const known = found.get(each.collection);
    if (!known || each.created_at >= known.created_at) found.set(each.collection, each);
  }
  return [...found.values()].sort((a, b) => byName(a.collection, b.collection));
}

function List({ title, versions }: { title: string; versions: readonly ArtifactVersion[] }) {
  const t = useText();
  if (versions.length === 0) return null;
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{title}</h2>
        <span className="ui-count">{versions.length}</span>
      </header>
      {versions.map((each) => (
        <Link
          key={`${each.id} ${each.collection}`}
          className="run-artifact"
          to="/$entity/$project/artifacts/$type/$name/$version"
          params={{
            entity: each.entity,
            project: each.project,
            type: each.type,
            name: each.collection,
            version: each.version,
          }}
        >
          <Icon name={iconOf(each.type)} />
          <span className="run-artifact-name">
            <b className="cut">
              {each.collection}:{each.version}
            </b>
            <span className="t3 cut">{each.type}</span>
          </span>
          <span className="run-artifact-tags">
            {each.aliases.map((alias) => (
              <Tag key={alias}>{alias}</Tag>
            ))}
          </span>
          <span className="t3 num">{each.history_step === null ? "" : t.run.stepOf(count(each.history_step))}</span>
          <span className="num">{bytes(each.size_bytes)}</span>
          <span className="t3 num">
            <Ago time={each.created_at} />
          </span>
        </Link>
      ))}
    </section>
  );
}
