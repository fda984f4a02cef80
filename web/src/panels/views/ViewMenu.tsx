/** Which view one is on, whether it was changed, and what can be done with it. */
import { useState } from "react";
import type { ViewInfo } from "@/api/types";
import { useViews } from "@/api/views";
import { Button, Dialog, errorMessage, Field, Icon, Menu, type MenuItem, Segmented, TextInput, toast } from "@/ui";
import { copyText } from "@/ui/controls";
import { useText } from "@/ui/text";
import { useBoard } from "../board";
import type { Saved } from "./useWorkspace";

type Asking = "saveAs" | "rename" | "delete" | null;

export function ViewMenu({ saved, me }: { saved: Saved; me: string }) {
  const words = useText();
  const t = words.board;
  const { entity, project } = useBoard();
  const views = useViews(entity, project);
  const [asking, setAsking] = useState<Asking>(null);
  const { view, isOwn, edited, failing, clash } = saved;
  const named = (views.data ?? []).filter((each) => each.page === saved.page && each.kind !== "own");
  const trying = (work: Promise<unknown>, done?: string) => {
    work.then(
      () => done && toast(done),
      (error: unknown) => toast(errorMessage(error, words.common.errors), { kind: "failed" }),
    );
  };
  const save = () => trying(saved.save().then((done) => done && toast(t.viewSaved)));
  const name = nameOf(view, isOwn, t);
  const canChange = view !== null && (view.kind === "shared" || view.kind === "personal");
  const entry = (each: ViewInfo): MenuItem => ({
    id: String(each.id),
    label: each.name,
    checked: each.id === view?.id,
    hint: each.default ? t.isDefault : each.kind === "personal" ? undefined : each.user === me ? undefined : each.user,
    onSelect: () => saved.open(each),
  });
  const shared = named.filter((each) => each.kind === "shared");
  const personal = named.filter((each) => each.kind === "personal");
  const items: MenuItem[] = [
    { id: "own", label: t.ownView, checked: isOwn, onSelect: () => !isOwn && saved.open(null) },
    ...(personal.length > 0 ? [{ id: "personal", title: t.personalViews }, ...personal.map(entry)] : []),
    ...(shared.length > 0 ? [{ id: "shared", title: t.sharedViews }, ...shared.map(entry)] : []),
    { id: "l1", separator: true },
    ...(canChange
      ? ([
          {
            id: "save",
            icon: "check",
            label: t.saveChanges,
            disabled: !edited,
            onSelect: save,
          },
          { id: "revert", icon: "undo", label: t.revert, disabled: !edited, onSelect: saved.revert },
        ] as const)
      : []),
    { id: "saveAs", icon: "plus", label: t.saveAs, onSelect: () => setAsking("saveAs") },
    {
      id: "link",
      icon: "link",
      label: words.workspace.bar.copyLink,
      onSelect: () =>
        trying(
          saved.link().then(async (address) => {
            if (!(await copyText(address))) throw new Error(t.notCopied(address));
          }),
          words.workspace.bar.linkCopied,
        ),
    },
    ...(canChange
      ? ([
          { id: "l2", separator: true },
          { id: "rename", icon: "edit", label: t.renameView, onSelect: () => setAsking("rename") },
          ...(view.user === me
            ? [
                {
                  id: "share",
                  icon: "users" as const,
                  label: view.kind === "shared" ? t.makePersonal : t.makeShared,
                  onSelect: () =>
                    trying(
                      saved.change({ kind: view.kind === "shared" ? "personal" : "shared" }),
                      view.kind === "shared" ? t.nowPersonal : t.nowShared,
                    ),
                },
              ]
            : []),
          ...(view.kind === "shared"
            ? [
                {
                  id: "default",
                  icon: "home" as const,
                  label: view.default ? t.noDefault : t.makeDefault,
                  onSelect: () =>
                    trying(saved.change({ default: !view.default }), view.default ? t.defaultGone : t.defaultSet),
                },
              ]
            : []),
          { id: "delete", icon: "trash", label: t.deleteView, danger: true, onSelect: () => setAsking("delete") },
        ] satisfies MenuItem[])
      : []),
  ];
  return (
    <>
      <Menu
        items={items}
        trigger={
          <button type="button" className="cb-view" aria-label={t.viewMenu(name)}>
            <span className="cut">{name}</span>
            <Icon name="down" small />
          </button>
        }
      />
      {edited && (
        <button
          type="button"
          className="ui-badge cb-edited"
          title={canChange ? t.saveChanges : t.editedHint}
          onClick={() => (canChange ? save() : setAsking("saveAs"))}
        >
          {t.edited}
        </button>
      )}
      {failing && (
        <span className="ui-badge warn" role="status" title={t.notSavedWhy}>
          {t.notSaved}
        </span>
      )}
      {asking === "saveAs" && (
        <NameDialog
          title={t.saveAsTitle}
          name={canChange ? t.copyOf(view.name) : ""}
          kind="shared"
          close={() => setAsking(null)}
          done={(next, kind) => saved.saveAs(next, kind).then(() => toast(t.viewSaved))}
        />
      )}
      {asking === "rename" && view && (
        <NameDialog
          title={t.renameView}
          name={view.name}
          close={() => setAsking(null)}
          done={(next) => saved.change({ name: next })}
        />
      )}
      {asking === "delete" && view && (
        <Dialog
          open
          onOpenChange={() => setAsking(null)}
          title={t.deleteTitle(view.name)}
          description={view.kind === "shared" ? t.deleteShared : t.deletePersonal}
          footer={
            <>
              <Button onClick={() => setAsking(null)}>{words.common.cancel}</Button>
              <Button
                variant="danger"
                onClick={() => {
                  setAsking(null);
                  trying(
                    saved.remove().then(() => saved.open(null)),
                    t.viewDeleted,
                  );
                }}
              >
                {words.common.delete}
              </Button>
            </>
          }
        />
      )}
      {clash && (
        <Dialog
          open
          onOpenChange={() => void saved.settle("later")}
          title={t.clashTitle}
          description={
            <>
              <p>{clash.message}</p>
              <p>{t.clashWhy}</p>
            </>
          }
          footer={
            <>
              <Button onClick={() => trying(saved.settle("theirs"))}>{t.takeTheirs}</Button>
              <Button
                onClick={() => {
                  void saved.settle("later");
                  setAsking("saveAs");
                }}
              >
                {t.saveAs}
              </Button>
              <Button variant="danger" onClick={() => trying(saved.settle("mine"), t.viewSaved)}>
                {t.overwrite}
              </Button>
            </>
          }
        />
      )}
    </>
  );
}

function nameOf(view: ViewInfo | null, isOwn: boolean, t: ReturnType<typeof useText>["board"]): string {
  if (view === null || isOwn) return t.ownView;
  if (view.kind === "own") return t.viewOf(view.user);
  if (view.kind === "link") return t.linkView;
  return view.name;
}

interface NameDialogProps {
  title: string;
  name: string;
  /** Who is to see it, where that is asked. */
  kind?: "shared" | "personal";
  close: () => void;
  done: (name: string, kind: "shared" | "personal") => Promise<unknown>;
}

function NameDialog({ title, name, kind, close, done }: NameDialogProps) {
  const words = useText();
  const t = words.board;
  const [text, setText] = useState(name);
  const [who, setWho] = useState<"shared" | "personal">(kind ?? "shared");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = () => {
    if (text.trim() === "") {
      setProblem(t.needName);
      return;
    }
    setBusy(true);
    done(text.trim(), who).then(close, (error: unknown) => {
      setBusy(false);
      setProblem(errorMessage(error, words.common.errors));
    });
  };
  return (
    <Dialog
      open
      onOpenChange={close}
      title={title}
      width={400}
      footer={
        <>
          <Button onClick={close}>{words.common.cancel}</Button>
          <Button variant="primary" busy={busy} onClick={submit}>
            {words.common.save}
          </Button>
        </>
      }
    >
      <form
        className="cb-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label={t.viewName} error={problem}>
          {(id) => (
            <TextInput
              id={id}
              value={text}
              maxLength={120}
              onChange={(event) => {
                setText(event.target.value);
                setProblem(null);
              }}
            />
          )}
        </Field>
        {kind && (
          <>
            <Segmented
              label={t.whoSees}
              value={who}
              options={[
                { id: "shared", name: t.kindsOfViews.shared },
                { id: "personal", name: t.kindsOfViews.personal },
              ]}
              onChange={setWho}
            />
            <p className="cb-hint">{who === "shared" ? t.sharedHint : t.personalHint}</p>
          </>
        )}
      </form>
    </Dialog>
  );
}
