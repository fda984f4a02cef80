/** The code of two of the runs: commit, uncommitted changes, saved files, line by line. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useFiles } from "@/api/files";
import type { Run } from "@/api/types";
import { EmptyState, ErrorState, Segmented } from "@/ui";
import { useText } from "@/ui/text";
import { machineOf } from "../run/machine";
import { DiffView } from "./DiffView";
import type { Compared } from "./index";
import { Waiting } from "./index";
import { Pair } from "./Pair";
import { runTextQuery } from "./texts";

const CODE = /^(code\/|diff(_[0-9a-f]+)?\.patch$|config\.yaml$|conda-environment\.yaml$)/;

export default function Code({ entity, project, runs, base }: Compared) {
  const t = useText().compare;
  const others = runs.filter((run) => run !== base);
  const [chosen, setChosen] = useState<string | null>(null);
  const [split, setSplit] = useState(false);
  const other = others.find((run) => run.id === chosen) ?? others[0];
  if (!other)
    return (
      <EmptyState icon="code" title={t.oneRun}>
        {t.oneRunWhy}
      </EmptyState>
    );
  return (
    <div className="cp-scroll">
      <div className="cp-bar">
        <Pair runs={runs} base={base} other={other} onOther={setChosen} />
        <span className="grow" />
        <Segmented
          label={t.layout}
          value={split ? "split" : "unified"}
          options={[
            { id: "unified", name: t.unified },
            { id: "split", name: t.split },
          ]}
          onChange={(way) => setSplit(way === "split")}
        />
      </div>
      <Commits base={base} other={other} />
      <Files entity={entity} project={project} base={base} other={other} split={split} />
    </div>
  );
}

function Commits({ base, other }: { base: Run; other: Run }) {
  const t = useText().compare;
  const rows = [base, other].map((run) => ({ run, machine: machineOf(run.metadata) }));
  if (rows.every(({ machine }) => !machine.commit && !machine.program)) return null;
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>{t.run}</th>
          <th>{t.program}</th>
          <th>{t.commit}</th>
          <th>{t.branch}</th>
          <th>{t.command}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ run, machine }) => (
          <tr key={run.id}>
            <td>{run.name}</td>
            <td className="mono">{machine.program ?? "—"}</td>
            <td className="mono">{machine.commit?.slice(0, 10) ?? "—"}</td>
            <td>{machine.branch ?? "—"}</td>
            <td className="mono cut cp-command" title={machine.command ?? undefined}>
              {machine.command ?? "—"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface FilesProps {
  entity: string;
  project: string;
  base: Run;
  other: Run;
  split: boolean;
}

function Files({ entity, project, base, other, split }: FilesProps) {
  const t = useText().compare;
  const left = useFiles(entity, project, base.id);
  const right = useFiles(entity, project, other.id);
  const paths = useMemo(() => {
    const digests = (files: typeof left.data) =>
      new Map((files ?? []).filter((file) => CODE.test(file.path)).map((file) => [file.path, file.digest]));
    const [a, b] = [digests(left.data), digests(right.data)];
    return [...new Set([...a.keys(), ...b.keys()])].sort().map((path) => ({ path, same: a.get(path) === b.get(path) }));
  }, [left.data, right.data]);
  const error = left.error ?? right.error;
  if (error) return <ErrorState error={error} />;
  if (left.isPending || right.isPending) return <Waiting />;
  const changed = paths.filter((each) => !each.same);
  const alike = paths.length - changed.length;
  if (paths.length === 0)
    return (
      <EmptyState icon="code" title={t.noCode}>
        {t.noCodeWhy}
      </EmptyState>
    );
  return (
    <>
      <p className="t3 cp-note">{t.codeFiles(changed.length, alike)}</p>
      {changed.map(({ path }) => (
        <FileDiff
          key={path}
          entity={entity}
          project={project}
          base={base.id}
          other={other.id}
          path={path}
          split={split}
        />
      ))}
    </>
  );
}

interface FileDiffProps extends Omit<FilesProps, "base" | "other"> {
  base: string;
  other: string;
  path: string;
}

function FileDiff({ entity, project, base, other, path, split }: FileDiffProps) {
  const before = useQuery(runTextQuery(entity, project, base, path));
  const after = useQuery(runTextQuery(entity, project, other, path));
  const error = before.error ?? after.error;
  if (error) return <ErrorState error={error} />;
  if (before.isPending || after.isPending) return <Waiting />;
  return <DiffView path={path} before={before.data ?? ""} after={after.data ?? ""} split={split} />;
}
