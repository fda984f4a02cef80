/** The layers of a model as a graph: modules are opened and folded, blocks that are alike stand as one. */
import { type ReactNode, useMemo, useState } from "react";
import { Button } from "@/ui";
import { useText } from "@/ui/text";
import { GraphView } from "./GraphView";
import { type LayerGraph, pathOf } from "./layers";
import { drawingOf, firstFolds, foldsOf, type Part, wayTo } from "./model";

export interface ModelGraphProps {
  graph: LayerGraph;
  parts: readonly Part[];
  /** The path of a layer or a module. */
  chosen: string | null;
  onChoose: (path: string | null) => void;
  card?: (part: Part, folded: boolean, onFold: () => void) => ReactNode;
}

export function ModelGraph({ graph, parts, chosen, onChoose, card }: ModelGraphProps) {
  const t = useText();
  const [folded, setFolded] = useState<ReadonlySet<string>>(() => firstFolds(parts));
  const drawing = useMemo(() => drawingOf(graph, parts, folded, t.graphs), [graph, parts, folded, t]);
  const findings = useMemo(
    () =>
      graph.layers.map((layer) => {
        const id = pathOf(layer.name);
        return { id, text: `${id} ${layer.about || layer.type} ${layer.shape}` };
      }),
    [graph],
  );
  const all = useMemo(() => foldsOf(parts), [parts]);
  const fold = (path: string) => {
    const next = new Set(folded);
    if (!next.delete(path)) next.add(path);
    setFolded(next);
  };
  const way = chosen === null ? [] : wayTo(parts, chosen.replace(/\.$/, ""));
  const part = way.at(-1);
  return (
    <GraphView
      drawing={drawing}
      label={t.graphs.graph}
      chosen={chosen}
      onChoose={(id) => onChoose(id === null ? null : id.replace(/\.$/, ""))}
      onFold={fold}
      findings={findings}
      onReveal={(path) => {
        const around = wayTo(parts, path).slice(0, -1);
        if (around.some((each) => folded.has(each.path)))
          setFolded(new Set([...folded].filter((each) => !around.some((one) => one.path === each))));
        onChoose(path);
      }}
      note={graph.edges.length === 0 ? t.model.inOrder : undefined}
      tools={
        all.length > 0 && (
          <>
            <Button variant="bare" disabled={folded.size === all.length} onClick={() => setFolded(new Set(all))}>
              {t.graphs.foldAll}
            </Button>
            <Button variant="bare" disabled={folded.size === 0} onClick={() => setFolded(new Set())}>
              {t.graphs.openAll}
            </Button>
          </>
        )
      }
      card={part && card?.(part, folded.has(part.path), () => fold(part.path))}
    />
  );
}
