/** A chart that the script described itself, over the tables of the runs drawn. */
import { useQueries } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { figureOf, type RunTable } from "@/charts/custom";
import { FigureView } from "@/charts/FigureView";
import { jsonQuery, runFiles } from "@/media/source";
import { TableView } from "@/media/TableView";
import { tableOf } from "@/media/table";
import { itemsOf } from "@/media/value";
import { useBoard } from "@/panels/board";
import { rowsOfTable, useKeptChart } from "@/panels/kinds/vega/rows";
import { PlotSkeleton } from "@/panels/line/LinePanel";
import { PanelFrame } from "@/panels/PanelFrame";
import type { ChartSpec } from "@/panels/sections";
import { inkOf } from "@/theme/colours";
import { useText } from "@/ui/text";

const VegaView = lazy(() => import("@/charts/VegaView"));

const MOST_RUNS = 10;

export default function ChartPanel({ spec, large }: { spec: ChartSpec; large?: boolean | undefined }) {
  const t = useText();
  const { entity, project, runs, tokenOf } = useBoard();
  const { chart } = spec;
  const having = useMemo(
    () =>
      runs.flatMap((run) => {
        const path = itemsOf(run.summary[chart.table])[0]?.path;
        return path ? [{ run, address: runFiles(entity, project, run.id)(path) }] : [];
      }),
    [runs, chart.table, entity, project],
  );
  const shown = having.slice(0, MOST_RUNS);
  const files = useQueries({ queries: shown.map(({ address }) => jsonQuery(address)) });
  const tables = shown.flatMap(({ run }, place): RunTable[] => {
    const table = tableOf(files[place]?.data);
    return table ? [{ name: run.name, colour: `var(${tokenOf(run)})`, table }] : [];
  });
  const figure = tables.length > 0 ? figureOf(chart, tables) : null;
  const kept = useKeptChart(chart.definition);
  const stamp = files.map((file) => file.dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answers are a new list each time; `stamp` says when they changed.
  const rows = useMemo(
    () =>
      shown.flatMap(({ run }, place) => {
        const table = tableOf(files[place]?.data);
        return table ? rowsOfTable(table, { name: run.name, id: run.id, color: inkOf(tokenOf(run)) }) : [];
      }),
    [having, stamp, tokenOf],
  );
  const [first] = shown;
  const pending = kept.isLoading || files.some((file) => file.isPending);
  return (
    <PanelFrame
      id={spec.key}
      title={chart.title}
      large={large}
      badges={
        runs.length > 1 &&
        having.length > 0 && <span className="ui-badge">{t.workspace.panels.image(having.length)}</span>
      }
      busy={files.some((file) => file.isFetching)}
      tools={[]}
      menu={[]}
    >
      {figure ? (
        <div className="pn-plot">
          <FigureView figure={figure} />
        </div>
      ) : kept.data && rows.length > 0 ? (
        <div className="pn-plot">
          <Suspense fallback={<PlotSkeleton />}>
            <VegaView
              text={kept.data.spec}
              fields={chart.fields}
              strings={chart.strings}
              rows={rows}
              label={chart.title}
            />
          </Suspense>
        </div>
      ) : tables[0] && first && !kept.isLoading ? (
        <>
          <p className="pn-chart-why t3">{t.media.unknownChart(chart.definition)}</p>
          <TableView table={tables[0].table} addressOf={runFiles(entity, project, first.run.id)} />
        </>
      ) : (
        <div className="pn-plot">
          {pending ? (
            <PlotSkeleton />
          ) : (
            <div className="pn-note">
              <b>{runs.length === 0 ? t.workspace.panels.noRuns : t.media.chartMissing}</b>
            </div>
          )}
        </div>
      )}
    </PanelFrame>
  );
}
