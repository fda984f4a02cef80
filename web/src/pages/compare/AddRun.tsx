import { useState } from "react";
import { useRuns } from "@/api/runs";
import { Button, Popover, RunDot, Search, Skeleton } from "@/ui";
import { useText } from "@/ui/text";

export interface AddRunProps {
  entity: string;
  project: string;
  chosen: readonly string[];
  onAdd: (id: string) => void;
}

/** Finds a run of the project by its name and puts it beside the others. */
export function AddRun({ entity, project, chosen, onAdd }: AddRunProps) {
  const t = useText().compare;
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const found = useRuns(
    entity,
    project,
    {
      filter: text.trim() ? { type: "where", field: "name", op: "contains", value: text.trim() } : null,
      sort: [{ field: "created_at", descending: true }],
      limit: 30,
    },
    open,
  );
  const offers = found.data?.runs.filter((run) => !chosen.includes(run.id)) ?? [];
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      width={300}
      label={t.add}
      trigger={<Button icon="plus">{t.add}</Button>}
    >
      <div className="cb-find">
        <Search value={text} onChange={setText} placeholder={t.find} />
      </div>
      <div className="cp-offers">
        {found.isPending && <Skeleton rows={4} height={14} />}
        {offers.map((run) => (
          <button key={run.id} type="button" className="ui-menu-item" onClick={() => onAdd(run.id)}>
            <RunDot run={run} size={8} />
            <span className="cut grow">{run.name}</span>
            <span className="t3">{run.id}</span>
          </button>
        ))}
        {!found.isPending && offers.length === 0 && <p className="t3 cp-none">{t.noMore}</p>}
      </div>
    </Popover>
  );
}
