/** What is known of a layer, or of a module and what is in it. */
import { useMemo } from "react";
import { count, si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { endsOf, type Layer, type LayerGraph, pathOf } from "./layers";
import type { Part } from "./model";

/** Beyond these it is said how many more there are. */
const MOST_ENDS = 6;

export interface PartFactsProps {
  part: Part;
  graph: LayerGraph;
  onChoose: (path: string) => void;
  onFold?: () => void;
  folded?: boolean;
}

export function PartFacts({ part, graph, onChoose, onFold, folded }: PartFactsProps) {
  const t = useText();
  const { layer } = part;
  const { from, to } = useMemo(() => endsOf(graph, part.path), [graph, part.path]);
  const kinds = part.children.length > 0 ? [...kindsOf(part)] : [];
  return (
    <>
      <dl className="graph-facts">
        {layer && (
          <Fact name={t.model.type}>
            <span className="mono">{layer.about || layer.type}</span>
          </Fact>
        )}
        {layer?.shape && <Fact name={t.model.output}>{layer.shape}</Fact>}
        <EndsFact name={t.graphs.from} layers={from} onChoose={onChoose} />
        <EndsFact name={t.graphs.to} layers={to} onChoose={onChoose} />
        {part.alike > 0 && <Fact name={t.graphs.inIt}>{t.graphs.alike(part.alike)}</Fact>}
        {part.children.length > 0 && <Fact name={t.model.layers}>{count(part.layers)}</Fact>}
        {part.count > 0 && (
          <Fact name={t.graphs.parameters}>
            <span className="num">{count(part.count)}</span>
            {part.count >= 10_000 && <span className="t3 num">{si(part.count)}</span>}
          </Fact>
        )}
        {layer?.parameters.map((parameter) => (
          <Fact key={parameter.name} name={parameter.name}>
            <span className="num">{parameter.sizes.join(" × ")}</span>
            <span className="t3 num">{[parameter.dtype, count(parameter.count)].filter(Boolean).join(" · ")}</span>
          </Fact>
        ))}
        {kinds.map(([kind, many]) => (
          <Fact key={kind} name={kind}>
            <span className="num">× {count(many)}</span>
          </Fact>
        ))}
      </dl>
      {onFold && (
        <button type="button" className="ui-btn" onClick={onFold}>
          {folded ? t.graphs.open : t.graphs.fold}
        </button>
      )}
      {layer && layer.parameters.length === 0 && part.children.length === 0 && part.count === 0 && (
        <p className="t3">{t.model.none}</p>
      )}
    </>
  );
}

/** The layers at the other ends of its arrows, with the shape of what goes along them. */
function EndsFact({
  name,
  layers,
  onChoose,
}: {
  name: string;
  layers: readonly Layer[];
  onChoose: (path: string) => void;
}) {
  const t = useText().graphs;
  if (layers.length === 0) return null;
  return (
    <Fact name={name}>
      <ul className="graph-ends">
        {layers.slice(0, MOST_ENDS).map(({ id, name: own, shape }) => (
          <li key={id}>
            <button type="button" className="ui-link mono" onClick={() => onChoose(pathOf(own))}>
              {pathOf(own)}
            </button>
            {shape && <span className="t3 num">{shape}</span>}
          </li>
        ))}
        {layers.length > MOST_ENDS && <li className="t3">{t.more(layers.length - MOST_ENDS)}</li>}
      </ul>
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="cut" title={name}>
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How many layers of each kind are in it. */
function kindsOf(part: Part): Map<string, number> {
  const kinds = new Map<string, number>();
  const walk = ({ layer, children }: Part) => {
    if (layer) kinds.set(layer.type, (kinds.get(layer.type) ?? 0) + 1);
    children.forEach(walk);
  };
  part.children.forEach(walk);
  return kinds;
}
