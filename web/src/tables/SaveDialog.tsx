/** Keeps what is shown as a table of its own. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button, Dialog, errorMessage, Field, TextArea, TextInput, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Shown } from "./shown";
import { saveSlice, type TableSource } from "./source";

export interface SaveDialogProps {
  source: TableSource;
  /** What the new table is made of, said with it. */
  told: Record<string, unknown>;
  name: string;
  makeShown: () => Shown;
  onClose: () => void;
}

const NAME = /^[A-Za-z0-9._-]{1,120}$/;

export function SaveDialog({ source, told, name: first, makeShown, onClose }: SaveDialogProps) {
  const t = useText();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [shown] = useState(makeShown);
  const [name, setName] = useState(() => `${first.replace(/[^A-Za-z0-9._-]+/g, "-")}-slice`.slice(-120));
  const [description, setDescription] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { entity, project, run, files } = source;
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      const slice = { name, run, files, description, metadata: told, ...shown };
      const made = await saveSlice(entity, project, slice);
      void cache.invalidateQueries({ queryKey: ["artifacts", entity, project] });
      void cache.invalidateQueries({ queryKey: ["run-artifacts", entity, project] });
      onClose();
      const { collection, version, type } = made;
      toast(t.tables.saved(`${collection}:${version}`), {
        lastsMs: 12_000,
        action: {
          label: t.tables.openSaved,
          run: () =>
            void navigate({
              to: "/$entity/$project/artifacts/$type/$name/$version/$tab",
              params: { entity, project, type, name: collection, version, tab: "files" },
              search: { file: `${name}.table.json` } as never,
            }),
        },
      });
    } catch (found) {
      setError(found);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.tables.saveTitle}
      description={t.tables.saveAbout(count(shown.data.length), count(shown.columns.length))}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button variant="primary" busy={busy} disabled={!NAME.test(name)} onClick={() => void save()}>
            {t.tables.save}
          </Button>
        </>
      }
    >
      <Field
        label={t.tables.saveName}
        hint={t.tables.saveNameHint}
        error={error ? errorMessage(error, t.common.errors) : undefined}
      >
        {(id) => (
          <TextInput
            id={id}
            value={name}
            aria-invalid={!NAME.test(name)}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label={t.tables.saveDescription}>
        {(id) => (
          <TextArea id={id} rows={3} value={description} onChange={(event) => setDescription(event.target.value)} />
        )}
      </Field>
    </Dialog>
  );
}
