/** What a chart of one's own draws: a preset, a chart that is kept, or a spec written here; and which columns it takes. */
import { lazy, Suspense, useMemo, useState } from "react";
import { isPreset, mapping, PRESETS, type Preset } from "@/charts/presets";
import { holesOf } from "@/charts/vega";
import { useBoard } from "@/panels/board";
import type { EditorProps, Known } from "@/panels/kinds";
import { PlotSkeleton } from "@/panels/line/LinePanel";
import { useRunTables } from "@/panels/media/useRunTables";
import { mediaKeys } from "@/panels/sections";
import { Button, errorMessage, Popover, Segmented, TextInput, toast } from "@/ui";
import { useText } from "@/ui/text";
import { KeysPicker } from "../fields/KeyPicker";
import { ChoiceField, Row } from "../fields/parts";
import { SOURCES, type VegaConfig } from "./config";
import { useKeepChart, useKeptChart, useKeptCharts, useVegaRows } from "./rows";
import { columnsOf } from "./VegaPanel";

const JsonEditor = lazy(() => import("./JsonEditor"));

const OTHER = "\n";

export function VegaEditor({ config, change, known }: EditorProps<VegaConfig>) {
  const t = useText().kinds;
  const { entity } = useBoard();
  const all = useKeptCharts(entity);
  const [typing, setTyping] = useState(false);
  const ids = (all.data ?? []).map((chart) => chart.id);
  const elsewhere = config.chart !== "" && !isPreset(config.chart) && !ids.includes(config.chart);
  const tables = mediaKeys(known.history, "table").map((info) => info.key);
  const choose = (chart: string) => {
    setTyping(chart === OTHER);
    if (chart === OTHER) return;
    change({
      chart,
      fields: {},
      ...(isPreset(chart) ? { source: "summaryTable", tableKey: config.tableKey || (tables[0] ?? "") } : {}),
    });
  };
  return (
    <div className="kd-editor">
      <Row label={t.chart}>
        <select
          className="ui-input"
          aria-label={t.chart}
          value={typing || elsewhere ? OTHER : config.chart}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="">{t.chartOwn}</option>
          <optgroup label={t.chartPresets}>
            {(Object.keys(PRESETS) as Preset[]).map((preset) => (
              <option key={preset} value={preset}>
                {t.presets[preset]}
              </option>
            ))}
          </optgroup>
          {ids.length > 0 && (
            <optgroup label={t.chartKept}>
              {all.data?.map((chart) => (
                <option key={chart.id} value={chart.id}>
                  {chart.display_name || chart.id}
                </option>
              ))}
            </optgroup>
          )}
          <option value={OTHER}>{t.chartOther}</option>
        </select>
      </Row>
      {(typing || elsewhere) && (
        <Row label={t.keptChart}>
          <TextInput
            value={config.chart}
            placeholder="entity/name"
            aria-label={t.keptChart}
            onChange={(event) => change({ chart: event.target.value.trim() })}
          />
        </Row>
      )}
      {isPreset(config.chart) ? (
        <OfPreset config={config} change={change} preset={config.chart} tables={tables} />
      ) : (
        <OfSpec config={config} change={change} known={known} tables={tables} />
      )}
    </div>
  );
}

interface TableProps {
  value: string;
  tables: readonly string[];
  onChange: (key: string) => void;
}

function TableKey({ value, tables, onChange }: TableProps) {
  const t = useText().kinds;
  const options = value && !tables.includes(value) ? [value, ...tables] : tables;
  if (options.length === 0) return <p className="t3">{t.noTables}</p>;
  return (
    <ChoiceField
      label={t.tableKey}
      value={value}
      onChange={onChange}
      options={[...(value ? [] : [""]), ...options].map((id) => ({ id, name: id || t.choose }))}
    />
  );
}

interface ColumnProps {
  label: string;
  value: string;
  columns: readonly string[];
  onChange: (column: string) => void;
}

function Column({ label, value, columns, onChange }: ColumnProps) {
  const options = value && !columns.includes(value) ? [value, ...columns] : columns;
  return (
    <ChoiceField
      label={label}
      value={value}
      onChange={onChange}
      options={["", ...options].map((id) => ({ id, name: id || "—" }))}
    />
  );
}

type PartProps = Pick<EditorProps<VegaConfig>, "config" | "change"> & { tables: readonly string[] };

function OfPreset({ config, change, preset, tables }: PartProps & { preset: Preset }) {
  const t = useText().kinds;
  const found = useRunTables(config.tableKey);
  const columns = found.tables[0]?.table.columns.map(String) ?? [];
  const taken = mapping(preset, config.fields, columns);
  return (
    <>
      <TableKey value={config.tableKey} tables={tables} onChange={(tableKey) => change({ tableKey, fields: {} })} />
      {PRESETS[preset].map(({ name }) => (
        <Column
          key={name}
          label={t.presetFields[name] ?? name}
          value={taken[name] ?? ""}
          columns={columns}
          onChange={(column) => change({ fields: { ...taken, [name]: column } })}
        />
      ))}
      <Words name="title" config={config} change={change} />
    </>
  );
}

function Words({ name, config, change }: Pick<PartProps, "config" | "change"> & { name: string }) {
  const t = useText().kinds;
  return (
    <Row label={name}>
      <TextInput
        value={config.strings[name] ?? ""}
        placeholder={t.words}
        aria-label={name}
        onChange={(event) => change({ strings: { ...config.strings, [name]: event.target.value } })}
      />
    </Row>
  );
}

function OfSpec({ config, change, known, tables }: PartProps & { known: Known }) {
  const t = useText().kinds;
  const kept = useKeptChart(config.chart);
  const keys = useMemo(() => config.keys.map((key) => key.replace(/^summary\./, "")), [config.keys]);
  const rows = useVegaRows({ source: config.source, keys, tableKey: config.tableKey }).rows;
  const columns = useMemo(
    () =>
      columnsOf(rows)
        .filter((name) => !["id", "color"].includes(name))
        .sort(),
    [rows],
  );
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
    <>
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
          onChange={(next) => change({ keys: next })}
        />
      )}
      {(config.source === "summaryTable" || config.source === "historyTable") && (
        <TableKey value={config.tableKey} tables={tables} onChange={(tableKey) => change({ tableKey })} />
      )}
      {holes.fields.map((name) => (
        <Column
          key={name}
          label={name}
          value={config.fields[name] ?? ""}
          columns={columns}
          onChange={(column) => change({ fields: { ...config.fields, [name]: column } })}
        />
      ))}
      {holes.strings.map((name) => (
        <Words key={name} name={name} config={config} change={change} />
      ))}
      {!config.chart && (
        <>
          <Suspense fallback={<PlotSkeleton />}>
            <JsonEditor value={config.spec} label={t.spec} onChange={(spec) => change({ spec })} />
          </Suspense>
          {wrong && config.spec ? (
            <p className="ui-field-error" role="alert">
              {wrong}
            </p>
          ) : (
            <Keep config={config} onKept={(chart) => change({ chart })} />
          )}
        </>
      )}
    </>
  );
}

/** Keeps the spec on the server, where other panels, and scripts, name it. */
function Keep({ config, onKept }: { config: VegaConfig; onKept: (chart: string) => void }) {
  const words = useText();
  const t = words.kinds;
  const { entity } = useBoard();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const keep = useKeepChart(entity);
  const save = () =>
    keep.mutate(
      { name: name.trim(), title: config.strings.title || name.trim(), spec: config.spec },
      {
        onSuccess: ({ id }) => {
          setOpen(false);
          toast(t.kept(id));
          onKept(id);
        },
      },
    );
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={280}
      label={t.keep}
      trigger={<Button icon="disk">{t.keep}</Button>}
    >
      <div className="kd-keep">
        <TextInput
          autoFocus
          aria-label={t.keepAs}
          placeholder={t.keepAs}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && name.trim() && save()}
        />
        <Button variant="primary" disabled={!name.trim() || keep.isPending} onClick={save}>
          {words.common.save}
        </Button>
        {keep.error && (
          <p className="ui-field-error" role="alert">
            {errorMessage(keep.error, words.common.errors)}
          </p>
        )}
      </div>
    </Popover>
  );
}
