/** A chart over the tables of the runs drawn: one that the script described, or one that somebody asked for. */
import { lazy, Suspense, useMemo, useState } from "react";
import { type CustomChart, figureOf } from "@/charts/custom";
import { FigureView } from "@/charts/FigureView";
import { figureRows } from "@/charts/figure-rows";
import { isPreset, mapping } from "@/charts/presets";
import { runFiles } from "@/media/source";
import { useBoard } from "@/panels/board";
import { KindFrame } from "@/panels/kinds/KindFrame";
import { rowsOfTable, useKeptChart } from "@/panels/kinds/vega/rows";
import { PlotSkeleton } from "@/panels/line/LinePanel";
import type { PanelDef } from "@/state/layout";
import { useStore } from "@/state/store";
import { TableView } from "@/tables/TableView";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { useText } from "@/ui/text";
import { RunChoice } from "./RunChoice";
import { useRunTables } from "./useRunTables";

const VegaView = lazy(() => import("@/charts/VegaView"));

export interface ChartPanelProps {
  def: PanelDef;
  chart: CustomChart;
  large?: boolean | undefined;
}

export default function ChartPanel({ def, chart, large }: ChartPanelProps) {
  const t = useText();
  const { entity, project, runs, byId, hover } = useBoard();
  const theme = useTheme();
  const hovered = useStore(hover, (id) => id);
  const found = useRunTables(chart.table);
  const { tables } = found;
  const [whose, setWhose] = useState<string | null>(null);
  // one matrix of counts is read at a time
  const single = chart.definition.includes("confusion_matrix");
  const shown = useMemo(() => {
    const of = tables.find(({ run }) => run === whose) ?? tables[0];
    return single && of ? [of] : tables;
  }, [tables, single, whose]);
  const figure = useMemo(() => {
    const [first] = shown;
    if (!first) return null;
    const fields = isPreset(chart.definition)
      ? mapping(chart.definition, chart.fields, first.table.columns.map(String))
      : chart.fields;
    return figureOf({ ...chart, fields }, shown);
  }, [chart, shown]);
  const kept = useKeptChart(figure ? "" : chart.definition);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are those of the theme.
  const rows = useMemo(
    () =>
      tables.flatMap(({ run, name, colour, table }) =>
        rowsOfTable(table, { name, id: run, color: inkOf(colour.slice(4, -1)) }),
      ),
    [tables, theme],
  );
  const [first] = tables;
  const spec = figure ? undefined : kept.data?.spec;
  const head = [...new Set(rows.slice(0, 50).flatMap((row) => Object.keys(row)))];
  return (
    <KindFrame
      def={def}
      title={chart.title}
      large={large}
      picture={figure !== null || spec !== undefined}
      flush
      busy={found.fetching}
      pending={found.pending && tables.length === 0}
      error={tables.length === 0 ? found.error : null}
      onRetry={found.retry}
      badges={
        runs.length > 1 &&
        found.having > 0 && <span className="ui-badge">{t.kinds.runsOf(single ? 1 : tables.length, found.having)}</span>
      }
      after={
        single && (
          <RunChoice
            runs={tables.flatMap(({ run }) => byId.get(run) ?? [])}
            chosen={byId.get(shown[0]?.run ?? "") ?? null}
            onChoose={setWhose}
          />
        )
      }
      empty={
        runs.length === 0
          ? { title: t.workspace.panels.noRuns, why: t.workspace.panels.noRunsWhy }
          : found.having === 0
            ? { title: t.kinds.noTables, why: chart.table }
            : null
      }
      {...(figure
        ? { table: () => figureRows(figure) }
        : spec !== undefined
          ? { table: () => ({ head, rows: rows.map((row) => head.map((name) => cellOf(row[name]))) }) }
          : {})}
    >
      {figure ? (
        <FigureView figure={figure} lit={hovered} onHover={(run) => hover.set(run)} />
      ) : spec !== undefined ? (
        <Suspense fallback={<PlotSkeleton />}>
          <VegaView text={spec} fields={chart.fields} strings={chart.strings} rows={rows} label={chart.title} />
        </Suspense>
      ) : kept.isLoading ? (
        <PlotSkeleton />
      ) : (
        first && (
          <>
            <p className="pn-chart-why t3">{t.media.unknownChart(chart.definition)}</p>
            <TableView
              table={first.table}
              addressOf={runFiles(entity, project, first.run)}
              source={{ entity, project, run: first.run, files: null }}
              name={chart.table}
              compact
            />
          </>
        )
      )}
    </KindFrame>
  );
}

function cellOf(value: unknown): string | number {
  return typeof value === "number" ? value : typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
}
