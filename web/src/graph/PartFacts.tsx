/** What is known of a layer, or of a module and what is in it. */
import { count, si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Part } from "./model";

export function PartFacts({ part, onFold, folded }: { part: Part; onFold?: () => void; folded?: boolean }) {
  const t = useText();
  const { layer } = part;
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
