import { useCallback, useMemo, useState } from "react";
import type { Run } from "@/api/types";
import { toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Table } from "./useTable";

/** How many runs are selected at once at most; what is done to them is done one by one. */
export const MOST = 10_000;

/** The runs that are selected, which need not be in sight; `chosen` are they as they are known now, `loaded` all that are. */
export function useSelection(table: Table) {
  const t = useText();
  const [selected, setSelected] = useState<ReadonlyMap<string, Run>>(new Map());
  const loaded = useMemo(() => new Map(table.blocks.flat().map((run) => [run.id, run])), [table.blocks]);
  const chosen = useMemo(() => [...selected.values()].map((run) => loaded.get(run.id) ?? run), [selected, loaded]);
  const onSelect = useCallback((runs: readonly Run[], on: boolean) => {
    setSelected((old) => {
      const next = new Map(old);
      for (const run of runs)
        if (on) next.set(run.id, run);
        else next.delete(run.id);
      return next;
    });
  }, []);
  const selectAll = async (on: boolean) => {
    if (!on) return setSelected(new Map());
    const runs = await table.collectAll(null, MOST);
    setSelected(new Map(runs.map((run) => [run.id, run])));
    if (table.total > MOST) toast(t.runs.mostSelected(count(MOST)));
  };
  return { loaded, selected, setSelected, chosen, onSelect, selectAll };
}
