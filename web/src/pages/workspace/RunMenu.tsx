/** What can be done with one run of the list. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { deleteRun, dropRuns, refreshRuns, useEditRun, useStopRun } from "@/api/runs";
import type { Run } from "@/api/types";
import { useBoard } from "@/panels/board";
import { paletteToken, RUN_COLOURS, runColour } from "@/theme/colours";
import { copyText, errorMessage, IconButton, Menu, type MenuItem, Popover, toast } from "@/ui";
import { useText } from "@/ui/text";

export interface RunMenuProps {
  run: Run;
  only: () => void;
  /** Makes it the baseline, or takes that back. */
  onBaseline: (on: boolean) => void;
}

export function RunMenu({ run, only, onBaseline }: RunMenuProps) {
  const words = useText();
  const t = words.workspace.runs;
  const more = words.runList;
  const board = useBoard();
  const { entity, project } = board;
  const navigate = useNavigate();
  const cache = useQueryClient();
  const stop = useStopRun(entity, project, run.id);
  const isBase = board.baseline?.id === run.id;
  const failed = (error: unknown) => toast(errorMessage(error, words.common.errors), { kind: "failed" });
  const remove = () => {
    dropRuns(cache, entity, project, new Set([run.id]));
    toast(more.deleted(run.name), {
      action: { label: words.common.undo, run: () => void refreshRuns(cache, entity, project) },
      onGone: () =>
        void deleteRun(entity, project, run.id)
          .catch(failed)
          .finally(() => refreshRuns(cache, entity, project)),
    });
  };
  const items: MenuItem[] = [
    {
      id: "open",
      icon: "chart",
      label: t.open,
      onSelect: () => void navigate({ to: "/$entity/$project/runs/$run", params: { entity, project, run: run.id } }),
    },
    { id: "only", icon: "eye", label: t.only, onSelect: only },
    {
      id: "base",
      icon: "pin",
      label: isBase ? more.noBaseline : more.baseline,
      onSelect: () => onBaseline(!isBase),
    },
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
            onSelect: () =>
              stop.mutate(undefined, { onError: failed, onSuccess: () => toast(more.stopAsked(run.name)) }),
          },
        ]
      : []),
    { id: "delete", icon: "trash", label: words.common.delete, danger: true, onSelect: remove },
  ];
  return <Menu align="end" trigger={<IconButton icon="dots" small label={t.more} />} items={items} />;
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
