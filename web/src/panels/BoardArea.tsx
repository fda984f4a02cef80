/** The board of a page with all that arranges it: the bar above, the panels, and the drawer beside them. */
import { type ReactNode, type RefObject, useCallback, useMemo, useState } from "react";
import { useViewer } from "@/api/session";
import type { KeyInfo } from "@/api/types";
import { addPanel, addSection, freshId, type Layout, type PanelDef } from "@/state/layout";
import { toast } from "@/ui";
import { useText } from "@/ui/text";
import { type Arranging, ArrangingProvider, type Editing } from "./arranging";
import type { FieldChipProps } from "./bar/FieldChips";
import { useBoard } from "./board";
import { ControlBar } from "./ControlBar";
import { AddPanel } from "./edit/AddPanel";
import { Drawer } from "./edit/Drawer";
import { MoveDialog } from "./edit/MoveDialog";
import { FullScreen } from "./FullScreen";
import type { Known } from "./kinds";
import { Sections } from "./Sections";
import { flatPanels, flatSections, type Section } from "./sections";
import { useActions } from "./useActions";
import { useBoardKeys } from "./useBoardKeys";
import { useLock } from "./useLock";
import type { Workspace } from "./views/useWorkspace";
import { ViewMenu } from "./views/ViewMenu";

export interface BoardAreaProps {
  workspace: Workspace;
  all: readonly Section[];
  sections: readonly Section[];
  matching: number;
  total: number;
  history: readonly KeyInfo[];
  system: readonly KeyInfo[];
  list?: FieldChipProps;
  searchRef?: RefObject<HTMLInputElement | null>;
  /** Stands in front of the bar. */
  before?: ReactNode;
  empty: ReactNode;
  /** Stands in the place of the panels, where there cannot be any. */
  instead?: ReactNode;
}

export function BoardArea(props: BoardAreaProps) {
  const { workspace, all, sections, history, system } = props;
  const { runs } = useBoard();
  const [locked, lock] = useLock();
  const [editing, open] = useState<Editing | null>(null);
  const [adding, setAdding] = useState<{ section: string | null } | null>(null);
  const known = useMemo((): Known => ({ history, system, runs }), [history, system, runs]);
  const { link } = workspace.saved;
  const add = useCallback((section?: string) => setAdding({ section: section ?? null }), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link is made of what holds when it is asked for.
  const linkTo = useCallback((panel: string) => link(panel), [workspace]);
  const [moving, move] = useState<PanelDef | null>(null);
  const actions = useActions(all, linkTo);
  const arranging = useMemo(
    (): Arranging => ({
      all,
      sections,
      known,
      locked,
      editing: locked ? null : editing,
      open,
      add,
      move,
      actions,
    }),
    [all, sections, known, locked, editing, add, actions],
  );
  return (
    <ArrangingProvider value={arranging}>
      <Inside {...props} arranging={arranging} lock={lock} />
      {moving && <MoveDialog def={moving} close={() => move(null)} />}
      {adding && <AddPanel section={adding.section} close={() => setAdding(null)} />}
    </ArrangingProvider>
  );
}

interface InsideProps extends BoardAreaProps {
  arranging: Arranging;
  lock: (on: boolean) => void;
}

/** So many panels at most are made of what a search finds. */
const MOST_EACH = 100;

function Inside(props: InsideProps) {
  const { workspace, sections, matching, total, history, list, searchRef, before, empty, instead, arranging, lock } =
    props;
  const t = useText().board;
  const board = useBoard();
  const me = useViewer().data?.user.name ?? "";
  const { charts, changeCharts, undo, redo, saved } = workspace;
  useBoardKeys({ board, arranging, undo, redo });
  const addMatching = (way: "one" | "each") => {
    const found = flatPanels(sections).filter((def) => def.kind === "line");
    const name = way === "one" ? (sections[0]?.name ?? "") : charts.metrics;
    const order =
      flatSections(arranging.all)
        .find((each) => each.name === name)
        ?.panels.map((def) => def.id) ?? [];
    board.edit((old) =>
      way === "one"
        ? oneOf(old, charts.metrics, name, order)
        : eachOf(old, found.slice(0, MOST_EACH), name, arranging.all),
    );
    toast(way === "one" ? t.added(`/${charts.metrics}/`) : t.addedMany(Math.min(MOST_EACH, found.length), name));
  };
  return (
    <>
      <ControlBar
        view={charts}
        change={changeCharts}
        keys={history}
        matching={matching}
        total={total}
        sections={flatSections(sections)
          .filter((section) => !section.shy)
          .map((section) => section.name || "-")}
        {...(searchRef ? { searchRef } : {})}
        {...(list ? { list } : {})}
        link={saved.link}
        before={
          <>
            {before}
            <ViewMenu saved={saved} me={me} />
          </>
        }
        editing={{ undo, redo, locked: arranging.locked, lock, addMatching, reset: workspace.reset }}
      />
      <div className="ws-row">
        <div className="ws-board">
          {instead ?? <Sections sections={sections} empty={empty} />}
          <FullScreen sections={sections} />
        </div>
        <Drawer />
      </div>
    </>
  );
}

/** One chart of all metrics that a pattern finds, tomorrow's too. */
function oneOf(layout: Layout, regex: string, section: string, order: readonly string[]): Layout {
  const def = lineOf({ regex }, "");
  return addPanel(layout, { ...def, size: { columns: 2, rows: 1 } }, section, order);
}

/** A chart for each of some metrics, in a section of their own. */
function eachOf(layout: Layout, panels: readonly PanelDef[], section: string, all: readonly Section[]): Layout {
  const order = all.map((each) => each.name);
  const made = panels.map((panel) => lineOf(panel.config, panel.title));
  return made.reduce(
    (next, def, place) =>
      addPanel(
        next,
        def,
        section,
        made.slice(0, place).map((each) => each.id),
        place,
      ),
    addSection(layout, section, order),
  );
}

function lineOf(config: PanelDef["config"], title: string): PanelDef {
  return { id: freshId(Math.random), kind: "line", title, config, size: { columns: 1, rows: 1 }, settings: {} };
}
