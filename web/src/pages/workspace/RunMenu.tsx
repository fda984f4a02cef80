/** What can be done with one run of the list. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useEditRun } from "@/api/runs";
import type { Run } from "@/api/types";
import { useBoard } from "@/panels/board";
import { paletteToken, RUN_COLOURS, runColour } from "@/theme/colours";
import { copyText, errorMessage, IconButton, Menu, type MenuItem, Popover, toast } from "@/ui";
import { useText } from "@/ui/text";
import { RunForm } from "../parts/RunForm";
import { useRunActions } from "../parts/run-actions";

export interface RunMenuProps {
  run: Run;
  only: () => void;
  /** Makes it the baseline, or takes that back. */
  onBaseline: (on: boolean) => void;
  isPinned: boolean;
  onPin: (on: boolean) => void;
}

export function RunMenu({ run, only, onBaseline, isPinned, onPin }: RunMenuProps) {
  const words = useText();
  const t = words.workspace.runs;
  const more = words.runList;
  const board = useBoard();
  const { entity, project } = board;
  const navigate = useNavigate();
  const actions = useRunActions(entity, project);
  const [editing, setEditing] = useState(false);
  const isBase = board.baseline?.id === run.id;
  const items: MenuItem[] = [
    {
      id: "open",
      icon: "chart",
      label: t.open,
      onSelect: () => void navigate({ to: "/$entity/$project/runs/$run", params: { entity, project, run: run.id } }),
    },
    { id: "only", icon: "eye", label: t.only, onSelect: only },
    { id: "pin", icon: "pin", label: isPinned ? more.unpin : more.pin, onSelect: () => onPin(!isPinned) },
    {
      id: "base",
      icon: "flag",
      label: isBase ? more.noBaseline : more.baseline,
      onSelect: () => onBaseline(!isBase),
    },
    // the menu gives the focus back first, else it would take it from the form
    { id: "edit", icon: "edit", label: more.editItem, onSelect: () => setTimeout(() => setEditing(true)) },
    { id: "l1", separator: true },
    { id: "copy", icon: "copy", label: t.copyId, hint: run.id, onSelect: () => void copyText(run.id) },
    {
      id: "path",
      icon: "copy",
      label: more.copyPath,
      onSelect: () => void copyText(`${entity}/${project}/${run.id}`),
    },
    { id: "l2", separator: true },
    ...(run.state === "running"
      ? [
          {
            id: "stop",
            icon: "stop" as const,
            label: more.stop,
            disabled: run.stop_asked,
            onSelect: () => actions.stop([run]),
          },
        ]
      : []),
    { id: "delete", icon: "trash", label: words.common.delete, danger: true, onSelect: () => actions.remove([run]) },
  ];
  return (
    <>
      <Menu align="end" trigger={<IconButton icon="dots" small label={t.more} />} items={items} />
      {editing && <RunForm run={run} onSave={(edit) => actions.edit(run.id, edit)} onClose={() => setEditing(false)} />}
    </>
  );
}

/** The dot of a run; pressed, it offers the palette. */
export function ColourDot({ run, on, token }: { run: Run; on: boolean; token: string }) {
  const words = useText();
  const t = words.runList;
  const { entity, project } = useBoard();
  const edit = useEditRun(entity, project);
  const choose = (colour: number | null) =>
    edit.mutate(
      { run: run.id, edit: { colour } },
      { onError: (error) => toast(errorMessage(error, words.common.errors), { kind: "failed" }) },
    );
  const colour = `var(${token})`;
  return (
    <Popover
      width={208}
      label={t.colour(run.name)}
      trigger={
        <button
          type="button"
          className="sw"
          aria-label={t.colour(run.name)}
          title={t.colour(run.name)}
          style={on ? { background: colour } : { borderColor: colour }}
        />
      }
    >
      <div className="rs-palette">
        {Array.from({ length: RUN_COLOURS }, (_, place) => (
          <button
            key={paletteToken(place)}
            type="button"
            aria-label={t.colourNumber(place + 1)}
            aria-pressed={runColour(run) === `var(${paletteToken(place)})`}
            style={{ background: `var(${paletteToken(place)})` }}
            onClick={() => choose(place)}
          />
        ))}
        <button type="button" className="rs-own-colour" onClick={() => choose(null)}>
          {t.ownColour}
        </button>
      </div>
    </Popover>
  );
}
