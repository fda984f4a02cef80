/** How a value is spread over the runs drawn, or over those of each group. */
import { useMemo } from "react";
import { binned } from "@/charts/figure";
import { HistogramPlot } from "@/media/Histogram";
import { useBoard } from "@/panels/board";
import type { PanelProps } from "@/panels/kinds";
import { useSize } from "@/panels/media/useSize";
import { nameOf } from "@/state/fields";
import { useStore } from "@/state/store";
import { useText } from "@/ui/text";
import { KindFrame } from "../KindFrame";
import { subjectsOf, useValues } from "../values";
import type { HistogramConfig } from "./config";

export function OverRuns({ def, config, large }: PanelProps<HistogramConfig>) {
  const t = useText();
  const board = useBoard();
  const values = useValues(
    useMemo(() => [config.key], [config.key]),
    config.statistic,
  );
  const hovered = useStore(board.hover, (id) => id);
  const [host, width, height] = useSize();
  const layers = useMemo(() => {
    const groups = board.groups
      ? subjectsOf(board)
      : [{ id: "*", name: nameOf(config.key), token: "--r1", runs: board.runs }];
    const of = (runs: typeof board.runs) =>
      runs.flatMap((run) => values.number(run, config.key) ?? []).filter(Number.isFinite);
    const all = of(board.runs);
    if (all.length === 0) return [];
    const edges = binned(all, config.bins).edges;
    const [low, high] = [edges[0]!, edges.at(-1)!];
    return groups.map((group) => {
      const counts = edges.slice(1).map(() => 0);
      for (const value of of(group.runs))
        counts[Math.min(counts.length - 1, Math.floor(((value - low) / (high - low)) * counts.length))]! += 1;
      return { id: group.id, name: group.name, colour: `var(${group.token})`, bins: { edges, counts } };
    });
  }, [board, values, config.key, config.bins]);
  const hot = hovered === null ? undefined : board.byId.get(hovered);
  const at = hot && values.number(hot, config.key);
  const mark =
    hot && typeof at === "number" && Number.isFinite(at)
      ? { value: at, colour: `var(${board.tokenOf(hot)})`, name: hot.name }
      : null;
  const shown = layers.map((layer) => ({
    ...layer,
    faint: layers.some(({ id }) => id === hovered) && layer.id !== hovered,
  }));
  const title = config.key ? nameOf(config.key) : t.kinds.names.histogram;
  const many = layers.reduce((sum, layer) => sum + layer.bins.counts.reduce((a, b) => a + b, 0), 0);
  return (
    <KindFrame
      def={def}
      title={title}
      large={large}
      picture
      unit={t.common.runs(many)}
      pending={values.pending}
      error={values.error}
      onRetry={values.retry}
      empty={
        !config.key
          ? { title: t.kinds.nothingChosen, why: t.kinds.chooseMetric }
          : layers.length === 0
            ? { title: t.kinds.noValue(title), why: t.kinds.noValueWhy }
            : null
      }
      legend={
        layers.length > 1 && (
          <div className="pn-legend">
            {layers.slice(0, 5).map((layer) => (
              <span
                key={layer.id}
                onPointerEnter={() => board.hover.set(layer.id)}
                onPointerLeave={() => board.hover.set(null)}
              >
                <i style={{ background: layer.colour }} />
                <span className="cut">{layer.name}</span>
              </span>
            ))}
            {layers.length > 5 && <span className="more">+{layers.length - 5}</span>}
          </div>
        )
      }
      table={() => ({
        head: ["group", "from", "to", "runs"],
        rows: layers.flatMap(({ name, bins }) =>
          bins.counts.map((count, at) => [name, bins.edges[at], bins.edges[at + 1], count]),
        ),
      })}
    >
      <div className="kd-fill" ref={host}>
        {width > 0 && <HistogramPlot layers={shown} width={width} height={height} mark={mark} />}
      </div>
    </KindFrame>
  );
}
