/** The layers of a model, as a graph file lists them. */
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import { layersOf } from "./layers";
import { useJsonFile } from "./source";
import "./media.css";

export default function Graph({ path, address }: { path: string; address: string }) {
  const t = useText().media;
  const file = useJsonFile(address);
  if (file.isPending) return <div className="md-wait" />;
  const layers = layersOf(file.data);
  if (layers.length === 0) return <FileCard path={path} address={address} />;
  const total = layers.reduce((sum, layer) => sum + (layer.parameters ?? 0), 0);
  return (
    <div className="md-graph num">
      <table>
        <thead>
          <tr>
            <th>{t.layer}</th>
            <th>{t.type}</th>
            <th>{t.shape}</th>
            <th className="right">{t.parameters}</th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <tr key={layer.name}>
              <td className="cut" title={layer.name}>
                {layer.name}
              </td>
              <td className="t2 cut" title={layer.type}>
                {layer.type}
              </td>
              <td className="t2">{layer.shape || "—"}</td>
              <td className="right">{layer.parameters === null ? "—" : count(layer.parameters)}</td>
            </tr>
          ))}
        </tbody>
        {total > 0 && (
          <tfoot>
            <tr>
              <td colSpan={3}>{t.inAll}</td>
              <td className="right">{count(total)}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
