import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { useKeys } from "@/frame/keys";
import { whole } from "@/plot/ticks";
import type { PanelDef } from "@/state/layout";
import { useStore } from "@/state/store";
import { IconButton } from "@/ui";
import { columnDecimals, inColumn } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useBoard } from "./board";
import { readLine } from "./line/config";
import { extremes, Swatch } from "./line/Legend";
import { useDrawing } from "./line/useDrawing";
import { PanelOf } from "./PanelOf";
import { flatPanels, type Section } from "./sections";
import { titleOf } from "./useActions";

/** One panel over the whole board, with the numbers of every run below. Arrows go to the next panel, Esc goes back. */
export function FullScreen({ sections }: { sections: readonly Section[] }) {
  const { view } = useBoard();
  const panels = useMemo(() => flatPanels(sections), [sections]);
  const at = panels.findIndex((def) => def.id === view.panel);
  const def = panels[at];
  if (view.panel === null || !def) return null;
  return <Screen key={def.id} def={def} before={panels[at - 1]} after={panels[at + 1]} at={at} of={panels.length} />;
}

interface ScreenProps {
  def: PanelDef;
  before: PanelDef | undefined;
  after: PanelDef | undefined;
  at: number;
  of: number;
}

function Screen({ def, before, after, at, of }: ScreenProps) {
  const words = useText();
  const t = words.workspace.panels;
  const { change, pinned } = useBoard();
  const box = useRef<HTMLDivElement>(null);
  const close = () => change({ panel: null }, { push: true });
  const go = (to: PanelDef | undefined) => to && change({ panel: to.id });
  useKeys({
    Escape: () => (pinned.get() ? pinned.set(null) : close()),
    f: close,
    v: close,
    ArrowLeft: () => go(before),
    ArrowRight: () => go(after),
  });
  useEffect(() => {
    box.current?.focus();
  }, []);
  return (
    <div className="ws-full" role="dialog" aria-label={titleOf(def)} tabIndex={-1} ref={box}>
      <div className="ws-full-tools">
        <span className="num t3">{words.board.panelOf(at + 1, of)}</span>
        <IconButton icon="left" label={t.previous} disabled={!before} onClick={() => go(before)} />
        <IconButton icon="right" label={t.next} disabled={!after} onClick={() => go(after)} />
        <IconButton icon="x" label={t.exitFull} onClick={close} />
      </div>
      <PanelOf def={def} large />
      {def.kind === "line" && <LegendTable def={def} />}
    </div>
  );
}

const FACTS_PX = 480;

function LegendTable({ def }: { def: PanelDef }) {
  const t = useText().workspace.panels.legend;
  const board = useBoard();
  const hovered = useStore(board.hover, (id) => id);
  const config = useMemo(() => readLine(def.config), [def.config]);
  const { drawing } = useDrawing(def.id, config, FACTS_PX);
  const rows = useMemo(
    () => (drawing?.lines ?? []).map((line) => ({ line, facts: extremes(line, drawing?.curves.get(line.id)) })),
    [drawing],
  );
  const decimals = columnDecimals(rows.flatMap(({ facts }) => [facts.last, facts.min, facts.max, facts.mean]));
  return (
    <div className="ws-legend num">
      <table>
        <thead>
          <tr>
            <th>{t.run}</th>
            <th>{t.last}</th>
            <th>{t.min}</th>
            <th>{t.max}</th>
            <th>{t.mean}</th>
            <th>{t.points}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, facts }) => (
            <tr
              key={line.id}
              className={line.owner === hovered ? "hi" : undefined}
              onPointerEnter={() => board.hover.set(line.owner)}
              onPointerLeave={() => board.hover.set(null)}
            >
              <td>
                <Swatch line={line} />
                {board.byId.has(line.owner) ? (
                  <Link
                    to="/$entity/$project/runs/$run"
                    params={{ entity: board.entity, project: board.project, run: line.owner }}
                  >
                    {line.name}
                  </Link>
                ) : (
                  line.name
                )}
              </td>
              <td>{inColumn(facts.last, decimals)}</td>
              <td>{inColumn(facts.min, decimals)}</td>
              <td>{inColumn(facts.max, decimals)}</td>
              <td>{inColumn(facts.mean, decimals)}</td>
              <td>{whole(line.points)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
