/** Why nothing happens, where nothing does, and the line that changes it. */
import type { SweepDetail } from "@/api/types";
import { CopyButton, Icon } from "@/ui";
import { useText } from "@/ui/text";
import { useNow } from "@/ui/times";
import { Ago } from "../parts/Ago";
import { agentLine } from "./command";
import { standingOf } from "./standing";

export function Notice({ detail }: { detail: SweepDetail }) {
  const t = useText().sweeps;
  const { sweep, agents } = detail;
  const standing = standingOf(sweep, useNow());
  if (standing !== "WAITING" && standing !== "PENDING") return null;
  const last = agents.toSorted((a, b) => b.heartbeat_at - a.heartbeat_at)[0];
  const code = agentLine(sweep);
  return (
    <div className="sw-notice" role="status">
      <Icon name="info" small />
      <span>
        <b>{last ? t.nobody : t.nobodyYet}</b>{" "}
        {last && (
          <>
            {t.lastLeft(last.host || last.id)} <Ago time={last.heartbeat_at} />.
          </>
        )}{" "}
        {sweep.runs_expected === null ? t.goesOn : t.left(Math.max(0, sweep.runs_expected - sweep.runs))}
      </span>
      <code className="mono">{code}</code>
      <CopyButton value={code} label={t.copyAgent} />
    </div>
  );
}
