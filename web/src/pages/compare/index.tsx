/** Any number of runs side by side: what differs between them, in settings, results, code, packages, pictures and logs. */
import { useQueries } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import { runQuery } from "@/api/runs";
import type { Run } from "@/api/types";
import { readList, writeList } from "@/state/view";
import { EmptyState, ErrorState, Skeleton } from "@/ui";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import { AddRun } from "./AddRun";
import { Values } from "./Values";
import "../parts/parts.css";
import "../run/run.css";
import "./compare.css";

const Code = lazy(() => import("./Code"));
const Packages = lazy(() => import("./Packages"));
const Board = lazy(() => import("./Board"));
const Logs = lazy(() => import("./Logs"));
const Statistics = lazy(() => import("./Statistics"));

const TABS = ["values", "charts", "media", "code", "packages", "logs", "statistics"] as const;
type Tab = (typeof TABS)[number];

/** What every part of the page is given. */
export interface Compared {
  entity: string;
  project: string;
  runs: readonly Run[];
  /** The run the others are measured against; one of `runs`. */
  base: Run;
}

export function ComparePage() {
  const words = useText();
  const t = words.compare;
  const { entity = "", project = "" } = useParams({ strict: false });
  const [address, setAddress] = useAddress();
  const ids = useMemo(() => [...new Set(readList(address.runs))], [address.runs]);
  const answers = useQueries({ queries: ids.map((id) => runQuery(entity, project, id)) });
  const loaded = answers.flatMap((answer) => answer.data ?? []);
  const known = loaded.map((run) => `${run.id} ${run.updated_at} ${run.state} ${run.name} ${run.colour}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `known` says when one of them has changed.
  const runs = useMemo(() => loaded, [known]);
  const missing = ids.filter((_, place) => answers[place]?.isError);
  const pending = answers.some((answer) => answer.isPending);
  const base = runs.find((run) => run.id === address.base) ?? runs[0];
  const tab: Tab = TABS.find((each) => each === address.tab) ?? "values";
  const setRuns = (next: readonly string[]) => setAddress({ runs: writeList(next) }, true);
  const compared = base ? { entity, project, runs, base } : null;
  return (
    <main className="cp">
      <header className="cp-head">
        <h1>{t.title}</h1>
        <span className="t3 num">{words.common.runs(runs.length)}</span>
        <AddRun entity={entity} project={project} chosen={ids} onAdd={(id) => setRuns([...ids, id])} />
        {missing.length > 0 && (
          <span className="ui-badge warn" title={missing.join(", ")}>
            {t.missing(missing.length)}
            <button
              type="button"
              aria-label={words.common.remove}
              onClick={() => setRuns(ids.filter((id) => !missing.includes(id)))}
            >
              ×
            </button>
          </span>
        )}
      </header>
      <nav className="run-tabs" aria-label={t.title}>
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            className={each === tab ? "on" : undefined}
            aria-current={each === tab ? "page" : undefined}
            onClick={() => setAddress({ tab: each === "values" ? undefined : each }, true)}
          >
            {t.tabs[each]}
          </button>
        ))}
      </nav>
      <div className="cp-body">
        {ids.length === 0 || (!compared && !pending) ? (
          <EmptyState
            icon="compare"
            title={t.none}
            action={
              <Link to="/$entity/$project/runs" params={{ entity, project }} className="ui-btn ui-btn-primary">
                {t.choose}
              </Link>
            }
          >
            {t.noneWhy}
            {answers.find((answer) => answer.isError) && (
              <ErrorState error={answers.find((answer) => answer.isError)?.error} inline />
            )}
          </EmptyState>
        ) : !compared ? (
          <Waiting />
        ) : (
          <Suspense fallback={<Waiting />}>
            {tab === "values" && (
              <Values
                {...compared}
                onBase={(id) => setAddress({ base: id }, true)}
                onRemove={(id) => setRuns(ids.filter((each) => each !== id))}
              />
            )}
            {(tab === "charts" || tab === "media") && <Board key={tab} {...compared} media={tab === "media"} />}
            {tab === "code" && <Code {...compared} />}
            {tab === "packages" && <Packages {...compared} />}
            {tab === "logs" && <Logs {...compared} />}
            {tab === "statistics" && <Statistics {...compared} />}
          </Suspense>
        )}
      </div>
    </main>
  );
}

export function Waiting() {
  return (
    <div className="run-wait">
      <Skeleton rows={10} height={14} />
    </div>
  );
}
