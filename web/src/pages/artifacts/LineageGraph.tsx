/** What a version came from and what came from it, as a graph from left to right. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useLineage, type VersionAt } from "@/api/artifacts";
import type { LineageNode, RunState } from "@/api/types";
import { Chip, ErrorState, Icon, Menu, Skeleton, StateMark } from "@/ui";
import { useText } from "@/ui/text";
import { layoutOf, type Placed } from "./lineage";

const WIDTH = 172;
const HEIGHT = 48;
const COLUMN = 218;
const ROW = 76;
const PAD = 24;

export default function LineageGraph({ where }: { where: VersionAt }) {
  const t = useText().artifacts;
  const [depth, setDepth] = useState(3);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const lineage = useLineage(where, depth);
  const canvas = useRef<HTMLDivElement>(null);
  const layout = useMemo(() => (lineage.data ? layoutOf(lineage.data, open) : null), [lineage.data, open]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another layout has its root elsewhere.
  useEffect(() => {
    canvas.current?.querySelector(".af-node.root")?.scrollIntoView({ block: "center", inline: "center" });
  }, [layout]);
  if (lineage.isError) return <ErrorState error={lineage.error} onRetry={() => void lineage.refetch()} />;
  if (!lineage.data || !layout)
    return (
      <div className="run-wait">
        <Skeleton rows={8} height={14} />
      </div>
    );
  const at = new Map(layout.nodes.map((node) => [node.id, node]));
  const [width, height] = [layout.columns * COLUMN + 2 * PAD - (COLUMN - WIDTH), layout.rows * ROW + 2 * PAD];
  return (
    <div className="af-lineage">
      <div className="af-lineage-bar">
        <span className="t3">{t.lineageAbout}</span>
        <span className="grow" />
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
      <div className="af-canvas" ref={canvas} role="group" aria-label={t.tabs.lineage}>
        <div className="af-sheet" style={{ width, height }}>
          <svg width={width} height={height} aria-hidden="true">
            {layout.links.map(({ from, to, near }) => {
              const [a, b] = [at.get(from), at.get(to)];
              return a && b ? (
                <path key={`${from} ${to}`} d={curve(a, b)} className={near ? "near" : undefined} />
              ) : null;
            })}
          </svg>
          {layout.nodes.map((placed) => (
            <Node
              key={placed.id}
              placed={placed}
              root={placed.id === lineage.data.root}
              onOpen={() => setOpen(new Set([...open, placed.id]))}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function place({ column, row }: Pick<Placed, "column" | "row">): [number, number] {
  return [PAD + column * COLUMN, PAD + row * ROW];
}

function curve(a: Placed, b: Placed): string {
  const [ax, ay] = place(a);
  const [bx, by] = place(b);
  const [from, to] = [ax + WIDTH, bx - 1];
  const bend = Math.max(24, (to - from) / 2);
  return `M${from} ${ay + HEIGHT / 2}C${from + bend} ${ay + HEIGHT / 2} ${to - bend} ${by + HEIGHT / 2} ${to} ${by + HEIGHT / 2}`;
}

function Node({ placed, root, onOpen }: { placed: Placed; root: boolean; onOpen: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const { node, folded } = placed;
  const [left, top] = place(placed);
  const { name, about, state } = wordsOf(node, t.artifacts.run);
  const go = () => {
    if (folded > 0) onOpen();
    else if (node.run)
      void navigate({
        to: "/$entity/$project/runs/$run",
        params: { entity: node.run.entity, project: node.run.project, run: node.run.id },
      });
    else if (node.artifact)
      void navigate({
        to: "/$entity/$project/artifacts/$type/$name/$version/$tab",
        params: {
          entity: node.artifact.entity,
          project: node.artifact.project,
          type: node.artifact.type,
          name: node.artifact.collection,
          version: node.artifact.version,
          tab: "lineage",
        },
      });
  };
  return (
    <button
      type="button"
      className={`af-node${node.run ? " of-run" : ""}${root ? " root" : ""}${folded > 0 ? " fold" : ""}`}
      style={{ left, top, width: WIDTH, height: HEIGHT }}
      aria-current={root ? "true" : undefined}
      title={folded > 0 ? t.artifacts.unfold : name}
      onClick={go}
    >
      {state ? <StateMark state={state} /> : <Icon name={folded > 0 ? "group" : node.run ? "chart" : "box"} />}
      <span>
        <b className="cut">{folded > 0 ? t.artifacts.andMore(name, folded) : name}</b>
        <span className="t3 cut">{folded > 0 ? t.artifacts.unfold : about}</span>
      </span>
    </button>
  );
}

const STATES: readonly string[] = ["pending", "running", "finished", "failed", "crashed", "killed", "preempting"];

function wordsOf(node: LineageNode, run: string): { name: string; about: string; state: RunState | null } {
  if (node.run)
    return {
      name: node.run.name,
      about: node.state ? `${run} · ${node.state}` : run,
      state: STATES.includes(node.state) ? (node.state as RunState) : null,
    };
  const { artifact } = node;
  return {
    name: artifact ? `${artifact.collection}:${artifact.version}` : node.id,
    about: [artifact?.type, ...node.aliases].filter(Boolean).join(" · "),
    state: null,
  };
}
