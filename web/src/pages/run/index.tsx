/** The page of one run: who it is on top, and its tabs. */
import { useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { useLiveRuns } from "@/api/live";
import { useRun } from "@/api/runs";
import type { Run } from "@/api/types";
import { Skeleton } from "@/ui";
import { useText } from "@/ui/text";
import { QueryState } from "../parts/QueryState";
import { Charts } from "./Charts";
import { Header } from "./Header";
import { Overview } from "./overview/Overview";
import { TABS, type Tab, Tabs } from "./Tabs";
import "../parts/parts.css";
import "./run.css";

const System = lazy(() => import("./system/System"));
const Model = lazy(() => import("./model/Model"));
const Logs = lazy(() => import("./logs/Logs"));
const Files = lazy(() => import("./files/Files"));
const Artifacts = lazy(() => import("./Artifacts"));
const Code = lazy(() => import("./code/Code"));
const Tables = lazy(() => import("./tables/Tables"));

export function RunPage() {
  const t = useText();
  const { entity = "", project = "", run: id = "", tab } = useParams({ strict: false });
  const run = useRun(entity, project, id);
  useLiveRuns(entity, project);
  if (!run.isSuccess)
    return (
      <QueryState
        query={run}
        icon="chart"
        missing={{ title: t.run.missingTitle, why: t.run.missingWhy, back: t.run.back, to: "/$entity/$project/runs" }}
        waiting={<RunWaiting />}
      />
    );
  const at: Tab = TABS.find((each) => each === tab) ?? "charts";
  return <RunView key={`${entity}/${project}/${id}`} run={run.data} tab={at} />;
}

function RunWaiting() {
  return (
    <div className="run">
      <Skeleton rows={2} height={16} />
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    </div>
  );
}

function RunView({ run, tab }: { run: Run; tab: Tab }) {
  const waiting = (
    <div className="run-wait">
      <Skeleton rows={10} height={14} />
    </div>
  );
  const bodies: Record<Tab, () => ReactNode> = {
    overview: () => <Overview run={run} />,
    charts: () => <Charts run={run} />,
    system: () => <System run={run} />,
    model: () => <Model run={run} />,
    logs: () => <Logs run={run} />,
    files: () => <Files run={run} />,
    artifacts: () => <Artifacts run={run} />,
    code: () => <Code run={run} />,
    tables: () => <Tables run={run} />,
  };
  return (
    <main className="run">
      <Header run={run} />
      <Tabs run={run} tab={tab} />
      <div className="run-body">
        <Suspense fallback={waiting}>{bodies[tab]()}</Suspense>
      </div>
    </main>
  );
}
