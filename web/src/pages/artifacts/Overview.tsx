/** What a version says of itself, where it comes from and how to use it. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useLineage, type VersionAt } from "@/api/artifacts";
import type { ArtifactEdit, ArtifactVersion, RunState } from "@/api/types";
import { Button, CopyButton, Segmented, Snippet, StateMark, TextArea, Tree } from "@/ui";
import { bytes, count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { moment } from "@/ui/times";
import { Ago } from "../parts/Ago";
import { TextCard } from "../parts/TextCard";
import { Fact } from "../run/Fact";
import { Chips, isTag } from "./Chips";
import { codeInRun, codeOfNext, codeWithoutRun, lineOfDownload } from "./usage";

export interface OverviewProps {
  version: ArtifactVersion;
  change: (edit: ArtifactEdit) => void;
}

export function VersionOverview({ where, version, change }: OverviewProps & { where: VersionAt }) {
  return (
    <div className="page">
      <div className="page-in run-overview">
        <div className="run-column">
          <Description version={version} change={change} />
          <Usage version={version} />
        </div>
        <div className="run-column">
          <Facts version={version} change={change} />
          <UsedBy where={where} />
        </div>
      </div>
    </div>
  );
}

function Description({ version, change }: OverviewProps) {
  const t = useText();
  return (
    <TextCard
      title={t.artifacts.description}
      text={version.description}
      none={t.artifacts.noDescription}
      rows={5}
      className="run-notes"
      onSave={(description) => {
        if (description !== version.description) change({ description });
      }}
    />
  );
}

function Usage({ version }: { version: ArtifactVersion }) {
  const t = useText().artifacts;
  const [way, setWay] = useState<"run" | "api" | "next" | "line">("run");
  const code = { run: codeInRun, api: codeWithoutRun, next: codeOfNext, line: lineOfDownload }[way];
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.use}</h2>
      </header>
      <div className="af-use">
        <Segmented
          label={t.use}
          value={way}
          options={(["run", "api", "next", "line"] as const).map((id) => ({ id, name: t.ways[id] }))}
          onChange={setWay}
        />
        <Snippet code={code(version)} />
      </div>
    </section>
  );
}

/** The runs that said they use it: the effects next to it in its lineage. */
function UsedBy({ where }: { where: VersionAt }) {
  const t = useText();
  const lineage = useLineage(where, 1);
  if (!lineage.data) return null;
  const { root, nodes, edges } = lineage.data;
  const users = new Set(edges.filter((edge) => edge.source === root).map((edge) => edge.target));
  const runs = nodes.filter((node) => node.run && users.has(node.id));
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.artifacts.usedBy}</h2>
        <span className="ui-count">{runs.length}</span>
      </header>
      {runs.length === 0 ? (
        <p className="ui-card-empty">{t.artifacts.notUsed}</p>
      ) : (
        <div className="af-users">
          {runs.map(({ id, run, state }) =>
            run ? (
              <Link
                key={id}
                to="/$entity/$project/runs/$run"
                params={{ entity: run.entity, project: run.project, run: run.id }}
              >
                <StateMark state={state as RunState} />
                <span className="cut grow">{run.name}</span>
                <span className="t3">{run.project}</span>
              </Link>
            ) : null,
          )}
        </div>
      )}
    </section>
  );
}

function Facts({ version, change }: OverviewProps) {
  const t = useText();
  const { run, source } = version;
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.run.facts}</h2>
      </header>
      <dl className="run-dl">
        {run && (
          <Fact name={t.artifacts.madeBy}>
            <Link
              className="ui-link"
              to="/$entity/$project/runs/$run"
              params={{ entity: run.entity, project: run.project, run: run.id }}
            >
              {run.name}
            </Link>
            {version.history_step !== null && <span className="t3">{t.run.stepOf(count(version.history_step))}</span>}
          </Fact>
        )}
        {source && (
          <Fact name={t.artifacts.linkedFrom}>
            <Link
              className="ui-link"
              to="/$entity/$project/artifacts/$type/$name/$version"
              params={{
                entity: source.entity,
                project: source.project,
                type: source.type,
                name: source.collection,
                version: source.version,
              }}
            >
              {source.entity}/{source.project}/{source.collection}:{source.version}
            </Link>
          </Fact>
        )}
        <Fact name={t.artifacts.created}>
          <span>{moment(version.created_at)}</span>
          <span className="t3">
            <Ago time={version.created_at} />
          </span>
        </Fact>
        <Fact name={t.run.tags}>
          <Chips
            names={version.tags}
            addLabel={t.run.addTag}
            placeholder={t.artifacts.tagPlaceholder}
            problem={(name) => (isTag(name) ? null : t.artifacts.badTag)}
            onChange={(tags) => change({ tags })}
          />
        </Fact>
        {version.user && <Fact name={t.run.user}>{version.user}</Fact>}
        <Fact name={t.artifacts.size}>
          {bytes(version.size_bytes)} · {t.artifacts.files(version.file_count)}
        </Fact>
        <Fact name={t.artifacts.digest}>
          <span className="mono">{version.digest}</span>
          <CopyButton value={version.digest} />
        </Fact>
        <Fact name={t.artifacts.kept}>
          {version.expires_at === null ? t.artifacts.forever : t.artifacts.until(moment(version.expires_at))}
        </Fact>
      </dl>
    </section>
  );
}

export function Metadata({ version, change }: OverviewProps) {
  const t = useText();
  const [draft, setDraft] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const save = () => {
    try {
      const value: unknown = JSON.parse(draft ?? "{}");
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw new SyntaxError("no object");
      change({ metadata: value as Record<string, unknown> });
      setDraft(null);
    } catch {
      setWrong(true);
    }
  };
  return (
    <div className="page">
      <div className="page-in af-metadata">
        {draft === null ? (
          <>
            <Tree title={t.artifacts.tabs.metadata} value={version.metadata} empty={t.artifacts.noMetadata} />
            <div>
              <Button icon="edit" onClick={() => setDraft(JSON.stringify(version.metadata, null, 2))}>
                {t.artifacts.editMetadata}
              </Button>
            </div>
          </>
        ) : (
          <section className="ui-card text-edit">
            <TextArea
              autoFocus
              rows={18}
              className="mono"
              aria-label={t.artifacts.tabs.metadata}
              aria-invalid={wrong}
              spellCheck={false}
              value={draft}
              onChange={(event) => {
                setDraft(event.target.value);
                setWrong(false);
              }}
            />
            {wrong && <p className="ui-field-error">{t.artifacts.badMetadata}</p>}
            <div className="text-edit-foot">
              <Button onClick={() => setDraft(null)}>{t.common.cancel}</Button>
              <Button variant="primary" onClick={save}>
                {t.common.save}
              </Button>
            </div>
          </section>
        )}
      </div>
    </div>
  );
}
