/** What the table of a run can be compared with: its other steps, and other runs that have the table. */
import { useState } from "react";
import { useRuns } from "@/api/runs";
import type { Run } from "@/api/types";
import { isTable, type Version } from "@/tables/useVersions";
import { Button, Menu, type MenuItem, RunDot } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";

const RUNS = 100;

export interface CompareMenuProps {
  run: Run;
  tableKey: string;
  list: readonly Version[];
  step: number;
  /** `@1200` for a step of the run, the id of another run, or both. */
  chosen: string | null;
  onChoose: (what: string) => void;
}

export function CompareMenu({ run, tableKey, list, step, chosen, onChoose }: CompareMenuProps) {
  const t = useText().tables;
  const [opened, setOpened] = useState(false);
  const runs = useRuns(run.entity, run.project, { limit: RUNS }, opened);
  const others = (runs.data?.runs ?? []).filter((each) => each.id !== run.id && isTable(each.summary[tableKey]));
  const steps = list.filter((version) => version.step !== step).reverse();
  const items: MenuItem[] = [
    ...(steps.length > 0 ? [{ id: "-steps", title: t.otherStep }] : []),
    ...steps.slice(0, 40).map(
      (version): MenuItem => ({
        id: `@${version.step}`,
        label: t.stepOf(count(version.step)),
        checked: chosen === `@${version.step}`,
        onSelect: () => onChoose(`@${version.step}`),
      }),
    ),
    ...(others.length > 0 ? [{ id: "-runs", title: t.otherRun }] : []),
    ...others.map(
      (each): MenuItem => ({
        id: each.id,
        label: (
          <span className="pn-choice">
            <RunDot run={each} size={8} /> {each.name}
          </span>
        ),
        checked: chosen === each.id,
        onSelect: () => onChoose(each.id),
      }),
    ),
    ...(steps.length + others.length === 0 && !runs.isLoading
      ? [{ id: "none", label: t.noOther, disabled: true, onSelect: () => undefined }]
      : []),
  ];
  return (
    <span onPointerEnter={() => setOpened(true)} onFocus={() => setOpened(true)}>
      <Menu
        align="end"
        items={items}
        trigger={
          <Button icon="compare" aria-label={t.compareWith}>
            {t.compare}
          </Button>
        }
      />
    </span>
  );
}
