/** What a version came from and what came from it, as a graph from left to right. */
import { useMemo, useState } from "react";
import { useLineage, type VersionAt } from "@/api/artifacts";
import type { RunState } from "@/api/types";
import { Button, Chip, ErrorState, Icon, IconButton, Menu, Skeleton, StateMark, Toggle } from "@/ui";
import { count } from "@/ui/numbers";
import { fitted, usePanZoom } from "@/ui/pan-zoom";
import { useText } from "@/ui/text";
import { LineageCard } from "./LineageCard";
import { type Layout, layoutOf, nameOf, ofPeople, type Placed } from "./lineage";

const WIDTH = 172;
const HEIGHT = 48;
const COLUMN = 218;
const ROW = 76;
/** Smaller than that nobody reads the names. */
const LEAST = 0.5;

export default function LineageGraph({ where }: { where: VersionAt }) {
  const t = useText().artifacts;
  const [depth, setDepth] = useState(3);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>(null);
  const lineage = useLineage(where, depth);
  const [all, setAll] = useState(false);
  const layout = useMemo(
    () => (lineage.data ? layoutOf(all ? lineage.data : ofPeople(lineage.data), open) : null),
    [lineage.data, open, all],
  );
  if (lineage.isError) return <ErrorState error={lineage.error} onRetry={() => void lineage.refetch()} />;
  if (!lineage.data || !layout)
    return (
      <div className="run-wait">
        <Skeleton rows={8} height={14} />
      </div>
    );
  const card = layout.nodes.find((node) => node.id === chosen);
  return (
    <div className="af-lineage">
      <div className="af-lineage-bar">
        <span className="t3 cut">{t.lineageAbout}</span>
        <span className="grow" />
        <span className="af-lineage-all">
          <Toggle checked={all} onChange={setAll} label={t.tables} />
          {t.tables}
        </span>
        {lineage.data.cut && <span className="ui-badge">{t.lineageCut}</span>}
        <Menu
          align="end"
          items={[1, 2, 3, 5, 8].map((n) => ({
            id: String(n),
            label: String(n),
            checked: n === depth,
            onSelect: () => setDepth(n),
          }))}
          trigger={<Chip label={t.depth} value={depth} />}
        />
      </div>
      <div className="af-lineage-row">
        <Drawing layout={layout} root={lineage.data.root} chosen={chosen} onChoose={setChosen} />
        {card && (
          <LineageCard
            nodes={[card.node, ...card.folded]}
            onUnfold={() => setOpen(new Set([...open, card.id]))}
            onClose={() => setChosen(null)}
          />
        )}
      </div>
    </div>
  );
}

interface DrawingProps {
  layout: Layout;
  root: string;
  chosen: string | null;
  onChoose: (id: string) => void;
}

function Drawing({ layout, root, chosen, onChoose }: DrawingProps) {
  const t = useText().artifacts;
  const at = new Map(layout.nodes.map((node) => [node.id, node]));
  const size = { width: layout.columns * COLUMN - (COLUMN - WIDTH), height: layout.rows * ROW - (ROW - HEIGHT) };
  const { host, pose, handlers, zoomBy, reset } = usePanZoom((place) => {
    const whole = fitted(size, place, LEAST);
    const [left, top] = place.width > 0 && at.has(root) ? placeOf(at.get(root)!) : [0, 0];
    // where not all of it fits, what one asked about stands in the middle
    const middle = (room: number, all: number, from: number, own: number, own0: number) =>
      all * whole.zoom <= room ? own0 : room / 2 - (from + own / 2) * whole.zoom;
    return {
      zoom: whole.zoom,
      x: middle(place.width, size.width, left, WIDTH, whole.x),
      y: middle(place.height, size.height, top, HEIGHT, whole.y),
    };
  }, `${root} ${size.width} ${size.height}`);
  return (
    <div className="af-canvas" ref={host} role="group" aria-label={t.tabs.lineage} {...handlers}>
      <div
        className="af-sheet"
        style={{ ...size, transform: `translate(${pose.x}px, ${pose.y}px) scale(${pose.zoom})` }}
      >
        <svg {...size} aria-hidden="true">
          {layout.links.map(({ from, to, near }) => {
            const [a, b] = [at.get(from), at.get(to)];
            return a && b ? <path key={`${from} ${to}`} d={curve(a, b)} className={near ? "near" : undefined} /> : null;
          })}
        </svg>
        {layout.nodes.map((placed) => (
          <Node
            key={placed.id}
            placed={placed}
            root={placed.id === root}
            chosen={placed.id === chosen}
            onChoose={onChoose}
          />
        ))}
      </div>
      <div className="af-zoom">
        <IconButton icon="plus" bordered label={t.zoomIn} onClick={() => zoomBy(1.25)} />
        <IconButton icon="minus" bordered label={t.zoomOut} onClick={() => zoomBy(0.8)} />
        <Button onClick={reset}>{t.fit}</Button>
      </div>
    </div>
  );
}

function placeOf({ column, row }: Pick<Placed, "column" | "row">): [number, number] {
  return [column * COLUMN, row * ROW];
}

function curve(a: Placed, b: Placed): string {
  const [ax, ay] = placeOf(a);
  const [bx, by] = placeOf(b);
  const [from, to] = [ax + WIDTH, bx - 1];
  const bend = Math.max(24, (to - from) / 2);
  return `M${from} ${ay + HEIGHT / 2}C${from + bend} ${ay + HEIGHT / 2} ${to - bend} ${by + HEIGHT / 2} ${to} ${by + HEIGHT / 2}`;
}

interface NodeProps {
  placed: Placed;
  root: boolean;
  chosen: boolean;
  onChoose: (id: string) => void;
}

function Node({ placed, root, chosen, onChoose }: NodeProps) {
  const t = useText();
  const { node, folded } = placed;
  const [left, top] = placeOf(placed);
  const name = nameOf(node);
  const many = folded.length > 0;
  const state = STATES.includes(node.state) ? (node.state as RunState) : null;
  const about = node.run
    ? [t.artifacts.run, node.state].filter(Boolean).join(" · ")
    : [node.artifact?.type, ...node.aliases].filter(Boolean).join(" · ");
  return (
    <button
      type="button"
      className={`af-node${node.run ? " of-run" : ""}${root ? " root" : ""}${many ? " fold" : ""}${chosen ? " chosen" : ""}`}
      style={{ left, top, width: WIDTH, height: HEIGHT }}
      aria-current={root ? "true" : undefined}
      aria-pressed={chosen}
      title={many ? t.artifacts.andMore(name, folded.length) : name}
      onClick={() => onChoose(placed.id)}
    >
      {state && !many ? <StateMark state={state} /> : <Icon name={many ? "group" : node.run ? "chart" : "box"} />}
      <span>
        <b className="cut">{name}</b>
        <span className="t3 cut">{many ? `+${count(folded.length)} · ${about}` : about}</span>
      </span>
    </button>
  );
}

const STATES: readonly string[] = ["pending", "running", "finished", "failed", "crashed", "killed", "preempting"];
