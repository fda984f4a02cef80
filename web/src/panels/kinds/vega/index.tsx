/** A chart of one's own: a spec of Vega or Vega-Lite, written here or kept on the server, over the runs drawn. */
import { lazy, Suspense, useMemo } from "react";
import { holesOf } from "@/charts/vega";
import { useBoard } from "@/panels/board";
import type { EditorProps, Kind, PanelProps } from "@/panels/kinds";
import { PlotSkeleton } from "@/panels/line/LinePanel";
import { Segmented, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { isBranch } from "@/ui/tree-rows";
import { KeysPicker } from "../fields/KeyPicker";
import { Row } from "../fields/parts";
import { KindFrame } from "../KindFrame";
import { oneOf, type Raw, textIn, textsIn } from "../read";
import { SOURCES, type Source, useKeptChart, useVegaRows } from "./rows";

const VegaView = lazy(() => import("@/charts/VegaView"));
const JsonEditor = lazy(() => import("./JsonEditor"));

export interface VegaConfig {
  /** `entity/name` of a chart that is kept; `""` where the spec stands here. */
  chart: string;
  spec: string;
  source: Source;
  keys: readonly string[];
  tableKey: string;
  fields: Readonly<Record<string, string>>;
  strings: Readonly<Record<string, string>>;
}

export function readVega(raw: Raw): VegaConfig {
  return {
    chart: textIn(raw, "chart"),
    spec: textIn(raw, "spec"),
    source: oneOf(raw, "source", SOURCES, "summary"),
    keys: textsIn(raw, "keys"),
    tableKey: textIn(raw, "tableKey"),
    fields: wordsIn(raw.fields),
    strings: wordsIn(raw.strings),
  };
}

function wordsIn(value: unknown): Record<string, string> {
  if (!isBranch(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

export const FIRST_SPEC = `{
  "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
  "data": {"name": "wandb"},
  "mark": {"type": "bar", "tooltip": true},
  "encoding": {
    "y": {"field": "name", "type": "nominal", "title": null, "sort": "-x"},
    "x": {"field": "\${field:value}", "type": "quantitative", "title": "\${string:title}"},
    "color": {"field": "name", "type": "nominal", "legend": null, "scale": {"range": {"field": "color"}}}
  }
}
`;

function VegaPanel({ def, config, large }: PanelProps<VegaConfig>) {
  const t = useText();
  const { runs } = useBoard();
  const kept = useKeptChart(config.chart);
  const keys = useMemo(() => config.keys.map((key) => key.replace(/^summary\./, "")), [config.keys]);
  const found = useVegaRows({ source: config.source, keys, tableKey: config.tableKey });
  const spec = config.chart ? (kept.data?.spec ?? "") : config.spec;
  const title = kept.data?.display_name || config.strings.title || t.kinds.names.vega;
  const head = [...new Set(found.rows.slice(0, 50).flatMap((row) => Object.keys(row)))];
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
        found.cut && (
          <span className="ui-badge warn" title={t.kinds.rowsCutHint}>
            {t.kinds.rowsCut}
          </span>
        )
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
          head.map((name) => (typeof row[name] === "object" ? JSON.stringify(row[name]) : String(row[name] ?? ""))),
        ),
      })}
    >
      <Suspense fallback={<PlotSkeleton />}>
        <VegaView text={spec} fields={config.fields} strings={config.strings} rows={found.rows} label={title} />
      </Suspense>
    </KindFrame>
  );
}

function VegaEditor({ config, change, known }: EditorProps<VegaConfig>) {
  const t = useText().kinds;
  const kept = useKeptChart(config.chart);
  const holes = holesOf(config.chart ? (kept.data?.spec ?? "") : config.spec);
  const wrong = useMemo(() => {
    if (config.chart) return null;
    try {
      JSON.parse(config.spec);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }, [config.chart, config.spec]);
  return (
    <div className="kd-editor">
      <Row label={t.keptChart}>
        <TextInput
          value={config.chart}
          placeholder="entity/name"
          aria-label={t.keptChart}
          onChange={(event) => change({ chart: event.target.value.trim() })}
        />
      </Row>
      <Row label={t.source}>
        <Segmented
          label={t.source}
          value={config.source}
          onChange={(source) => change({ source })}
          options={SOURCES.map((id) => ({ id, name: t.vegaSources[id] }))}
        />
      </Row>
      {config.source === "history" && (
        <KeysPicker
          label={t.metrics}
          known={known}
          sources={["metric"]}
          value={config.keys}
          onChange={(keys) => change({ keys })}
        />
      )}
      {(config.source === "summaryTable" || config.source === "historyTable") && (
        <Row label={t.tableKey}>
          <TextInput
            value={config.tableKey}
            aria-label={t.tableKey}
            onChange={(event) => change({ tableKey: event.target.value })}
          />
        </Row>
      )}
      {holes.fields.map((name) => (
        <Row key={name} label={name}>
          <TextInput
            value={config.fields[name] ?? ""}
            placeholder={t.column}
            aria-label={name}
            onChange={(event) => change({ fields: { ...config.fields, [name]: event.target.value } })}
          />
        </Row>
      ))}
      {holes.strings.map((name) => (
        <Row key={name} label={name}>
          <TextInput
            value={config.strings[name] ?? ""}
            placeholder={t.words}
            aria-label={name}
            onChange={(event) => change({ strings: { ...config.strings, [name]: event.target.value } })}
          />
        </Row>
      ))}
      {!config.chart && (
        <Suspense fallback={<PlotSkeleton />}>
          <JsonEditor value={config.spec} label={t.spec} onChange={(spec) => change({ spec })} />
        </Suspense>
      )}
      {wrong && config.spec && (
        <p className="ui-field-error" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

export const vega: Kind<VegaConfig> = {
  id: "vega",
  icon: "code",
  fresh: (known) => {
    const metric = known.history.find((info) => info.kind === "number" && !info.key.startsWith("_"))?.key ?? "";
    return readVega({ spec: FIRST_SPEC, fields: { value: metric }, strings: { title: metric } });
  },
  read: readVega,
  title: (config) => config.strings.title ?? "",
  Panel: VegaPanel,
  Editor: VegaEditor,
};
