/** The page of one run: who it is on top, and five tabs. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useRunArtifacts } from "@/api/artifacts";
import { useFiles } from "@/api/files";
import { useLive, useLiveRuns } from "@/api/live";
import { deleteRun, refreshRuns, useEditRun, useRun, useRunKeys, useStopRun } from "@/api/runs";
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
  Skeleton,
  StatePill,
  Tag,
  TextInput,
  toast,
} from "@/ui";
import { si } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { QueryState } from "../parts/QueryState";
import { Runtime } from "../parts/Runtime";
import { parseTags, withTag } from "../runs/editing";
import { Charts } from "./Charts";
import { EditDialog, type EditKind } from "./edits/EditDialog";
import { machineOf } from "./machine";
import { Overview } from "./Overview";
import "../parts/parts.css";
import "./run.css";

const System = lazy(() => import("./System"));
const Logs = lazy(() => import("./logs/Logs"));
const Files = lazy(() => import("./files/Files"));
const Artifacts = lazy(() => import("./Artifacts"));

const TABS = ["overview", "charts", "system", "logs", "files", "artifacts"] as const;
type Tab = (typeof TABS)[number];

export function RunPage() {
  const t = useText();
  const { entity = "", project = "", run: id = "", tab } = useParams({ strict: false });
  const run = useRun(entity, project, id);
  useLiveRuns(entity, project);
  if (!run.isSuccess)
    return (
      <QueryState
        query={run}
        icon="chart"
        missing={{ title: t.run.missingTitle, why: t.run.missingWhy, back: t.run.back, to: "/$entity/$project/runs" }}
        waiting={<RunWaiting />}
      />
    );
  const at: Tab = TABS.find((each) => each === tab) ?? "charts";
  return <RunView key={`${entity}/${project}/${id}`} run={run.data} tab={at} />;
}

function RunWaiting() {
  return (
    <div className="run">
      <Skeleton rows={2} height={16} />
      <div className="run-wait">
        <Skeleton rows={10} height={14} />
      </div>
    </div>
  );
}

function RunView({ run, tab }: { run: Run; tab: Tab }) {
  const waiting = (
    <div className="run-wait">
      <Skeleton rows={10} height={14} />
    </div>
  );
  const bodies: Record<Tab, () => ReactNode> = {
    overview: () => <Overview run={run} />,
    charts: () => <Charts run={run} />,
    system: () => <System run={run} />,
    logs: () => <Logs run={run} />,
    files: () => <Files run={run} />,
    artifacts: () => <Artifacts run={run} />,
  };
  return (
    <main className="run">
      <Header run={run} />
      <Tabs run={run} tab={tab} />
      <div className="run-body">
        <Suspense fallback={waiting}>{bodies[tab]()}</Suspense>
      </div>
    </main>
  );
}

function Tabs({ run, tab }: { run: Run; tab: Tab }) {
  const t = useText();
  const history = useRunKeys(run.entity, run.project, run.id);
  const system = useRunKeys(run.entity, run.project, run.id, "system");
  const files = useFiles(run.entity, run.project, run.id);
  const artifacts = useRunArtifacts(run.entity, run.project, run.id);
  const [live, setLive] = useState(0);
  useLive(run.entity, run.project, {
    onConsole: (event) => event.run === run.id && setLive(event.lines),
  });
  const lines = Math.max(
    live,
    run.attempts.reduce((sum, attempt) => sum + attempt.lines, 0),
  );
  const counts: Record<Tab, number | undefined> = {
    overview: undefined,
    charts: history.data?.filter((key) => (key.kind === "number" || key.kind === "media") && !key.key.startsWith("_"))
      .length,
    system: system.data?.length,
    logs: lines,
    files: files.data?.length,
    artifacts: artifacts.data && artifacts.data.used.length + artifacts.data.logged.length,
  };
  return (
    <nav className="run-tabs" aria-label={run.name}>
      {TABS.map((each) => (
        <Link
          key={each}
          className={each === tab ? "on" : undefined}
          aria-current={each === tab ? "page" : undefined}
          to={each === "charts" ? "/$entity/$project/runs/$run" : "/$entity/$project/runs/$run/$tab"}
          params={{ entity: run.entity, project: run.project, run: run.id, tab: each }}
        >
          {t.run.tabs[each]}
          {counts[each] ? <em>{si(counts[each])}</em> : null}
        </Link>
      ))}
    </nav>
  );
}

function Header({ run }: { run: Run }) {
  const t = useText();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const edit = useEditRun(run.entity, run.project);
  const [draft, setDraft] = useState<string | null>(null);
  const [deleting, setDeleting] = useState(false);
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
  const remove = () => {
    setDeleting(false);
    deleteRun(run.entity, run.project, run.id).then(
      () => {
        void refreshRuns(cache, run.entity, run.project);
        void navigate({ to: "/$entity/$project/runs", params: { entity: run.entity, project: run.project } });
        toast(t.runs.deleted(1));
      },
      (error: unknown) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
    );
  };
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
      {run.state === "running" && <Stop run={run} />}
      <Menu
        align="end"
        trigger={<IconButton icon="dots" label={t.common.more} />}
        items={[
          { id: "rename", icon: "edit", label: t.run.rename, onSelect: () => setDraft(run.name) },
          { id: "id", icon: "copy", label: t.run.copyId, hint: run.id, onSelect: () => void copyText(run.id) },
          {
            id: "path",
            icon: "link",
            label: t.run.copyPath,
            onSelect: () => void copyText(`${run.entity}/${run.project}/${run.id}`),
          },
          { id: "history", separator: true },
          { id: "rewind", icon: "undo", label: t.edits.rewind, onSelect: () => setEditing("rewind") },
          { id: "fork", icon: "git", label: t.edits.fork, onSelect: () => setEditing("fork") },
          { id: "rename-metric", icon: "tag", label: t.edits.rename, onSelect: () => setEditing("rename") },
          { id: "delete-metrics", icon: "minus", label: t.edits.delete, onSelect: () => setEditing("delete") },
          { id: "line", separator: true },
          { id: "delete", icon: "trash", label: t.run.deleteRun, danger: true, onSelect: () => setDeleting(true) },
        ]}
      />
      <EditDialog run={run} kind={editing} onClose={() => setEditing(null)} />
      <Dialog
        open={deleting}
        onOpenChange={setDeleting}
        title={t.run.deleteTitle}
        description={t.run.deleteAbout(run.name)}
        footer={
          <>
            <Button onClick={() => setDeleting(false)}>{t.common.cancel}</Button>
            <Button variant="danger" icon="trash" onClick={remove}>
              {t.run.deleteRun}
            </Button>
          </>
        }
      />
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
