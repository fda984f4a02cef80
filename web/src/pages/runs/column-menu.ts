/** What can be done with a column, from its head. */
import type { Sort } from "@/api/types";
import type { MenuItem } from "@/ui";
import type { Text } from "@/ui/text";
import {
  column,
  type Layout,
  METRIC_VALUES,
  type MetricValue,
  moveColumn,
  TREND,
  toggleColumn,
  togglePin,
} from "./columns";
import type { Goal } from "./heat";
import { MOST_GROUPED } from "./levels";

const GROUPABLE = ["state", "user", "host", "group", "job_type", "tags", "created_at"];

export interface ColumnTools {
  t: Text;
  layout: Layout;
  setLayout: (layout: Layout) => void;
  sorting: readonly Sort[];
  setSorting: (sorting: readonly Sort[]) => void;
  sortBy: (field: string, more: boolean) => void;
  filterBy: (field: string) => void;
  group: readonly string[];
  setGroup: (group: readonly string[]) => void;
  isMetric: (id: string) => boolean;
  setValue: (value: MetricValue, only: (id: string) => boolean) => void;
  setTrend: (key: string) => void;
  goalOf: (id: string) => Goal | null;
  setGoal: (key: string, goal: Goal) => void;
}

export function columnMenu(id: string, tools: ColumnTools): MenuItem[] {
  const { t, layout, setLayout, sorting, setSorting, sortBy, group, setGroup, isMetric, setValue, goalOf } = tools;
  const { kind, path, sortable, value: own } = column(id);
  const place = layout.order.indexOf(id);
  const sorted = sorting.find((each) => each.field === id);
  const items: MenuItem[] = [];
  if (sortable)
    items.push(
      {
        id: "up",
        label: t.runs.sortUp,
        icon: "up",
        onSelect: () => setSorting([{ field: id, descending: false }]),
      },
      {
        id: "down",
        label: t.runs.sortDown,
        icon: "down",
        onSelect: () => setSorting([{ field: id, descending: true }]),
      },
      ...(sorting.length > 0 && !sorted
        ? [{ id: "then", label: t.runs.sortThen, icon: "sort" as const, onSelect: () => sortBy(id, true) }]
        : []),
      ...(sorted
        ? [
            {
              id: "clear",
              label: t.runs.sortClear,
              icon: "x" as const,
              onSelect: () => setSorting(sorting.filter((each) => each.field !== id)),
            },
          ]
        : []),
      { id: "line1", separator: true },
      { id: "filter", label: t.runs.filterBy, icon: "filter", onSelect: () => setTimeout(() => tools.filterBy(id)) },
    );
  if ((kind === "config" || GROUPABLE.includes(id)) && !group.includes(id)) {
    items.push({ id: "group", label: t.runs.groupBy, icon: "group", onSelect: () => setGroup([id]) });
    if (group.length > 0 && group.length < MOST_GROUPED)
      items.push({
        id: "within",
        label: t.runs.groupWithin,
        icon: "group",
        onSelect: () => setGroup([...group, id]),
      });
  }
  if (isMetric(id))
    items.push(
      { id: "trend", label: t.runs.trendOf, icon: "chart", onSelect: () => tools.setTrend(path) },
      { id: "line3", separator: true },
      { id: "values", title: t.runs.valuesChip },
      ...METRIC_VALUES.map((each) => ({
        id: `value ${each}`,
        label: t.runs.valuesLong[each],
        checked: each === own,
        onSelect: () => setValue(each, (other) => other === id),
      })),
    );
  if (kind === "summary" && id !== TREND)
    items.push(
      { id: "line4", separator: true },
      { id: "goals", title: t.runs.goal },
      ...(["less", "more"] as const).map((goal) => ({
        id: `goal ${goal}`,
        label: t.runs.goals[goal],
        checked: goalOf(id) === goal,
        onSelect: () => tools.setGoal(path, goal),
      })),
    );
  if (id !== "name")
    items.push(
      { id: "line2", separator: true },
      {
        id: "pin",
        label: layout.pinned.includes(id) ? t.runs.unpin : t.runs.pin,
        icon: "pin",
        onSelect: () => setLayout(togglePin(layout, id)),
      },
      {
        id: "left",
        label: t.runs.moveLeft,
        icon: "left",
        disabled: place <= 1,
        onSelect: () => setLayout(moveColumn(layout, id, layout.order[place - 1] ?? id)),
      },
      {
        id: "right",
        label: t.runs.moveRight,
        icon: "right",
        disabled: place === layout.order.length - 1,
        onSelect: () => setLayout(moveColumn(layout, id, layout.order[place + 1] ?? id)),
      },
      { id: "hide", label: t.runs.hideColumn, icon: "eyeOff", onSelect: () => setLayout(toggleColumn(layout, id)) },
    );
  return items;
}
