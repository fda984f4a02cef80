/** What was installed where the runs ran. */
import { useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { EmptyState, Search, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { Grid, type GridLine } from "./Grid";
import type { Compared } from "./index";
import { Waiting } from "./index";
import { packageRows } from "./packages";
import { runTextQuery } from "./texts";

export default function Packages({ entity, project, runs, base }: Compared) {
  const t = useText().compare;
  const [all, setAll] = useState(false);
  const [search, setSearch] = useState("");
  const texts = useQueries({
    queries: runs.map((run) => runTextQuery(entity, project, run.id, "requirements.txt")),
    combine: (answers) => ({
      pending: answers.some((answer) => answer.isPending),
      texts: answers.map((answer) => answer.data ?? null),
    }),
  });
  const key = texts.texts.map((text) => text?.length ?? -1).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says when one of the texts has come.
  const rows = useMemo(() => packageRows(texts.texts), [key]);
  const lines: GridLine[] = rows
    .filter((row) => (all || row.differs) && row.path.includes(search.trim().toLowerCase()))
    .map((row) => ({ kind: "row", id: row.path, row }));
  if (texts.pending) return <Waiting />;
  const without = texts.texts.filter((text) => text === null).length;
  if (without === runs.length)
    return (
      <EmptyState icon="box" title={t.noPackages}>
        {t.noPackagesWhy}
      </EmptyState>
    );
  return (
    <div className="cp-values">
      <div className="cp-bar">
        <Search className="narrow" value={search} onChange={setSearch} placeholder={t.findPackage} />
        <span className="cp-only">
          <Toggle label={t.onlyDifferences} checked={!all} onChange={(only) => setAll(!only)} />
          <span aria-hidden="true">{t.onlyDifferences}</span>
        </span>
        <span className="t3 num">{t.packages(rows.length)}</span>
        {without > 0 && <span className="ui-badge warn">{t.withoutPackages(without)}</span>}
      </div>
      {lines.length === 0 ? (
        <EmptyState icon="check" title={search ? t.noMatch : t.samePackages} />
      ) : (
        <Grid lines={lines} runs={runs} base={base} label={t.tabs.packages} />
      )}
    </div>
  );
}
