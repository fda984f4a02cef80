/** What a person may say of a run, in one place: its name, tags, group and notes. */
import { type FormEvent, useState } from "react";
import type { Run, RunEdit } from "@/api/types";
import { Button, Dialog, Field, TextArea, TextInput } from "@/ui";
import { useText } from "@/ui/text";
import { parseTags } from "../runs/editing";

export function RunForm({ run, onSave, onClose }: { run: Run; onSave: (edit: RunEdit) => void; onClose: () => void }) {
  const words = useText();
  const t = words.runList;
  const [name, setName] = useState(run.name);
  const [tags, setTags] = useState(run.tags.join(", "));
  const [group, setGroup] = useState(run.group);
  const [notes, setNotes] = useState(run.notes);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    const edit: RunEdit = {};
    if (name.trim() !== run.name) edit.name = name.trim();
    if (parseTags(tags).join() !== run.tags.join()) edit.tags = parseTags(tags);
    if (group.trim() !== run.group) edit.group = group.trim();
    if (notes.trim() !== run.notes.trim()) edit.notes = notes.trim();
    if (Object.keys(edit).length > 0) onSave(edit);
    onClose();
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t.edit(run.name)}>
      <form className="run-form" onSubmit={save}>
        <Field label={words.runs.name} error={name.trim() ? undefined : t.needsName}>
          {(id) => <TextInput id={id} value={name} autoFocus onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={words.runs.tags} hint={words.runs.tagsPlaceholder}>
          {(id) => <TextInput id={id} value={tags} onChange={(event) => setTags(event.target.value)} />}
        </Field>
        <Field label={words.runs.groupField} hint={t.groupHint}>
          {(id) => <TextInput id={id} value={group} onChange={(event) => setGroup(event.target.value)} />}
        </Field>
        <Field label={words.runs.notes}>
          {(id) => <TextArea id={id} rows={3} value={notes} onChange={(event) => setNotes(event.target.value)} />}
        </Field>
        <div className="run-form-end">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button type="submit" variant="primary" disabled={!name.trim()}>
            {words.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
