/** The rows of the run list: runs, under the groups they belong to. Pure. */
import type { Run } from "@/api/types";
import { fieldOf } from "@/state/fields";
import type { RunGroup } from "@/state/groups";
import { asNumber } from "@/ui/numbers";

export type ListRow =
  | { kind: "run"; id: string; run: Run; depth: number; place: number }
  | { kind: "group"; id: string; group: RunGroup; depth: number; open: boolean };

/** `place` is where the run stands in the list without groups, which decides whether it is shown by itself. */
export function listRows(
  runs: readonly Run[],
  groups: readonly RunGroup[] | null,
  closed: ReadonlySet<string>,
): ListRow[] {
  const places = new Map(runs.map((run, place) => [run.id, place]));
  const runRow = (run: Run, depth: number): ListRow => ({
    kind: "run",
    id: run.id,
    run,
    depth,
    place: places.get(run.id) ?? 0,
  });
  if (!groups) return runs.map((run) => runRow(run, 0));
  const walk = (list: readonly RunGroup[], depth: number): ListRow[] =>
    list.flatMap((group) => {
      const open = !closed.has(group.id);
      const row: ListRow = { kind: "group", id: group.id, group, depth, open };
      if (!open) return [row];
      return [
        row,
        ...(group.inner.length > 0 ? walk(group.inner, depth + 1) : group.runs.map((run) => runRow(run, depth + 1))),
      ];
    });
  return walk(groups, 0);
}

/** What the runs of a group have of a field: the mean of numbers and their deviation, or the one value they share. */
export function groupCell(
  runs: readonly Run[],
  field: string,
): { mean: number; deviation: number } | { value: unknown } | null {
  const values = runs.map((run) => fieldOf(run, field)).filter((value) => value !== undefined && value !== null);
  if (values.length === 0) return null;
  const numbers = values.map(asNumber).filter((value): value is number => value !== null && Number.isFinite(value));
  if (numbers.length > 0 && new Set(numbers).size > 1) {
    const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
    const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / (numbers.length - 1)) };
  }
  const [first] = values;
  return values.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? { value: first } : null;
}
