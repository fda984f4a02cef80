/** What a version came from and what came from it, as a graph from left to right. */
import { useMemo, useState } from "react";
import { useLineage, type VersionAt } from "@/api/artifacts";
import { GraphView } from "@/graph/GraphView";
import { Chip, ErrorState, Menu, Skeleton, Toggle } from "@/ui";
import { useText } from "@/ui/text";
import { LineageCard } from "./LineageCard";
import { drawingOf, layoutOf, nameOf, ofPeople } from "./lineage";

export default function LineageGraph({ where }: { where: VersionAt }) {
  const t = useText();
  const [depth, setDepth] = useState(3);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>(null);
  const lineage = useLineage(where, depth);
  const [all, setAll] = useState(false);
  const layout = useMemo(
    () => (lineage.data ? layoutOf(all ? lineage.data : ofPeople(lineage.data), open) : null),
    [lineage.data, open, all],
  );
  const words = t.artifacts;
  const drawing = useMemo(
    () => (layout ? drawingOf(layout, { run: words.run, states: t.common.states }) : null),
    [layout, words.run, t.common.states],
  );
  const findings = useMemo(
    () =>
      (layout?.nodes ?? []).flatMap(({ node, folded }) =>
        [node, ...folded].map((each) => ({ id: each.id, text: [nameOf(each), each.state, ...each.aliases].join(" ") })),
      ),
    [layout],
  );
  if (lineage.isError) return <ErrorState error={lineage.error} onRetry={() => void lineage.refetch()} />;
  if (!lineage.data || !layout || !drawing)
    return (
      <div className="run-wait">
        <Skeleton rows={8} height={14} />
      </div>
    );
  const card = layout.nodes.find((node) => node.id === chosen);
  return (
    <div className="af-lineage">
      <div className="af-lineage-bar">
        <span className="t3 cut">{t.artifacts.lineageAbout}</span>
        <span className="grow" />
        <span className="af-lineage-all">
          <Toggle checked={all} onChange={setAll} label={t.artifacts.tables} />
          {t.artifacts.tables}
        </span>
        {lineage.data.cut && <span className="ui-badge">{t.artifacts.lineageCut}</span>}
        <Menu
          align="end"
          items={[1, 2, 3, 5, 8].map((n) => ({
            id: String(n),
            label: String(n),
            checked: n === depth,
            onSelect: () => setDepth(n),
          }))}
          trigger={<Chip label={t.artifacts.depth} value={depth} />}
        />
      </div>
      <div className="af-lineage-row">
        <GraphView
          drawing={drawing}
          label={t.artifacts.tabs.lineage}
          root={lineage.data.root}
          chosen={chosen}
          onChoose={setChosen}
          onFold={(id) => setOpen(new Set([...open, id]))}
          findings={findings}
          onReveal={(id) => {
            const fold = layout.nodes.find((node) => node.folded.some((each) => each.id === id));
            if (fold) setOpen(new Set([...open, fold.id]));
            setChosen(id);
          }}
          card={
            card && (
              <LineageCard
                nodes={[card.node, ...card.folded]}
                onUnfold={() => setOpen(new Set([...open, card.id]))}
                onClose={() => setChosen(null)}
              />
            )
          }
        />
      </div>
    </div>
  );
}
