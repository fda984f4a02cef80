/** What two of the runs printed, line by line, with what differs marked and times and numbers taken for alike if wanted. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { readConsole } from "@/api/console";
import { EmptyState, ErrorState, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { plainText } from "../run/logs/ansi";
import { DiffView } from "./DiffView";
import type { Compared } from "./index";
import { Waiting } from "./index";
import { loosened } from "./loosen";
import { Pair } from "./Pair";

const MOST_LINES = 5000;

function consoleQuery(entity: string, project: string, run: string) {
  return {
    queryKey: ["console-text", entity, project, run] as const,
    queryFn: async ({ signal }: { signal: AbortSignal }) => {
      const page = await readConsole(entity, project, run, 0, MOST_LINES, signal);
      return { lines: page.lines.map((line) => plainText(line.text)), total: page.total };
    },
    staleTime: 30_000,
  };
}

export default function Logs({ entity, project, runs, base }: Compared) {
  const t = useText().compare;
  const others = runs.filter((run) => run !== base);
  const [chosen, setChosen] = useState<string | null>(null);
  const [loose, setLoose] = useState(true);
  const other = others.find((run) => run.id === chosen) ?? others[0];
  const before = useQuery(consoleQuery(entity, project, base.id));
  const after = useQuery({ ...consoleQuery(entity, project, other?.id ?? ""), enabled: other !== undefined });
  const texts = useMemo(() => {
    if (!before.data || !after.data) return null;
    return [before.data.lines.join("\n"), after.data.lines.join("\n")] as const;
  }, [before.data, after.data]);
  const same = useMemo(() => {
    if (!texts) return false;
    const of = (text: string) => (loose ? text.split("\n").map(loosened).join("\n") : text);
    return of(texts[0]) === of(texts[1]);
  }, [texts, loose]);
  if (!other)
    return (
      <EmptyState icon="term" title={t.oneRun}>
        {t.oneRunWhy}
      </EmptyState>
    );
  const error = before.error ?? after.error;
  const cut = Math.max(before.data?.total ?? 0, after.data?.total ?? 0) > MOST_LINES;
  return (
    <div className="cp-scroll">
      <div className="cp-bar">
        <Pair runs={runs} base={base} other={other} onOther={setChosen} />
        <span className="cp-only">
          <Toggle label={t.ignoreNumbers} checked={loose} onChange={setLoose} />
          <span aria-hidden="true">{t.ignoreNumbers}</span>
        </span>
        {cut && <span className="ui-badge warn">{t.firstLines(MOST_LINES)}</span>}
      </div>
      {error ? (
        <ErrorState error={error} />
      ) : !texts ? (
        <Waiting />
      ) : texts[0] === "" && texts[1] === "" ? (
        <EmptyState icon="term" title={t.noLogs} />
      ) : same ? (
        <EmptyState icon="check" title={t.sameLogs}>
          {loose && t.sameLogsWhy}
        </EmptyState>
      ) : (
        <DiffView path={t.tabs.logs} before={texts[0]} after={texts[1]} split {...(loose ? { alike: loosened } : {})} />
      )}
    </div>
  );
}
