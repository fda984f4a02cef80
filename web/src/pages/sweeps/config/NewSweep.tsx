/** Making a sweep. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useMakeSweep } from "@/api/sweeps";
import { Button, Dialog, errorMessage, toast } from "@/ui";
import { useText } from "@/ui/text";
import { ConfigEditor, type Draft, isWhole } from "./ConfigEditor";
import { START, yamlOf } from "./form";

export function NewSweep({ entity, project, onClose }: { entity: string; project: string; onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const make = useMakeSweep(entity, project);
  const [draft, setDraft] = useState<Draft>({ form: START, text: yamlOf(START) });
  const go = () =>
    make.mutate(
      { config: draft.text },
      {
        onSuccess: ({ sweep }) => {
          onClose();
          void navigate({ to: "/$entity/$project/sweeps/$sweep", params: { entity, project, sweep: sweep.id } });
        },
        onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t.sweeps.make}
      description={t.sweeps.makeAbout}
      width={680}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button variant="primary" busy={make.isPending} disabled={!isWhole(draft)} onClick={go}>
            {t.sweeps.create}
          </Button>
        </>
      }
    >
      <ConfigEditor draft={draft} onDraft={setDraft} />
    </Dialog>
  );
}
