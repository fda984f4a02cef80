/** A logged model, as a graph file holds it. */
import { useMemo, useState } from "react";
import { graphOf, modulesOf } from "@/graph/layers";
import { ModelGraph } from "@/graph/ModelGraph";
import { partsOf } from "@/graph/model";
import { PartFacts } from "@/graph/PartFacts";
import { IconButton } from "@/ui";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import { useJsonFile } from "./source";
import "./media.css";

export default function Graph({ path, address }: { path: string; address: string }) {
  const t = useText();
  const file = useJsonFile(address);
  const graph = useMemo(() => graphOf(file.data), [file.data]);
  const parts = useMemo(() => partsOf(modulesOf(graph?.layers ?? [])), [graph]);
  const [chosen, setChosen] = useState<string | null>(null);
  if (file.isPending) return <div className="md-wait" />;
  if (!graph) return <FileCard path={path} address={address} />;
  return (
    <ModelGraph
      graph={graph}
      parts={parts}
      chosen={chosen}
      onChoose={setChosen}
      card={(part, folded, onFold) => (
        <aside className="graph-card" aria-label={part.path}>
          <header>
            <h3 className="mono cut" title={part.path}>
              {part.path}
            </h3>
            <IconButton icon="x" small label={t.common.close} onClick={() => setChosen(null)} />
          </header>
          <PartFacts
            part={part}
            graph={graph}
            onChoose={setChosen}
            {...(part.children.length > 0 ? { onFold, folded } : {})}
          />
        </aside>
      )}
    />
  );
}
