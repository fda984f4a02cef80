/** Who works on the sweep: their machines, what they have in hand, when they were last heard of. */
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { SweepAgent, SweepDetail } from "@/api/types";
import { Snippet } from "@/ui";
import { useText } from "@/ui/text";
import { Ago } from "../parts/Ago";
import { agentLine } from "./command";

const SHOWN = 6;
const ORDER = { RUNNING: 0, LOST: 1, FINISHED: 2 };

export function Agents({ detail }: { detail: SweepDetail }) {
  const t = useText().sweeps;
  const [all, setAll] = useState(false);
  const agents = detail.agents.toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || b.heartbeat_at - a.heartbeat_at);
  const shown = all ? agents : agents.slice(0, SHOWN);
  return (
    <section className="ui-card" aria-label={t.agentsTitle}>
      <header className="ui-card-head">
        <h2>{t.agentsTitle}</h2>
        <span className="ui-count">{agents.length}</span>
        <span className="grow" />
        <span className="t3">{t.agents(detail.sweep.agents_at_work)}</span>
      </header>
      <div className="sw-agents">
        {shown.map((agent) => (
          <Agent key={agent.id} agent={agent} detail={detail} />
        ))}
        {agents.length > shown.length && (
          <button type="button" className="ui-btn sw-more" onClick={() => setAll(true)}>
            {t.moreAgents(agents.length - shown.length)}
          </button>
        )}
        <Snippet label={agents.length > 0 ? t.startAgent : t.startFirst} code={agentLine(detail.sweep)} />
      </div>
    </section>
  );
}

function Agent({ agent, detail }: { agent: SweepAgent; detail: SweepDetail }) {
  const t = useText().sweeps;
  const { entity, project } = detail.sweep;
  const now = detail.runs.find((run) => run.agent === agent.id && run.finished_at === null && run.state !== "pending");
  return (
    <div>
      <span className={`sw-agent ${agent.state.toLowerCase()}`} aria-hidden="true" />
      <span className="sw-agent-who">
        <b className="cut" title={`${agent.host} · ${agent.user} · ${agent.id}`}>
          {agent.host || agent.id}
        </b>
        <span className="t3 num">
          {t.agentStates[agent.state]} · {t.runs(agent.runs)}
        </span>
      </span>
      <span className="sw-agent-when t3">
        {now && (
          <Link to="/$entity/$project/runs/$run" params={{ entity, project, run: now.id }} className="ui-link cut">
            {now.name}
          </Link>
        )}
        <span title={t.heard}>
          <Ago time={agent.heartbeat_at} />
        </span>
      </span>
    </div>
  );
}
