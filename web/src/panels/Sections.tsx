import { lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flip } from "@/state/view";
import { Icon } from "@/ui";
import { useText } from "@/ui/text";
import { admit } from "./admit";
import { useBoard } from "./board";
import type { PanelProps } from "./kinds";
import { type LineConfig, PLAIN_LINE } from "./line/config";
import { LinePanel } from "./line/LinePanel";
import { HistogramPanel } from "./media/HistogramPanel";
import { MediaPanel } from "./media/MediaPanel";
import { columnsFor, type KeySpec, type PanelSpec, type Section } from "./sections";
import "./panels.css";

const LEAST_WIDTH = 316;
const GAP = 8;

/** Sections of panels; only panels near the screen stand in the page. */
export function Sections({ sections, empty }: { sections: readonly Section[]; empty?: ReactNode }) {
  const { view } = useBoard();
  const scroll = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = scroll.current;
    if (!element) return;
    const measure = () => {
      const style = getComputedStyle(element);
      setWidth(element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const fit = Math.max(1, Math.min(6, Math.floor((width + GAP) / (LEAST_WIDTH + GAP))));
  const columns = width > 0 && width < 640 ? 1 : view.columns || columnsFor(sections, fit);
  return (
    <div className="ws-scroll" ref={scroll} data-testid="panels">
      {sections.length === 0 && empty}
      {width > 0 && sections.map((section) => <SectionView key={section.name} section={section} columns={columns} />)}
    </div>
  );
}

function SectionView({ section, columns }: { section: Section; columns: number }) {
  const t = useText().workspace.panels;
  const { view, change } = useBoard();
  const id = section.name || "-";
  const folded = view.folded.includes(id) !== section.shy;
  const { panels, total } = section;
  return (
    <section className="ws-section">
      <h2>
        <button
          type="button"
          aria-expanded={!folded}
          onClick={() => change((old) => ({ folded: flip(old.folded, id) }))}
        >
          <Icon name={folded ? "right" : "down"} />
          {section.name || t.other}
          <span className="n">{panels.length === total ? t.section(total) : t.sectionOf(panels.length, total)}</span>
        </button>
      </h2>
      {!folded && (
        <div className="ws-grid" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
          {panels.map((spec) => (
            <Slot key={`${spec.stream} ${spec.key}`} spec={spec} />
          ))}
        </div>
      )}
    </section>
  );
}

/** A place for a panel. It is filled while it is near the screen, and keeps its size when it is not. */
function Slot({ spec }: { spec: PanelSpec }) {
  const host = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let takeBack: (() => void) | null = null;
    const watch = new IntersectionObserver(
      (entries) => {
        takeBack?.();
        takeBack = null;
        if (entries.at(-1)?.isIntersecting) takeBack = admit(() => setNear(true));
        else setNear(false);
      },
      { root: element.closest(".ws-scroll"), rootMargin: "280px 0px" },
    );
    watch.observe(element);
    return () => {
      watch.disconnect();
      takeBack?.();
    };
  }, []);
  return (
    <div className="ws-slot" ref={host}>
      {near ? <PanelOf spec={spec} /> : <div className="pn-panel" />}
    </div>
  );
}

const TablePanel = lazy(() => import("./media/TablePanel"));
const TracePanel = lazy(() => import("./media/TracePanel"));
const ChartPanel = lazy(() => import("./media/ChartPanel"));

export function PanelOf({ spec, large }: { spec: PanelSpec; large?: boolean }) {
  return <Suspense fallback={<div className="pn-panel" />}>{panelOf(spec, large)}</Suspense>;
}

const linePanels = new WeakMap<KeySpec, PanelProps<LineConfig>>();

/** The panel of one metric that nobody changed; the same for the same key, so that it is not drawn again. */
export function linePanelOf(spec: KeySpec): PanelProps<LineConfig> {
  let found = linePanels.get(spec);
  if (!found) {
    const config = { ...PLAIN_LINE, keys: [spec.key], stream: spec.stream, stepMetric: spec.stepMetric ?? null };
    found = {
      def: { id: spec.key, kind: "line", title: "", config: {}, size: { columns: 1, rows: 1 }, settings: {} },
      config,
    };
    linePanels.set(spec, found);
  }
  return found;
}

function panelOf(spec: PanelSpec, large: boolean | undefined): ReactNode {
  switch (spec.kind) {
    case "line":
      return <LinePanel {...linePanelOf(spec)} large={large} />;
    case "histogram":
      return <HistogramPanel spec={spec} large={large} />;
    case "table":
      return <TablePanel spec={spec} large={large} />;
    case "trace":
      return <TracePanel spec={spec} large={large} />;
    case "chart":
      return <ChartPanel spec={spec} large={large} />;
    default:
      return <MediaPanel spec={spec} large={large} />;
  }
}
