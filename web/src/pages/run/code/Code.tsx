/** The code of a run: its program, whatever else it saved, what was not committed, and the artifacts that hold more. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useRunArtifacts } from "@/api/artifacts";
import { useFiles } from "@/api/files";
import type { FileInfo, Run } from "@/api/types";
import { runFiles } from "@/media/source";
import { useRunSource } from "@/tables/source";
import { CopyButton, EmptyState, ErrorState, Icon, Skeleton, Snippet } from "@/ui";
import { useText } from "@/ui/text";
import { useAddress } from "../../parts/address";
import { FileBrowser } from "../files/FileBrowser";
import { commitAddress, machineOf } from "../machine";
import { inRepository, isSaved } from "./saved";
import "./code.css";

const PATCH = "diff.patch";

export default function Code({ run }: { run: Run }) {
  const t = useText();
  const files = useFiles(run.entity, run.project, run.id);
  const artifacts = useRunArtifacts(run.entity, run.project, run.id);
  const [address, setAddress] = useAddress();
  const addressOf = useMemo(() => runFiles(run.entity, run.project, run.id), [run.entity, run.project, run.id]);
  const sourceOf = useRunSource(run);
  const machine = machineOf(run.metadata);
  const code = useMemo(() => codeOf(files.data ?? []), [files.data]);
  if (files.isPending)
    return (
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    );
  if (files.isError) return <ErrorState error={files.error} onRetry={() => void files.refetch()} />;
  const held = [...(artifacts.data?.logged ?? []), ...(artifacts.data?.used ?? [])].filter(
    (each) => each.type === "code",
  );
  if (code.length === 0 && held.length === 0 && !machine.commit)
    return (
      <EmptyState icon="code" title={t.code.noneTitle}>
        {t.code.noneWhy.replaceAll("`", "")}
        <Snippet code={'gnomon.init(save_code=True)\nrun.log_code(".")'} />
      </EmptyState>
    );
  const main = code.find((file) => isMain(file.path, machine.program));
  const page = commitAddress(machine.remote, machine.commit);
  return (
    <div className="code">
      <header className="code-bar">
        {machine.commit && (
          <span className="code-commit">
            <Icon name="git" small />
            {page ? (
              <a className="ui-link mono" href={page} target="_blank" rel="noreferrer noopener">
                {machine.commit.slice(0, 10)}
              </a>
            ) : (
              <span className="mono">{machine.commit.slice(0, 10)}</span>
            )}
            <CopyButton value={machine.commit} />
            {machine.branch && <span className="ui-badge">{machine.branch}</span>}
            {machine.dirty && <span className="t3">{t.run.changed}</span>}
          </span>
        )}
        {held.map((each) => (
          <Link
            key={each.id}
            className="ui-link code-artifact"
            to="/$entity/$project/artifacts/$type/$name/$version/$tab"
            params={{
              entity: each.entity,
              project: each.project,
              type: each.type,
              name: each.collection,
              version: each.version,
              tab: "files",
            }}
          >
            <Icon name="box" small />
            {each.collection}:{each.version}
          </Link>
        ))}
        <span className="grow" />
        <Link
          className="ui-btn"
          to="/$entity/$project/compare"
          params={{ entity: run.entity, project: run.project }}
          search={{ runs: run.id, tab: "code" } as never}
          title={t.code.compareAbout}
        >
          <Icon name="compare" />
          <span className="code-wide">{t.code.compareWith}</span>
        </Link>
      </header>
      {code.length === 0 ? (
        <EmptyState icon="code" title={t.code.noneTitle}>
          {t.code.noneWhy.replaceAll("`", "")}
          <Snippet code={'gnomon.init(save_code=True)\nrun.log_code(".")'} />
        </EmptyState>
      ) : (
        <FileBrowser
          files={code}
          addressOf={addressOf}
          sourceOf={sourceOf}
          path={address.file ?? main?.path ?? code[0]?.path}
          onPath={(file) => setAddress({ file }, true)}
        />
      )}
    </div>
  );
}

/** The saved files, and the changes that were not committed. */
function codeOf(files: readonly FileInfo[]): FileInfo[] {
  return files.filter((file) => isSaved(file.path) || file.path === PATCH);
}

function isMain(path: string, program: string | null): boolean {
  return program !== null && (inRepository(path) === program || inRepository(path).endsWith(`/${program}`));
}
