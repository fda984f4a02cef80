/** To which section a panel goes; one that is not there yet is made. */
import { useState } from "react";
import type { PanelDef } from "@/state/layout";
import { Dialog, Icon, Search } from "@/ui";
import { useText } from "@/ui/text";
import { useArranging } from "../arranging";
import { flatSections } from "../sections";
import { titleOf } from "../useActions";

export function MoveDialog({ def, close }: { def: PanelDef; close: () => void }) {
  const t = useText();
  const { all, actions } = useArranging()!;
  const [text, setText] = useState("");
  const home = actions.homeOf(def.id);
  const sections = flatSections(all).filter(
    ({ name, title }) => `${name} ${title}`.toLowerCase().includes(text.toLowerCase()) && name !== home,
  );
  const word = text.trim();
  const isNew = word !== "" && !flatSections(all).some(({ name }) => name === word);
  return (
    <Dialog open onOpenChange={close} title={t.board.moveTitle(titleOf(def))} width={360}>
      <div className="ed-move">
        <Search value={text} onChange={setText} placeholder={t.board.findSection} />
        <div className="cb-list scroll">
          {sections.map(({ name, title, total }) => (
            <button
              key={name}
              type="button"
              className="ui-menu-item cb-choice"
              onClick={() => {
                actions.move(def.id, name);
                close();
              }}
            >
              <span className="cut grow">{name.includes("/") ? name : title || t.workspace.panels.other}</span>
              <span className="ui-menu-hint num">{total}</span>
            </button>
          ))}
          {isNew && (
            <button
              type="button"
              className="ui-menu-item cb-choice"
              onClick={() => {
                actions.moveToNew(def.id, word);
                close();
              }}
            >
              <Icon name="plus" />
              <span className="cut">{t.board.newSectionNamed(word)}</span>
            </button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
