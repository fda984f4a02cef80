/** One run beside the table: who it is, what it was told, what it found. */
import { useState } from "react";
import { useRun } from "@/api/runs";
import type { Run } from "@/api/types";
import { Button, ErrorState, IconButton, RunDot, Search, Skeleton, StatePill } from "@/ui";
import { asNumber, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { date } from "@/ui/times";
import { Runtime } from "../parts/Runtime";

export function Detail({
  run,
  entity,
  project,
  onOpen,
  onClose,
}: {
  run: Run;
  entity: string;
  project: string;
  onOpen: () => void;
  onClose: () => void;
}) {
  const t = useText();
  const whole = useRun(entity, project, run.id);
  const [text, setText] = useState("");
  const shown = whole.data ?? run;
  const wanted = text.trim().toLowerCase();
  const rows = (values: Record<string, unknown>) =>
    leaves(values).filter(([path]) => !path.startsWith("_") && path.toLowerCase().includes(wanted));
  return (
    <aside className="runs-detail" aria-label={t.runs.detailOf(run.name)}>
      <header>
        <RunDot run={run} />
        <b className="cut grow" title={run.name}>
          {run.name}
        </b>
        <Button variant="bare" onClick={onOpen}>
          {t.workspace.runs.open}
        </Button>
        <IconButton icon="x" small label={t.common.close} onClick={onClose} />
      </header>
      <div className="runs-detail-body">
        <dl>
          <dt>{t.runs.state}</dt>
          <dd>
            <StatePill state={run.state} />
          </dd>
          <dt>{t.runs.created}</dt>
          <dd>{date(run.created_at)}</dd>
          <dt>{t.runs.runtime}</dt>
          <dd>
            <Runtime run={run} />
          </dd>
          <dt>{t.runs.user}</dt>
          <dd>{run.user}</dd>
          {run.notes && (
            <>
              <dt>{t.runs.notes}</dt>
              <dd className="runs-detail-notes">{run.notes}</dd>
            </>
          )}
        </dl>
        <Search value={text} onChange={setText} placeholder={t.runs.columnsFind} />
        {whole.error && !whole.data ? (
          <ErrorState error={whole.error} onRetry={() => void whole.refetch()} inline />
        ) : !whole.data ? (
          <Skeleton rows={8} />
        ) : (
          <>
            <Values title={t.runs.headSummary} rows={rows(shown.summary)} />
            <Values title={t.runs.headConfig} rows={rows(shown.config)} />
          </>
        )}
      </div>
    </aside>
  );
}

const MOST = 200;

function Values({ title, rows }: { title: string; rows: readonly [string, unknown][] }) {
  const t = useText();
  if (rows.length === 0) return null;
  return (
    <section>
      <h4>
        {title} <span className="t3 num">{rows.length}</span>
      </h4>
      <dl>
        {rows.slice(0, MOST).map(([path, value]) => {
          const numeric = asNumber(value);
          return [
            <dt key={`${path} name`} className="cut" title={path}>
              {path}
            </dt>,
            <dd key={path} className="mono cut" title={oneLine(value)}>
              {numeric === null ? oneLine(value) : number(numeric, 5)}
            </dd>,
          ];
        })}
      </dl>
      {rows.length > MOST && <p className="t3">{t.runs.detailMore(rows.length - MOST)}</p>}
    </section>
  );
}

/** The values by dotted path. */
function leaves(values: Record<string, unknown>, above = ""): [string, unknown][] {
  return Object.entries(values).flatMap(([name, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !("_type" in value)
      ? leaves(value as Record<string, unknown>, `${above}${name}.`)
      : [[above + name, value]],
  );
}
