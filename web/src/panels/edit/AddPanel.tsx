/** A new panel: which kind, of what, with a look at it before it is there. */
import { useMemo, useState } from "react";
import { addPanel, addSection, freshId, type PanelDef, type PanelKind } from "@/state/layout";
import { Button, Dialog, Icon, TextInput, toast } from "@/ui";
import { useText } from "@/ui/text";
import { useArranging } from "../arranging";
import { useBoard } from "../board";
import { PanelOf } from "../PanelOf";
import { ADDABLE, KINDS } from "../registry";
import { flatSections } from "../sections";
import { titleOf } from "../useActions";
import "./edit.css";

const NEW = "\n";

export function AddPanel({ section, close }: { section: string | null; close: () => void }) {
  const t = useText();
  const { known, all } = useArranging()!;
  const { edit } = useBoard();
  const [id] = useState(() => freshId(Math.random));
  const [kind, setKind] = useState<PanelKind>("line");
  const [configs, setConfigs] = useState<Partial<Record<PanelKind, object>>>({});
  const [title, setTitle] = useState("");
  const sections = flatSections(all);
  const [chosen, setChosen] = useState(section ?? sections[0]?.name ?? NEW);
  const [name, setName] = useState("");
  const own = KINDS[kind];
  const config = configs[kind] ?? own.fresh(known);
  const def = useMemo(
    (): PanelDef => ({
      id,
      kind,
      title,
      config: config as Readonly<Record<string, unknown>>,
      size: { columns: 1, rows: 1 },
      settings: {},
    }),
    [id, kind, title, config],
  );
  const Editor = own.Editor;
  const add = () => {
    const home = chosen === NEW ? name.trim() || t.board.newSection : chosen;
    const order = sections.find((each) => each.name === home)?.panels.map((each) => each.id) ?? [];
    edit((old) => {
      const known = sections.some((each) => each.name === home);
      const base = known
        ? old
        : addSection(
            old,
            home,
            all.map((each) => each.name),
          );
      return addPanel(base, def, home, order);
    });
    toast(t.board.added(titleOf(def)));
    close();
    // a dialog gives its focus back first
    setTimeout(() => document.querySelector(`[data-slot="${id}"]`)?.scrollIntoView({ block: "center" }), 80);
  };
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t.board.addPanel}
      width={920}
      footer={
        <>
          <label className="ad-where">
            <span>{t.board.section}</span>
            <select className="ui-input" value={chosen} onChange={(event) => setChosen(event.target.value)}>
              {sections.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.name.includes("/") ? each.name : each.title || t.workspace.panels.other}
                </option>
              ))}
              <option value={NEW}>{t.board.newSectionDots}</option>
            </select>
          </label>
          {chosen === NEW && (
            <TextInput
              aria-label={t.board.sectionName}
              placeholder={t.board.newSection}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
          <span className="grow" />
          <Button onClick={close}>{t.common.cancel}</Button>
          <Button variant="primary" onClick={add}>
            {t.board.add}
          </Button>
        </>
      }
    >
      <div className="ad-body">
        <div className="ad-kinds" role="radiogroup" aria-label={t.board.kind}>
          {ADDABLE.map((each) => (
            <button
              key={each}
              type="button"
              role="radio"
              aria-checked={each === kind}
              className={each === kind ? "on" : undefined}
              onClick={() => setKind(each)}
            >
              <Icon name={KINDS[each].icon} />
              <b>{t.kinds.names[each]}</b>
              <span>{t.board.kindsAbout[each]}</span>
            </button>
          ))}
        </div>
        <div className="ad-right">
          <div className="ad-preview" data-testid="preview">
            <PanelOf key={kind} def={def} />
          </div>
          <div className="ad-editor">
            <div className="kd-field">
              <span>{t.board.title}</span>
              <TextInput
                aria-label={t.board.title}
                value={title}
                placeholder={titleOf({ ...def, title: "" })}
                onChange={(event) => setTitle(event.target.value)}
              />
            </div>
            {Editor && (
              <Editor
                key={kind}
                config={own.read(def.config)}
                known={known}
                change={(patch) => setConfigs((old) => ({ ...old, [kind]: { ...config, ...patch } }))}
              />
            )}
          </div>
        </div>
      </div>
    </Dialog>
  );
}
