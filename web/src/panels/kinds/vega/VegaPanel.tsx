/** A chart of one's own: a preset over tables, or a spec of Vega or Vega-Lite, written here or kept on the server. */
import { lazy, Suspense, useMemo } from "react";
import { isPreset } from "@/charts/presets";
import { filledSpec, isLite, missingColumns } from "@/charts/vega";
import { useBoard } from "@/panels/board";
import type { PanelProps } from "@/panels/kinds";
import { PlotSkeleton } from "@/panels/line/LinePanel";
import { useText } from "@/ui/text";
import { KindFrame } from "../KindFrame";
import type { VegaConfig } from "./config";
import { useKeptChart, useVegaRows } from "./rows";

const VegaView = lazy(() => import("@/charts/VegaView"));
const ChartPanel = lazy(() => import("@/panels/media/ChartPanel"));

export function VegaPanel(props: PanelProps<VegaConfig>) {
  const { def, config, large } = props;
  const t = useText().kinds;
  const chart = useMemo(() => {
    if (!isPreset(config.chart)) return null;
    const { chart: definition, fields, strings, tableKey } = config;
    return {
      key: def.id,
      definition,
      title: strings.title || tableKey || t.presets[config.chart],
      fields,
      strings,
      table: tableKey,
    };
  }, [config, def.id, t]);
  return chart ? <ChartPanel def={def} chart={chart} large={large} /> : <OfSpec {...props} />;
}

function OfSpec({ def, config, large }: PanelProps<VegaConfig>) {
  const t = useText();
  const { runs } = useBoard();
  const kept = useKeptChart(config.chart);
  const keys = useMemo(() => config.keys.map((key) => key.replace(/^summary\./, "")), [config.keys]);
  const found = useVegaRows({ source: config.source, keys, tableKey: config.tableKey });
  const spec = config.chart ? (kept.data?.spec ?? "") : config.spec;
  const title = config.strings.title || kept.data?.display_name || t.kinds.names.vega;
  const head = useMemo(() => columnsOf(found.rows), [found.rows]);
  const missing = useMemo(() => {
    try {
      const filled = filledSpec(spec, config.fields, config.strings);
      return isLite(filled) ? missingColumns(filled, head) : [];
    } catch {
      return [];
    }
  }, [spec, config.fields, config.strings, head]);
  return (
    <KindFrame
      def={def}
      title={title}
      large={large}
      picture
      pending={kept.isLoading || found.pending}
      error={kept.error ?? found.error}
      onRetry={() => void kept.refetch()}
      badges={
        <>
          {missing.length > 0 && (
            <span className="ui-badge warn" title={t.kinds.columns(head.slice(0, 60).join(", "))}>
              {t.kinds.noColumn(missing[0] ?? "")}
            </span>
          )}
          {found.cut && (
            <span className="ui-badge warn" title={t.kinds.rowsCutHint}>
              {t.kinds.rowsCut}
            </span>
          )}
        </>
      }
      empty={
        !spec && !kept.isLoading && !kept.error
          ? { title: t.kinds.noSpec, why: t.kinds.noSpecWhy }
          : runs.length === 0
            ? { title: t.workspace.panels.noRuns, why: t.workspace.panels.noRunsWhy }
            : !found.pending && found.rows.length === 0
              ? { title: t.kinds.noRows, why: t.kinds.noRowsWhy }
              : null
      }
      table={() => ({
        head,
        rows: found.rows.map((row) =>
          head.map((name) => {
            const value = row[name];
            if (typeof value === "number") return value;
            return typeof value === "object" ? JSON.stringify(value) : String(value ?? "");
          }),
        ),
      })}
    >
      <Suspense fallback={<PlotSkeleton />}>
        <VegaView text={spec} fields={config.fields} strings={config.strings} rows={found.rows} label={title} />
      </Suspense>
    </KindFrame>
  );
}

/** The names that the first rows have among them. */
export function columnsOf(rows: readonly Record<string, unknown>[]): string[] {
  return [...new Set(rows.slice(0, 50).flatMap((row) => Object.keys(row)))];
}
