/** One layer: what it is, and the histograms of its gradients and parameters over the steps. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { readRows } from "@/api/runs";
import type { KeyInfo, Run } from "@/api/types";
import type { LayerGraph } from "@/graph/layers";
import type { Part } from "@/graph/model";
import { PartFacts } from "@/graph/PartFacts";
import { Heat } from "@/media/Heat";
import { HistogramPlot } from "@/media/Histogram";
import { histogramOf } from "@/media/value";
import { useSize } from "@/panels/media/useSize";
import { runColour } from "@/theme/colours";
import { ErrorState, IconButton, Skeleton } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";

const ROWS = 200;
const MOST_SHOWN = 6;
const LIVE_MS = 5000;

export interface LayerPanelProps {
  run: Run;
  name: string;
  part: Part | null;
  graph: LayerGraph | null;
  onChoose: (path: string) => void;
  /** The histogram keys of the layer, gradients before parameters. */
  keys: readonly KeyInfo[];
  step: number | null;
  onStep: (step: number) => void;
  onClose: () => void;
}

export function LayerPanel(props: LayerPanelProps) {
  const { run, name, part, graph, keys, step, onStep, onClose } = props;
  const t = useText();
  return (
    <aside className="model-layer" aria-label={name}>
      <header>
        <h2 className="mono cut" title={name}>
          {name}
        </h2>
        <IconButton icon="x" label={t.common.close} onClick={onClose} />
      </header>
      {part && graph && (
        <div className="model-facts">
          <PartFacts part={part} graph={graph} onChoose={props.onChoose} />
        </div>
      )}
      {keys.slice(0, MOST_SHOWN).map((key) => (
        <OverSteps key={key.key} run={run} info={key} step={step} onStep={onStep} />
      ))}
      {keys.length > MOST_SHOWN && <p className="model-about">{t.model.more(MOST_SHOWN)}</p>}
    </aside>
  );
}

function OverSteps({
  run,
  info,
  step,
  onStep,
}: {
  run: Run;
  info: KeyInfo;
  step: number | null;
  onStep: (step: number) => void;
}) {
  const t = useText();
  const [host, width, height] = useSize();
  const rows = useQuery({
    queryKey: ["panel-rows", run.entity, run.project, run.id, info.key, run.state] as const,
    queryFn: ({ signal }) => readRows(run.entity, run.project, run.id, { keys: [info.key], limit: ROWS }, signal),
    staleTime: 60_000,
    refetchInterval: run.state === "running" ? LIVE_MS : false,
  });
  const found = useMemo(
    () =>
      (rows.data?.rows ?? []).flatMap((row) => {
        const bins = histogramOf(row[info.key]);
        return bins ? [{ step: Number(row._step), bins }] : [];
      }),
    [rows.data, info.key],
  );
  const place =
    step === null
      ? found.length - 1
      : Math.max(
          0,
          found.findLastIndex((each) => each.step <= step),
        );
  const current = found[place];
  const side = info.key.startsWith("gradients/") ? "gradients" : "parameters";
  return (
    <section>
      <h3>
        <span className="cut">
          {t.model.histogram[side]} <b className="mono">{info.key.split(".").at(-1)}</b>
        </span>
        <span className="grow" />
        {current && <span className="ui-badge num">{t.run.stepOf(count(current.step))}</span>}
      </h3>
      {rows.isPending ? (
        <Skeleton rows={4} />
      ) : rows.isError ? (
        <ErrorState inline error={rows.error} onRetry={() => void rows.refetch()} />
      ) : (
        <>
          <div className="model-hist" ref={host}>
            {width > 0 && current && (
              <HistogramPlot
                layers={[{ id: run.id, name: info.key, colour: runColour(run), bins: current.bins }]}
                width={width}
                height={height}
              />
            )}
          </div>
          {width > 0 && found.length > 2 && (
            <div className="model-heat">
              <Heat
                steps={found.map((each) => each.step)}
                histograms={found.map((each) => each.bins)}
                place={place}
                onChoose={(at) => onStep(found[at]?.step ?? 0)}
                width={width}
                height={110}
                label={info.key}
              />
            </div>
          )}
        </>
      )}
    </section>
  );
}
