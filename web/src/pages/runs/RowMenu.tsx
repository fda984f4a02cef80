/** What can be done with one run of the table. */
import { useState } from "react";
import type { Run } from "@/api/types";
import { copyText, IconButton, Menu, type MenuItem } from "@/ui";
import { useText } from "@/ui/text";
import { RunForm } from "../parts/RunForm";
import type { RunActions } from "../parts/run-actions";

export interface RowMenuProps {
  run: Run;
  actions: RunActions;
  isBaseline: boolean;
  onOpen: () => void;
  onDetail: () => void;
  onBaseline: (on: boolean) => void;
  onOnly: () => void;
  onHide: () => void;
}

export function RowMenu({ run, actions, isBaseline, ...on }: RowMenuProps) {
  const words = useText();
  const t = words.runList;
  const [editing, setEditing] = useState(false);
  const items: MenuItem[] = [
    { id: "open", icon: "chart", label: words.workspace.runs.open, onSelect: on.onOpen },
    { id: "detail", icon: "info", label: words.runs.detail, onSelect: on.onDetail },
    { id: "only", icon: "eye", label: words.workspace.runs.only, onSelect: on.onOnly },
    { id: "hide", icon: "eyeOff", label: words.runs.hide, onSelect: on.onHide },
    {
      id: "base",
      icon: "flag",
      label: isBaseline ? t.noBaseline : t.baseline,
      onSelect: () => on.onBaseline(!isBaseline),
    },
    { id: "edit", icon: "edit", label: t.editItem, onSelect: () => setTimeout(() => setEditing(true)) },
    { id: "l1", separator: true },
    {
      id: "copy",
      icon: "copy",
      label: words.workspace.runs.copyId,
      hint: run.id,
      onSelect: () => void copyText(run.id),
    },
    {
      id: "path",
      icon: "copy",
      label: t.copyPath,
      onSelect: () => void copyText(`${run.entity}/${run.project}/${run.id}`),
    },
    { id: "l2", separator: true },
    ...(run.state === "running"
      ? [
          {
            id: "stop",
            icon: "stop" as const,
            label: t.stop,
            disabled: run.stop_asked,
            onSelect: () => actions.stop([run]),
          },
        ]
      : []),
    { id: "delete", icon: "trash", label: words.common.delete, danger: true, onSelect: () => actions.remove([run]) },
  ];
  return (
    <>
      <Menu
        align="end"
        trigger={<IconButton icon="dots" small label={words.runs.menuOf(run.name)} tabIndex={-1} />}
        items={items}
      />
      {editing && <RunForm run={run} onSave={(edit) => actions.edit(run.id, edit)} onClose={() => setEditing(false)} />}
    </>
  );
}
