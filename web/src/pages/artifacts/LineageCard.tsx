/** What a node of a lineage is: a run, a version, or the many that stand as one. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useVersion } from "@/api/artifacts";
import { useRun } from "@/api/runs";
import type { ArtifactRef, LineageNode, RunRef } from "@/api/types";
import { Button, ErrorState, Icon, IconButton, Search, Skeleton, StatePill, Tag } from "@/ui";
import { bytes } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { Fact } from "../run/Fact";
import { nameOf } from "./lineage";
import { paramsOf } from "./paths";

export interface LineageCardProps {
  /** The node, and the others that stand folded in it. */
  nodes: readonly LineageNode[];
  onUnfold: () => void;
  onClose: () => void;
}

export function LineageCard({ nodes, onUnfold, onClose }: LineageCardProps) {
  const t = useText();
  const [first] = nodes;
  if (!first) return null;
  const many = nodes.length > 1;
  return (
    <aside className="graph-card" aria-label={many ? t.artifacts.folded(nodes.length) : nameOf(first)}>
      <header>
        <h3 className="cut" title={nameOf(first)}>
          {many ? t.artifacts.folded(nodes.length) : nameOf(first)}
        </h3>
        <IconButton icon="x" small label={t.common.close} onClick={onClose} />
      </header>
      {many ? (
        <Many nodes={nodes} onUnfold={onUnfold} />
      ) : first.run ? (
        <RunFacts at={first.run} />
      ) : first.artifact ? (
        <VersionFacts at={first.artifact} />
      ) : null}
    </aside>
  );
}

const SHOWN = 200;

function Many({ nodes, onUnfold }: Pick<LineageCardProps, "nodes" | "onUnfold">) {
  const t = useText().artifacts;
  const [search, setSearch] = useState("");
  const found = nodes.filter((node) => nameOf(node).toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <>
      <div className="af-card-bar">
        <Search value={search} onChange={setSearch} placeholder={t.findNode} className="grow" />
        <Button onClick={onUnfold}>{t.unfold}</Button>
      </div>
      <ul className="af-card-list">
        {found.slice(0, SHOWN).map((node) => (
          <li key={node.id}>
            <NodeLink node={node} />
          </li>
        ))}
        {found.length === 0 && <li className="t3">{t.noNode}</li>}
        {found.length > SHOWN && <li className="t3">{t.moreFiles(found.length - SHOWN)}</li>}
      </ul>
    </>
  );
}

function NodeLink({ node }: { node: LineageNode }) {
  const { run, artifact } = node;
  if (run)
    return (
      <Link
        to="/$entity/$project/runs/$run"
        params={{ entity: run.entity, project: run.project, run: run.id }}
        className="ui-link cut"
      >
        {run.name}
      </Link>
    );
  return artifact ? (
    <Link to={VERSION} params={{ ...paramsOf(artifact), tab: "lineage" }} className="ui-link cut">
      {nameOf(node)}
    </Link>
  ) : null;
}

function RunFacts({ at }: { at: RunRef }) {
  const t = useText();
  const run = useRun(at.entity, at.project, at.id);
  if (run.isError) return <ErrorState error={run.error} onRetry={() => void run.refetch()} inline />;
  if (!run.data) return <Skeleton rows={5} height={14} />;
  const { data } = run;
  return (
    <>
      <dl>
        <Fact name={t.run.state}>
          <StatePill state={data.state} />
        </Fact>
        <Fact name={t.run.created}>
          <Ago time={data.created_at} />
        </Fact>
        {data.user && <Fact name={t.run.user}>{data.user}</Fact>}
        {data.group && <Fact name={t.run.group}>{data.group}</Fact>}
        {data.job_type && <Fact name={t.run.jobType}>{data.job_type}</Fact>}
      </dl>
      <Link
        to="/$entity/$project/runs/$run"
        params={{ entity: at.entity, project: at.project, run: at.id }}
        className="ui-btn"
      >
        <Icon name="chart" small />
        {t.artifacts.openRun}
      </Link>
    </>
  );
}

const VERSION = "/$entity/$project/artifacts/$type/$name/$version/$tab";

function VersionFacts({ at }: { at: ArtifactRef }) {
  const t = useText();
  const version = useVersion(at);
  if (version.isError) return <ErrorState error={version.error} onRetry={() => void version.refetch()} inline />;
  if (!version.data) return <Skeleton rows={5} height={14} />;
  const { data } = version;
  return (
    <>
      {data.aliases.length > 0 && (
        <p className="af-card-tags">
          {data.aliases.map((alias) => (
            <Tag key={alias} accent>
              {alias}
            </Tag>
          ))}
        </p>
      )}
      <dl>
        <Fact name={t.artifacts.typeOf}>{data.type}</Fact>
        <Fact name={t.artifacts.size}>
          <span className="num">
            {bytes(data.size_bytes)} · {t.artifacts.files(data.file_count)}
          </span>
        </Fact>
        <Fact name={t.artifacts.created}>
          <Ago time={data.created_at} />
        </Fact>
        {data.user && <Fact name={t.run.user}>{data.user}</Fact>}
      </dl>
      <div className="af-card-acts">
        <Link to={VERSION} params={{ ...paramsOf(at), tab: "overview" }} className="ui-btn">
          <Icon name="box" small />
          {t.artifacts.openVersion}
        </Link>
        <Link to={VERSION} params={{ ...paramsOf(at), tab: "lineage" }} className="ui-btn">
          {t.artifacts.lineageOf}
        </Link>
      </div>
    </>
  );
}
