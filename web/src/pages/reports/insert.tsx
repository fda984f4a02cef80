/** What can be put into a report: by the plus beside a part, or by `/` on an empty line. */
import { Button, IconButton, type IconName, Menu } from "@/ui";
import { useText } from "@/ui/text";
import type { Part } from "./document";
import { newId } from "./parts";

export const INSERTABLES = [
  "text",
  "heading1",
  "heading2",
  "heading3",
  "list",
  "numbers",
  "tasks",
  "quote",
  "code",
  "math",
  "table",
  "line",
  "panels",
] as const;

export type Insertable = (typeof INSERTABLES)[number];

export const ICONS: Record<Insertable, IconName> = {
  text: "note",
  heading1: "tag",
  heading2: "tag",
  heading3: "tag",
  list: "rows",
  numbers: "rows",
  tasks: "check",
  quote: "right",
  code: "term",
  math: "sweep",
  table: "table",
  line: "minus",
  panels: "chart",
};

/** The Markdown each begins with. */
const BEGINNINGS: Record<Exclude<Insertable, "panels">, string> = {
  text: "",
  heading1: "# ",
  heading2: "## ",
  heading3: "### ",
  list: "- ",
  numbers: "1. ",
  tasks: "- [ ] ",
  quote: "> ",
  code: "```python\n\n```",
  math: "$$\n\n$$",
  table: "| run | loss |\n| --- | ---: |\n|  |  |",
  line: "---",
};

export function beginningOf(what: Exclude<Insertable, "panels">): string {
  return BEGINNINGS[what];
}

export function insertableOf(what: Insertable): Part {
  const id = newId();
  return what === "panels"
    ? { id, kind: "panels", runs: "", panels: [] }
    : { id, kind: "text", text: beginningOf(what) };
}

export interface InsertMenuProps {
  label: string;
  onInsert: (what: Insertable) => void;
  /** A button with words instead of a plus. */
  wide?: boolean;
}

export function InsertMenu({ label, onInsert, wide }: InsertMenuProps) {
  const t = useText().reports.inserts;
  return (
    <Menu
      trigger={wide ? <Button icon="plus">{label}</Button> : <IconButton icon="plus" label={label} small />}
      items={INSERTABLES.map((what) => ({
        id: what,
        icon: ICONS[what],
        label: t[what],
        onSelect: () => onInsert(what),
      }))}
    />
  );
}
