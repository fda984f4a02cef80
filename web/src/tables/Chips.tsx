/** What narrows, orders and groups the rows, each to be taken away by a click. */
import { Button, Tag } from "@/ui";
import { number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import type { Filter } from "./filters";
import type { Look } from "./look";

export interface ChipsProps {
  look: Look;
  change: (part: Partial<Look>) => void;
  /** Where the chips have a place of their own, also those of sorts, which heads show by themselves. */
  sorts?: boolean;
}

export function Chips({ look, change, sorts: all }: ChipsProps) {
  const t = useText().tables;
  const { filters, groups } = look;
  const sorts = all ? look.sorts : [];
  if (filters.length + sorts.length + groups.length === 0) return null;
  const words = (filter: Filter): string => {
    const { column } = filter;
    switch (filter.op) {
      case "range":
        if (filter.low === null) return `${column} ≤ ${number(filter.high ?? 0)}`;
        if (filter.high === null) return `${column} ≥ ${number(filter.low)}`;
        return `${number(filter.low)} ≤ ${column} ≤ ${number(filter.high)}`;
      case "in":
        return t.filterWords.in(column, filter.values.map((value) => value || t.emptyText).join(", "));
      case "has":
        return t.filterWords.has(column, filter.text);
      case "matches":
        return t.filterWords.matches(column, filter.pattern);
      default:
        return t.filterWords[filter.op](column);
    }
  };
  return (
    <div className="tb-chips">
      {filters.map((filter) => (
        <Tag key={filter.column} accent onRemove={() => change({ filters: filters.filter((each) => each !== filter) })}>
          {words(filter)}
        </Tag>
      ))}
      {groups.map((id) => (
        <Tag key={`g${id}`} onRemove={() => change({ groups: groups.filter((each) => each !== id) })}>
          {t.group}: {id}
        </Tag>
      ))}
      {sorts.map((sort) => (
        <Tag key={`s${sort.column}`} onRemove={() => change({ sorts: look.sorts.filter((each) => each !== sort) })}>
          {sort.descending ? "↓" : "↑"} {sort.column}
        </Tag>
      ))}
      {filters.length > 1 && (
        <Button variant="bare" onClick={() => change({ filters: [], search: "", where: "" })}>
          {t.clearAll}
        </Button>
      )}
    </div>
  );
}
