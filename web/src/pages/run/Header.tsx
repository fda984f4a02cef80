/** Who the run is, and what one may do with it. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { deleteRun, dropRuns, refreshRuns, useEditRun, useStopRun } from "@/api/runs";
import type { Run } from "@/api/types";
import {
  Button,
  copyText,
  Dialog,
  errorMessage,
  Icon,
  IconButton,
  Menu,
  Popover,
  RunDot,
  StatePill,
  Tag,
  TextInput,
  toast,
} from "@/ui";
import { useText } from "@/ui/text";
import { Runtime } from "../parts/Runtime";
import { parseTags, withTag } from "../runs/editing";
import { EditDialog, type EditKind } from "./edits/EditDialog";
import { machineOf } from "./machine";

export function Header({ run }: { run: Run }) {
  const t = useText();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const edit = useEditRun(run.entity, run.project);
  const [draft, setDraft] = useState<string | null>(null);
  const [editing, setEditing] = useState<EditKind | null>(null);
  const machine = machineOf(run.metadata);
  const change = (what: { name?: string; tags?: string[] }) =>
    edit.mutate(
      { run: run.id, edit: what },
      { onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }) },
    );
  const rename = () => {
    const name = draft?.trim();
    if (name && name !== run.name) change({ name });
    setDraft(null);
  };
  const path = `${run.entity}/${run.project}/${run.id}`;
  const params = { entity: run.entity, project: run.project };
  // it goes for good when the time for Undo is over
  const remove = () => {
    dropRuns(cache, run.entity, run.project, new Set([run.id]));
    void navigate({ to: "/$entity/$project/runs", params });
    toast(t.runs.deleted(1), {
      action: {
        label: t.common.undo,
        run: () => {
          void refreshRuns(cache, run.entity, run.project);
          void navigate({ to: "/$entity/$project/runs/$run", params: { ...params, run: run.id } });
        },
      },
      onGone: () => {
        deleteRun(run.entity, run.project, run.id).then(
          () => void refreshRuns(cache, run.entity, run.project),
          (error: unknown) => {
            toast(errorMessage(error, t.common.errors), { kind: "failed" });
            void refreshRuns(cache, run.entity, run.project);
          },
        );
      },
    });
  };
  const copied = (text: string, said: string) =>
    void copyText(text).then((done) => toast(done ? said : t.header.notCopied, { kind: done ? "done" : "failed" }));
  return (
    <header className="run-head">
      <RunDot run={run} size={12} />
      {draft === null ? (
        <h1 className="cut" title={run.name} onDoubleClick={() => setDraft(run.name)}>
          {run.name}
        </h1>
      ) : (
        <input
          className="run-rename"
          // biome-ignore lint/a11y/noAutofocus: the editor opens because the person asked for it.
          autoFocus
          aria-label={t.run.rename}
          value={draft}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={rename}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.nativeEvent.isComposing) rename();
            if (event.key === "Escape") setDraft(null);
          }}
        />
      )}
      {draft === null && (
        <IconButton icon="edit" small label={t.run.rename} className="run-pencil" onClick={() => setDraft(run.name)} />
      )}
      <StatePill state={run.state} pill />
      <span className="run-tags">
        {run.tags.map((tag) => (
          <Tag key={tag} onRemove={() => change({ tags: withTag(run.tags, tag, false) })}>
            {tag}
          </Tag>
        ))}
        <AddTag onAdd={(tags) => change({ tags: tags.reduce((all, tag) => withTag(all, tag, true), run.tags) })} />
      </span>
      <span className="run-facts num">
        <span title={t.run.runtime}>
          <Icon name="clock" small />
          <Runtime run={run} />
        </span>
        {(machine.chip || run.host) && (
          <span title={t.run.hardware}>
            <Icon name="chip" small />
            <span className="cut">{[machine.chip, run.host].filter(Boolean).join(" · ")}</span>
          </span>
        )}
        {machine.commit && (
          <span title={machine.remote ?? t.run.git}>
            <Icon name="git" small />
            <span className="mono run-commit">{machine.commit.slice(0, 7)}</span>
            {machine.dirty && <span>{t.run.changed}</span>}
          </span>
        )}
        {run.user && (
          <span title={t.run.user}>
            <Icon name="user" small />
            {run.user}
          </span>
        )}
      </span>
      <span className="grow" />
      <Link
        className="ui-btn run-wide"
        to="/$entity/$project/compare"
        params={params}
        search={{ runs: run.id } as never}
        title={t.header.compareAbout}
      >
        <Icon name="compare" />
        {t.header.compare}
      </Link>
      {run.state === "running" && <Stop run={run} />}
      <IconButton
        icon="share"
        label={t.header.share}
        className="run-wide"
        onClick={() => copied(window.location.href, t.header.shared)}
      />
      <Menu
        align="end"
        trigger={<IconButton icon="dots" label={t.common.more} />}
        items={[
          { id: "rename", icon: "edit", label: t.run.rename, onSelect: () => setDraft(run.name) },
          {
            id: "compare",
            icon: "compare",
            label: t.header.compare,
            onSelect: () =>
              void navigate({ to: "/$entity/$project/compare", params, search: { runs: run.id } as never }),
          },
          { id: "copies", separator: true },
          {
            id: "link",
            icon: "share",
            label: t.header.share,
            onSelect: () => copied(window.location.href, t.header.shared),
          },
          {
            id: "id",
            icon: "copy",
            label: t.run.copyId,
            hint: run.id,
            onSelect: () => copied(run.id, t.common.copied),
          },
          { id: "path", icon: "link", label: t.run.copyPath, onSelect: () => copied(path, t.common.copied) },
          {
            id: "python",
            icon: "code",
            label: t.header.copyPython,
            onSelect: () => copied(`import gnomon\n\nrun = gnomon.Api().run("${path}")`, t.common.copied),
          },
          { id: "history", separator: true },
          { id: "rewind", icon: "undo", label: t.edits.rewind, onSelect: () => setEditing("rewind") },
          { id: "fork", icon: "git", label: t.edits.fork, onSelect: () => setEditing("fork") },
          { id: "rename-metric", icon: "tag", label: t.edits.rename, onSelect: () => setEditing("rename") },
          { id: "delete-metrics", icon: "minus", label: t.edits.delete, onSelect: () => setEditing("delete") },
          { id: "line", separator: true },
          { id: "delete", icon: "trash", label: t.run.deleteRun, danger: true, onSelect: remove },
        ]}
      />
      <EditDialog run={run} kind={editing} onClose={() => setEditing(null)} />
    </header>
  );
}

/** Asks the script to end, and says so until it has. */
function Stop({ run }: { run: Run }) {
  const t = useText();
  const [asking, setAsking] = useState(false);
  const stop = useStopRun(run.entity, run.project, run.id);
  const go = () =>
    stop.mutate(undefined, {
      onSettled: () => setAsking(false),
      onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
    });
  if (run.stop_asked) return <span className="ui-badge warn">{t.run.stopping}</span>;
  return (
    <>
      <Button icon="stop" onClick={() => setAsking(true)}>
        {t.run.stop}
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t.run.stopTitle}
        description={t.run.stopAbout(run.name)}
        footer={
          <>
            <Button onClick={() => setAsking(false)}>{t.common.cancel}</Button>
            <Button variant="danger" icon="stop" busy={stop.isPending} onClick={go}>
              {t.run.stop}
            </Button>
          </>
        }
      />
    </>
  );
}

function AddTag({ onAdd }: { onAdd: (tags: string[]) => void }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={220}
      label={t.run.addTag}
      trigger={<IconButton icon="plus" small label={t.run.addTag} />}
    >
      <form
        className="run-add-tag"
        onSubmit={(event) => {
          event.preventDefault();
          const tags = parseTags(text);
          if (tags.length > 0) onAdd(tags);
          setText("");
          setOpen(false);
        }}
      >
        <TextInput
          autoFocus
          value={text}
          placeholder={t.runs.tagsPlaceholder}
          aria-label={t.run.addTag}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </Popover>
  );
}
