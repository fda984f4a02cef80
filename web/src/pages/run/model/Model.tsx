/** The model a run trained, as `watch` saw it: layers, shapes, parameters, and how they learn. */
import { useMemo, useState } from "react";
import { useRunKeys } from "@/api/runs";
import type { KeyInfo, Run } from "@/api/types";
import { foldable, graphOf, type Layer, type LayerGraph, type Module, moduleRows, modulesOf } from "@/graph/layers";
import { ModelGraph } from "@/graph/ModelGraph";
import { partsOf, wayTo } from "@/graph/model";
import { runFiles, useJsonFile } from "@/media/source";
import { isMedia, kindOf } from "@/media/value";
import { Button, EmptyState, ErrorState, Icon, Search, Segmented, Skeleton, Snippet } from "@/ui";
import { count, si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useAddress } from "../../parts/address";
import { FlowMap } from "./FlowMap";
import { LayerPanel } from "./LayerPanel";
import { MOST_KEYS, type Side, useFlow } from "./useFlow";
import "./model.css";

const WATCH = 'run.watch(model, log="all", log_freq=100, log_graph=True)';
/** Modules of a model of more layers than this are folded at first. */
const FEW = 40;

export default function Model({ run }: { run: Run }) {
  const t = useText();
  const keys = useRunKeys(run.entity, run.project, run.id);
  const graphs = useMemo(() => graphsOf(run), [run]);
  const [which, setWhich] = useState(0);
  const path = (graphs[which] ?? graphs[0])?.path ?? null;
  const file = useJsonFile(path === null ? null : runFiles(run.entity, run.project, run.id)(path));
  const graph = useMemo(() => (file.data === undefined ? null : graphOf(file.data)), [file.data]);
  const logged = useMemo(() => {
    const of = (side: Side) =>
      (keys.data ?? []).filter((key) => key.key.startsWith(`${side}/`) && kindOf(key.type) === "histogram");
    return { gradients: of("gradients"), parameters: of("parameters") };
  }, [keys.data]);
  if (keys.isPending || (path !== null && file.isPending))
    return (
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    );
  if (keys.isError) return <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />;
  if (path !== null && file.isError) return <ErrorState error={file.error} onRetry={() => void file.refetch()} />;
  const histograms = logged.gradients.length + logged.parameters.length;
  if (!graph && histograms === 0)
    return (
      <EmptyState icon="git" title={t.model.noneTitle}>
        {t.model.noneWhy}
        <Snippet code={WATCH} />
      </EmptyState>
    );
  return (
    <View
      key={path ?? ""}
      run={run}
      graph={graph}
      logged={logged}
      models={
        graphs.length > 1 ? (
          <Segmented
            label={t.run.tabs.model}
            value={String(which)}
            options={graphs.map(({ name }, i) => ({ id: String(i), name }))}
            onChange={(id) => setWhich(Number(id))}
          />
        ) : null
      }
    />
  );
}

/** The graph files a run has said its models are. */
function graphsOf(run: Run): { name: string; path: string }[] {
  return Object.entries(run.summary).flatMap(([name, value]) =>
    isMedia(value) && kindOf(value._type) === "graph" && typeof value.path === "string"
      ? [{ name, path: value.path }]
      : [],
  );
}

interface ViewProps {
  run: Run;
  graph: LayerGraph | null;
  logged: Record<Side, readonly KeyInfo[]>;
  models: React.ReactNode;
}

function View({ run, graph, logged, models }: ViewProps) {
  const t = useText().model;
  const [address, setAddress] = useAddress();
  const asked = address.step === undefined ? Number.NaN : Number(address.step);
  const step = Number.isFinite(asked) ? asked : null;
  const chosen = address.layer ?? null;
  const modules = useMemo(() => modulesOf(graph?.layers ?? []), [graph]);
  const parts = useMemo(() => partsOf(modules), [modules]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(
    () => new Set((graph?.layers.length ?? 0) > FEW ? foldable(modules, 1) : []),
  );
  const [view, setView] = useState<"tree" | "graph">("tree");
  const [query, setQuery] = useState("");
  const [side, setSide] = useState<Side>(logged.gradients.length > 0 ? "gradients" : "parameters");
  const rows = useMemo(() => moduleRows(modules, folded, query), [modules, folded, query]);
  const ordered = useMemo(() => inOrder(logged[side], side, graph), [logged, side, graph]);
  const flow = useFlow(run, side, ordered);
  const total = modules.reduce((sum, module) => sum + module.count, 0);
  const fold = (path: string) => {
    const next = new Set(folded);
    if (!next.delete(path)) next.add(path);
    setFolded(next);
  };
  const choose = (name: string | null) => setAddress({ layer: name ?? undefined }, true);
  const onStep = (at: number) => setAddress({ step: String(at) });
  const part = chosen === null ? null : (wayTo(parts, chosen).at(-1) ?? null);
  const own =
    chosen === null
      ? []
      : [...keysOf(logged.gradients, "gradients", chosen), ...keysOf(logged.parameters, "parameters", chosen)];
  return (
    <div className={chosen === null ? "model" : "model beside"}>
      <div className="model-main">
        {graph ? (
          <section className="ui-card model-layers">
            <header className="ui-card-head">
              <Segmented
                label={t.layers}
                value={view}
                options={(["tree", "graph"] as const).map((id) => ({ id, name: t.views[id] }))}
                onChange={setView}
              />
              <span className="ui-count">{t.inLayers(graph.layers.length)}</span>
              {total > 0 && <span className="ui-count num">{t.total(si(total))}</span>}
              {models}
              <span className="grow" />
              {view === "tree" && foldable(modules).length > 0 && (
                <Button variant="bare" onClick={() => setFolded(new Set(folded.size > 0 ? [] : foldable(modules)))}>
                  {folded.size > 0 ? t.openAll : t.foldAll}
                </Button>
              )}
              {view === "tree" && <Search value={query} onChange={setQuery} placeholder={t.find} className="narrow" />}
            </header>
            {view === "graph" ? (
              <div className="model-graph">
                <ModelGraph graph={graph} parts={parts} chosen={chosen} onChoose={choose} />
              </div>
            ) : (
              <div className="model-tree" role="treegrid" aria-label={t.layers}>
                <div className="model-row head" role="row" tabIndex={-1}>
                  {[t.layer, t.type, t.output, t.parameters, t.share].map((name) => (
                    <span key={name} role="columnheader" tabIndex={-1}>
                      {name}
                    </span>
                  ))}
                </div>
                {rows.map(({ module, depth, open }) => (
                  <Row
                    key={module.path}
                    module={module}
                    depth={depth}
                    open={open}
                    total={total}
                    learns={learns(module.layer, logged.gradients)}
                    on={module.path === chosen}
                    onClick={() =>
                      module.layer ? choose(module.path === chosen ? null : module.path) : fold(module.path)
                    }
                  />
                ))}
                {rows.length === 0 && <p className="ui-card-empty">{t.find}: 0</p>}
              </div>
            )}
          </section>
        ) : (
          <p className="model-hint">
            {t.noGraph.replaceAll("`", "")}
            <Snippet code={WATCH} />
          </p>
        )}
        {ordered.length === 0 ? (
          <p className="model-hint">
            {t.noHistograms.replaceAll("`", "")}
            <Snippet code={WATCH} />
          </p>
        ) : (
          <>
            {logged.gradients.length > 0 && logged.parameters.length > 0 && (
              <Segmented
                label={t.flow[side]}
                value={side}
                options={(["gradients", "parameters"] as const).map((id) => ({ id, name: t.flow[id] }))}
                onChange={setSide}
              />
            )}
            {flow.isPending ? (
              <Skeleton rows={8} />
            ) : flow.isError ? (
              <ErrorState error={flow.error} onRetry={() => void flow.refetch()} />
            ) : (
              <FlowMap
                side={side}
                steps={flow.data.steps}
                rows={flow.data.rows}
                step={step}
                chosen={chosen}
                onChoose={(name, at) => {
                  setAddress({ layer: layerNameOf(name, graph), step: String(at) }, true);
                }}
              />
            )}
            {ordered.length > MOST_KEYS && <p className="model-about">{t.more(MOST_KEYS)}</p>}
          </>
        )}
      </div>
      {chosen !== null && (
        <LayerPanel
          key={chosen}
          run={run}
          name={chosen}
          part={part}
          graph={graph}
          onChoose={choose}
          keys={own}
          step={step}
          onStep={onStep}
          onClose={() => choose(null)}
        />
      )}
    </div>
  );
}

interface RowProps {
  module: Module;
  depth: number;
  open: boolean | undefined;
  total: number;
  /** Null where it cannot be told. */
  learns: boolean | null;
  on: boolean;
  onClick: () => void;
}

function Row({ module, depth, open, total, learns: learning, on, onClick }: RowProps) {
  const t = useText().model;
  const share = total > 0 ? module.count / total : 0;
  return (
    <div
      className={`model-row${on ? " on" : ""}${open === undefined ? "" : " module"}`}
      role="row"
      tabIndex={0}
      aria-expanded={open}
      aria-selected={on}
      onClick={onClick}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          onClick();
        }
      }}
    >
      <span role="gridcell" tabIndex={-1} className="model-name mono" style={{ paddingLeft: depth * 16 }}>
        {open === undefined ? <i className="model-gap" /> : <Icon name={open ? "down" : "right"} small />}
        <span className="cut" title={module.path}>
          {module.name}
        </span>
        {open === undefined ? null : <span className="ui-count">{module.layers}</span>}
      </span>
      <span role="gridcell" tabIndex={-1} className="t2 cut" title={module.layer?.about}>
        {module.layer?.type ?? ""}
        {learning === false && <span className="ui-badge">{t.frozen}</span>}
      </span>
      <span role="gridcell" tabIndex={-1} className="t2 num cut" title={module.layer?.shape}>
        {module.layer?.shape ?? ""}
      </span>
      <span role="gridcell" tabIndex={-1} className="num right">
        {module.count > 0 ? count(module.count) : "—"}
      </span>
      <span role="gridcell" tabIndex={-1} className="num model-share">
        <i style={{ width: `${share * 100}%` }} />
        {share > 0 ? `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%` : ""}
      </span>
    </div>
  );
}

/** Whether a layer got gradients while others did: a layer that never does is frozen. Null where none were logged. */
function learns(layer: Layer | null, gradients: readonly KeyInfo[]): boolean | null {
  if (!layer || layer.parameters.length === 0 || gradients.length === 0) return null;
  return keysOf(gradients, "gradients", layer.name).length > 0;
}

/** The histogram keys of the parameters right in a layer. */
function keysOf(keys: readonly KeyInfo[], side: Side, layer: string): KeyInfo[] {
  const begin = `${side}/${layer}.`;
  return keys.filter((key) => key.key.startsWith(begin) || key.key === `${side}/${layer}`);
}

/** The layer a parameter is in: the longest name of one that its own begins with. */
function layerNameOf(parameter: string, graph: LayerGraph | null): string {
  const parts = parameter.split(".");
  for (let n = parts.length; n > 0; n--) {
    const name = parts.slice(0, n).join(".");
    if (graph?.layers.some((layer) => layer.name === name)) return name;
  }
  return parts.length > 1 ? parts.slice(0, -1).join(".") : parameter;
}

/** In the order of the layers, as far as that is known. */
function inOrder(keys: readonly KeyInfo[], side: Side, graph: LayerGraph | null): KeyInfo[] {
  if (!graph) return [...keys];
  const place = new Map(graph.layers.map((layer, i) => [layer.name, i]));
  const rank = (key: KeyInfo) => place.get(layerNameOf(key.key.slice(side.length + 1), graph)) ?? graph.layers.length;
  return [...keys].sort((a, b) => rank(a) - rank(b));
}
