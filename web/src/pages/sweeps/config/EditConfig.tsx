/** Another config for a sweep that is there. */
import { useState } from "react";
import { useEditSweep } from "@/api/sweeps";
import type { SweepDetail } from "@/api/types";
import { Button, Dialog, errorMessage, toast } from "@/ui";
import { useText } from "@/ui/text";
import { ConfigEditor, type Draft, isWhole } from "./ConfigEditor";

export function EditConfig({ detail, onClose }: { detail: SweepDetail; onClose: () => void }) {
  const t = useText();
  const { entity, project, id } = detail.sweep;
  const edit = useEditSweep(entity, project, id);
  const [draft, setDraft] = useState<Draft>({ form: null, text: detail.config });
  const save = () =>
    edit.mutate(
      { config: draft.text },
      {
        onSuccess: () => {
          toast(t.sweeps.configSaved);
          onClose();
        },
        onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.sweeps.editConfig}
      description={t.sweeps.editConfigAbout}
      width={680}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button
            variant="primary"
            busy={edit.isPending}
            disabled={!isWhole(draft) || draft.text === detail.config}
            onClick={save}
          >
            {t.common.save}
          </Button>
        </>
      }
    >
      <ConfigEditor draft={draft} onDraft={setDraft} />
    </Dialog>
  );
}
