/** What was changed about the history of a run afterwards, each with its way back. */
import { useEdits, useUndoEdit } from "@/api/edits";
import type { Edit, Run } from "@/api/types";
import { Button, errorMessage, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { moment } from "@/ui/times";
import { Ago } from "../../parts/Ago";
import { wordsFor } from "./words";

/** Nothing where nothing was edited. */
export function EditsCard({ run }: { run: Run }) {
  const t = useText();
  const edits = useEdits(run);
  if (!edits.data || edits.data.length === 0) return null;
  return (
    <section className="ui-card">
      <header className="ui-card-head">
        <h2>{t.edits.title}</h2>
      </header>
      <ol className="run-edits">
        {edits.data.map((edit) => (
          <Line key={edit.id} run={run} edit={edit} />
        ))}
      </ol>
    </section>
  );
}

function Line({ run, edit }: { run: Run; edit: Edit }) {
  const t = useText();
  const undo = useUndoEdit(run);
  const what = wordsFor(edit.what, t.edits);
  const state = edit.state === "done" ? null : t.edits.states[edit.state];
  return (
    <li className={edit.state === "undone" ? "undone" : undefined}>
      <div className="grow">
        <b className="cut" title={what}>
          {what}
        </b>
        <span className="t3">
          {edit.user} · <Ago time={edit.at} />
          {edit.points !== null && ` · ${t.edits.points(count(edit.points))}`}
        </span>
      </div>
      {state !== null ? (
        <span className="t3" title={edit.undone_by !== null ? t.edits.undoneBy(edit.undone_by) : undefined}>
          {state}
        </span>
      ) : (
        <Button
          icon="undo"
          busy={undo.isPending}
          title={edit.undoable_until !== null ? t.edits.until(moment(edit.undoable_until)) : undefined}
          onClick={() =>
            undo.mutate(edit.id, {
              onSuccess: () => toast(t.edits.undone),
              onError: (error) => toast(errorMessage(error, t.common.errors), { kind: "failed" }),
            })
          }
        >
          {t.common.undo}
        </Button>
      )}
    </li>
  );
}
