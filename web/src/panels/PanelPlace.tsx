import type { PanelDef } from "@/state/layout";
import { titleOf } from "./useActions";

/** A panel before it is drawn: its card and its title, one element, as hundreds of them may stand on a page. */
export function PanelPlace({ def }: { def: PanelDef }) {
  return <div className="pn-panel pn-place">{titleOf(def)}</div>;
}
