/** The small forms in which a person edits the history of a run, or forks it. */
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useEditHistory, useFork, useUndoEdit } from "@/api/edits";
import { useRunKeys } from "@/api/runs";
import type { Edit, HistoryEdit, Run } from "@/api/types";
import { Button, Checkbox, Dialog, errorMessage, Field, Search, TextInput, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { wholeNumber } from "./words";

export type EditKind = "rewind" | "delete" | "rename" | "fork";

/** The form of this kind, open; none where it is null. */
export function EditDialog({ run, kind, onClose }: { run: Run; kind: EditKind | null; onClose: () => void }) {
  switch (kind) {
    case "rewind":
      return <RewindForm run={run} onClose={onClose} />;
    case "delete":
      return <DeleteForm run={run} onClose={onClose} />;
    case "rename":
      return <RenameForm run={run} onClose={onClose} />;
    case "fork":
      return <ForkForm run={run} onClose={onClose} />;
    case null:
      return null;
  }
}

interface FormProps {
  run: Run;
  onClose: () => void;
}

/** Makes an edit, and offers its undo in the corner. */
function useMake(run: Run, onClose: () => void, said: (edit: Edit) => string) {
  const t = useText();
  const make = useEditHistory(run);
  const undo = useUndoEdit(run);
  const failed = (error: unknown) => toast(errorMessage(error, t.common.errors), { kind: "failed" });
  const send = (what: HistoryEdit) =>
    make.mutate(what, {
      onSuccess: (edit) => {
        onClose();
        toast(said(edit), {
          action: {
            label: t.common.undo,
            run: () => undo.mutate(edit.id, { onSuccess: () => toast(t.edits.undone), onError: failed }),
          },
        });
      },
    });
  return { send, busy: make.isPending, error: make.isError ? errorMessage(make.error, t.common.errors) : null };
}

interface FrameProps {
  title: string;
  about: ReactNode;
  verb: string;
  danger?: boolean;
  ready: boolean;
  busy: boolean;
  error: string | null;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
}

function Frame({ title, about, verb, danger, ready, busy, error, onClose, onSubmit, children }: FrameProps) {
  const t = useText();
  const form = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !busy) onSubmit();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={about}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" form={form} variant={danger ? "danger" : "primary"} busy={busy} disabled={!ready}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={form} className="run-edit-form" onSubmit={submit}>
        {children}
        {error !== null && (
          <p className="ui-field-error" role="alert">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}

interface StepFieldProps {
  label: string;
  value: string;
  hint?: string | undefined;
  placeholder?: string | undefined;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}

function StepField({ label, value, hint, placeholder, autoFocus, onChange }: StepFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(id) => (
        <TextInput
          id={id}
          className="num"
          inputMode="numeric"
          autoComplete="off"
          autoFocus={autoFocus}
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function RewindForm({ run, onClose }: FormProps) {
  const t = useText();
  const [text, setText] = useState("");
  const step = wholeNumber(text);
  const { send, busy, error } = useMake(run, onClose, () => t.edits.didRewind(count(step ?? 0)));
  return (
    <Frame
      title={t.edits.rewindTitle}
      about={`${t.edits.rewindAbout} ${t.edits.undoable}`}
      verb={t.edits.rewindDo}
      danger
      ready={step !== null}
      busy={busy}
      error={error}
      onClose={onClose}
      onSubmit={() => step !== null && send({ kind: "rewind", after_step: step })}
    >
      <StepField
        autoFocus
        label={t.edits.lastStep}
        value={text}
        hint={run.last_step !== null ? t.edits.stepHint(count(run.last_step)) : undefined}
        onChange={setText}
      />
    </Frame>
  );
}

function ForkForm({ run, onClose }: FormProps) {
  const t = useText();
  const navigate = useNavigate();
  const fork = useFork(run);
  const [text, setText] = useState(run.last_step === null ? "" : String(run.last_step));
  const [name, setName] = useState("");
  const step = wholeNumber(text);
  const open = text.trim() === "";
  const submit = () =>
    fork.mutate(
      { ...(step === null ? {} : { step }), ...(name.trim() ? { name: name.trim() } : {}) },
      {
        onSuccess: (made) => {
          onClose();
          toast(t.edits.didFork(made.name));
          void navigate({
            to: "/$entity/$project/runs/$run/$tab",
            params: { entity: made.entity, project: made.project, run: made.id, tab: "overview" },
          });
        },
      },
    );
  return (
    <Frame
      title={t.edits.forkTitle}
      about={t.edits.forkAbout}
      verb={t.edits.forkDo}
      ready={step !== null || open}
      busy={fork.isPending}
      error={fork.isError ? errorMessage(fork.error, t.common.errors) : null}
      onClose={onClose}
      onSubmit={submit}
    >
      <StepField
        autoFocus
        label={t.edits.step}
        value={text}
        hint={run.last_step !== null ? t.edits.stepHint(count(run.last_step)) : undefined}
        onChange={setText}
      />
      <Field label={t.edits.name}>
        {(id) => (
          <TextInput
            id={id}
            value={name}
            placeholder={`${run.name} @ ${text.trim() || "…"}`}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
    </Frame>
  );
}

function RenameForm({ run, onClose }: FormProps) {
  const t = useText();
  const keys = useRunKeys(run.entity, run.project, run.id);
  const [key, setKey] = useState("");
  const [to, setTo] = useState("");
  const { send, busy, error } = useMake(run, onClose, () => t.edits.didRename(key, to));
  const known = keys.data?.some((each) => each.key === key) ?? false;
  const names = useId();
  return (
    <Frame
      title={t.edits.renameTitle}
      about={`${t.edits.renameAbout} ${t.edits.undoable}`}
      verb={t.edits.renameDo}
      ready={known && to !== "" && to !== key}
      busy={busy}
      error={error}
      onClose={onClose}
      onSubmit={() => send({ kind: "rename", key, to })}
    >
      <Field label={t.edits.metric}>
        {(id) => (
          <>
            <TextInput
              id={id}
              autoFocus
              className="mono"
              list={names}
              autoComplete="off"
              spellCheck={false}
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
            <datalist id={names}>
              {keys.data?.map((each) => (
                <option key={each.key} value={each.key} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label={t.edits.newName}>
        {(id) => (
          <TextInput
            id={id}
            className="mono"
            autoComplete="off"
            spellCheck={false}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        )}
      </Field>
    </Frame>
  );
}

const MOST_SHOWN = 200;

interface ChoiceProps {
  label: string;
  on: boolean;
  mono?: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

function Choice({ label, on, mono, disabled, onChange }: ChoiceProps) {
  const id = useId();
  return (
    <div className="run-edit-key">
      <Checkbox id={id} checked={on} disabled={disabled} onChange={onChange} label={label} />
      <label htmlFor={id} className={mono ? "mono cut" : "cut"} title={label}>
        {label}
      </label>
    </div>
  );
}

function DeleteForm({ run, onClose }: FormProps) {
  const t = useText();
  const keys = useRunKeys(run.entity, run.project, run.id);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [every, setEvery] = useState(false);
  const [query, setQuery] = useState("");
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const { send, busy, error } = useMake(run, onClose, (edit) => t.edits.didDelete(count(edit.points ?? 0)));
  const steps = { first: wholeNumber(first), last: wholeNumber(last) };
  const ranged = steps.first !== null || steps.last !== null;
  const sound = (steps.first !== null || first.trim() === "") && (steps.last !== null || last.trim() === "");
  const found = (keys.data ?? []).filter((each) => each.key.toLowerCase().includes(query.toLowerCase()));
  const said = chosen.size > 0 && !every && <span className="run-edit-count">{t.edits.chosen(chosen.size)}</span>;
  const choose = (key: string, on: boolean) =>
    setChosen((old) => {
      const next = new Set(old);
      if (on) next.add(key);
      else next.delete(key);
      return next;
    });
  return (
    <Frame
      title={t.edits.deleteTitle}
      about={`${t.edits.deleteAbout} ${t.edits.undoable}`}
      verb={t.edits.deleteDo}
      danger
      ready={sound && (every ? ranged : chosen.size > 0)}
      busy={busy}
      error={error}
      onClose={onClose}
      onSubmit={() =>
        send({ kind: "delete", keys: every ? null : [...chosen], first_step: steps.first, last_step: steps.last })
      }
    >
      <div className="ui-field">
        <Search value={query} onChange={setQuery} placeholder={t.edits.find} after={said} />
        <div className="run-edit-keys">
          <Choice label={t.edits.every} on={every} onChange={setEvery} />
          {found.slice(0, MOST_SHOWN).map((each) => (
            <Choice
              key={each.key}
              mono
              label={each.key}
              on={every || chosen.has(each.key)}
              disabled={every}
              onChange={(on) => choose(each.key, on)}
            />
          ))}
        </div>
      </div>
      <div className="run-edit-range">
        <StepField label={t.edits.from} value={first} placeholder={t.edits.open} onChange={setFirst} />
        <StepField label={t.edits.to} value={last} placeholder={t.edits.open} onChange={setLast} />
      </div>
    </Frame>
  );
}
