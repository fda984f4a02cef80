/** The packages that were installed, searched as one types. */
import { useMemo, useState } from "react";
import { fileAddress, useFiles, useFileText } from "@/api/files";
import type { Run } from "@/api/types";
import { CopyButton, ErrorState, Search, Skeleton } from "@/ui";
import { useText } from "@/ui/text";
import { packagesOf } from "./reproduce";

const PATH = "requirements.txt";
const MOST_BYTES = 2_000_000;

export function Packages({ run }: { run: Run }) {
  const files = useFiles(run.entity, run.project, run.id);
  const file = files.data?.find((each) => each.path === PATH);
  return file ? <List run={run} digest={file.digest} /> : null;
}

function List({ run, digest }: { run: Run; digest: string }) {
  const t = useText();
  const [query, setQuery] = useState("");
  const text = useFileText(fileAddress(run.entity, run.project, run.id, PATH), digest, MOST_BYTES, true);
  const packages = useMemo(() => packagesOf(text.data?.text ?? ""), [text.data]);
  const wanted = query.trim().toLowerCase();
  const found = packages.filter(({ name, version }) => `${name}==${version}`.toLowerCase().includes(wanted));
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.facts.packages}</h2>
        <span className="ui-count">{packages.length}</span>
        <span className="grow" />
        <Search value={query} onChange={setQuery} placeholder={t.facts.findPackage} className="narrow" />
        <CopyButton value={text.data?.text ?? ""} small={false} />
      </header>
      {text.isPending ? (
        <Skeleton rows={6} />
      ) : text.isError ? (
        <ErrorState inline error={text.error} onRetry={() => void text.refetch()} />
      ) : found.length === 0 ? (
        <p className="ui-card-empty">{t.common.noMatch(query)}</p>
      ) : (
        <ul className="run-packages mono" tabIndex={0} aria-label={t.facts.packages}>
          {found.map(({ name, version }) => (
            <li key={`${name} ${version}`}>
              <span className="cut" title={name}>
                {name}
              </span>
              <span className="t2 cut" title={version}>
                {version}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
