/** One sweep: how it stands, what its runs came to, the runs themselves. What is chosen in one chart counts in all. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useSweep } from "@/api/sweeps";
import type { SweepDetail } from "@/api/types";
import { useAddress } from "@/state/useAddress";
import { EmptyState, Snippet } from "@/ui";
import { useText } from "@/ui/text";
import { QueryState } from "../parts/QueryState";
import { Agents } from "./Agents";
import { BestRun } from "./BestRun";
import { Charts } from "./Charts";
import { Config } from "./Config";
import { axesOf, chosenOf, dimensionsOf, linesOf, readChosen, writeChosen } from "./choice";
import { agentLine } from "./command";
import { Head } from "./Head";
import { Notice } from "./Notice";
import { ranks } from "./progress";
import { SweepRuns } from "./SweepRuns";
import { Ties } from "./Ties";
import "../parts/parts.css";
import "../run/run.css";
import "./sweeps.css";

export function SweepPage() {
  const t = useText();
  const { entity = "", project = "", sweep = "" } = useParams({ strict: false }) as Record<string, string | undefined>;
  const found = useSweep(entity, project, sweep);
  if (!found.isSuccess)
    return (
      <QueryState
        query={found}
        icon="sweep"
        missing={{
          title: t.sweeps.missingTitle,
          why: t.sweeps.missingWhy,
          back: t.sweeps.back,
          to: "/$entity/$project/sweeps",
        }}
      />
    );
  return <SweepView key={`${entity}/${project}/${sweep}`} detail={found.data} />;
}

function SweepView({ detail }: { detail: SweepDetail }) {
  const t = useText();
  const navigate = useNavigate();
  const { sweep, parameters, runs } = detail;
  const [{ brushes, x }, choose] = useAddress(readChosen, writeChosen);
  const [hovered, setHovered] = useState<string | null>(null);
  const rank = useMemo(() => ranks(runs, sweep.goal), [runs, sweep.goal]);
  const dimensions = useMemo(() => dimensionsOf(sweep, parameters), [sweep, parameters]);
  const lines = useMemo(() => linesOf(detail, rank), [detail, rank]);
  const axes = useMemo(() => axesOf(dimensions, lines), [dimensions, lines]);
  const chosen = useMemo(() => chosenOf(axes, lines, brushes), [axes, lines, brushes]);
  const brushed = Object.keys(brushes).length > 0;
  const shown = useMemo(() => (brushed ? runs.filter((run) => chosen.has(run.id)) : runs), [runs, brushed, chosen]);
  const open = (run: string) =>
    void navigate({
      to: "/$entity/$project/runs/$run",
      params: { entity: sweep.entity, project: sweep.project, run },
    });
  if (runs.length === 0)
    return (
      <main className="sw">
        <Head detail={detail} />
        <div className="sw-body">
          <EmptyState icon="sweep" title={t.sweeps.noRunsTitle}>
            {t.sweeps.noRunsWhy}
            <Snippet code={agentLine(sweep)} />
          </EmptyState>
          <div className="sw-lower one">
            <Config detail={detail} />
          </div>
        </div>
      </main>
    );
  return (
    <main className="sw">
      <Head detail={detail} />
      <div className="sw-body">
        <Notice detail={detail} />
        <div className="sw-columns">
          <div className="sw-main">
            <Charts
              detail={detail}
              dimensions={dimensions}
              lines={lines}
              axes={axes}
              rank={rank}
              brushes={brushes}
              chosen={chosen}
              x={x}
              onX={(name) => choose({ x: name })}
              onBrush={(next) => choose({ brushes: next })}
              hovered={hovered}
              onHover={setHovered}
              onOpen={open}
            />
            <SweepRuns detail={detail} runs={shown} hovered={hovered} onHover={setHovered} />
          </div>
          <div className="sw-side">
            <BestRun detail={detail} />
            <Ties detail={detail} runs={shown} chosen={brushed} onPick={(name) => choose({ x: name })} />
            <Agents detail={detail} />
            <Config detail={detail} />
          </div>
        </div>
      </div>
    </main>
  );
}
