/** What can be done with a panel of the board: each is one change that can be undone. */
import { useMemo } from "react";
import {
  addSection,
  bringBack,
  changePanel,
  duplicatePanel,
  freshId,
  movePanel,
  type PanelDef,
  removePanels,
  removeSection,
} from "@/state/layout";
import { toast } from "@/ui";
import { copyText } from "@/ui/controls";
import { useText } from "@/ui/text";
import { useBoard } from "./board";
import { KINDS } from "./registry";
import { flatPanels, flatSections, roadTo, type Section } from "./sections";

/** What a panel is called: as a person said, or what its kind makes of its config. */
export function titleOf(def: PanelDef): string {
  if (def.title) return def.title;
  const kind = KINDS[def.kind];
  return kind.title(kind.read(def.config)) || def.id;
}

export type Actions = ReturnType<typeof useActions>;

/** `linkTo` makes a link that shows a panel as it is now. */
export function useActions(all: readonly Section[], linkTo: (panel: string) => Promise<string>) {
  const t = useText();
  const { edit, layout, change } = useBoard();
  return useMemo(() => {
    const idsOf = (section: string) =>
      flatSections(all)
        .find((each) => each.name === section)
        ?.panels.map((panel) => panel.id) ?? [];
    const homeOf = (panel: string) => roadTo(all, panel).at(-1)?.name ?? "";
    return {
      panel: (id: string) => flatPanels(all).find((def) => def.id === id) ?? null,
      homeOf,
      full: (id: string) => change({ panel: id }, { push: true }),
      duplicate: (def: PanelDef) => {
        const id = freshId(Math.random);
        const home = homeOf(def.id);
        edit((old) => duplicatePanel(old, def, id, home, idsOf(home)));
        toast(t.board.duplicated(titleOf(def)));
        return id;
      },
      remove: (def: PanelDef) => {
        const before = layout;
        edit((old) => removePanels(old, [def.id]));
        toast(t.board.removed(titleOf(def)), {
          action: { label: t.common.undo, run: () => edit((old) => bringBack(old, before, [def.id])) },
        });
      },
      /** At the front of another section, or at a place. */
      move: (id: string, section: string, place = 0) => {
        const order = idsOf(section);
        edit((old) => movePanel(old, id, section, order, place));
      },
      moveToNew: (id: string, name: string) => {
        const order = all.map((section) => section.name);
        edit((old) => movePanel(addSection(old, name, order), id, name, [], 0));
      },
      resize: (def: PanelDef, size: PanelDef["size"]) => edit((old) => changePanel(old, def, { size })),
      removeSection: (section: Section) => {
        const before = layout;
        const ids = section.panels.map((def) => def.id);
        edit((old) => [section, ...flatSections(section.inner)].reduce(takeAway, old));
        toast(t.board.sectionRemoved(section.title || t.workspace.panels.other), {
          action: {
            label: t.common.undo,
            run: () =>
              edit((old) => ({
                ...bringBack(old, before, ids),
                sections: before.sections,
                order: before.order,
                removed: before.removed,
              })),
          },
        });
      },
      copyLink: async (id: string) => {
        const address = await linkTo(id);
        if (await copyText(address)) toast(t.workspace.bar.linkCopied);
        else toast(t.board.notCopied(address), { kind: "failed" });
      },
    };
  }, [t, all, linkTo, edit, layout, change]);
}

function takeAway(layout: Parameters<typeof removeSection>[0], section: Section) {
  return removeSection(
    layout,
    section.name,
    section.panels.map((def) => def.id),
  );
}
