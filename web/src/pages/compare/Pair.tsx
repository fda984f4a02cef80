import type { Run } from "@/api/types";
import { Chip, Icon, Menu } from "@/ui";
import { useText } from "@/ui/text";

export interface PairProps {
  runs: readonly Run[];
  base: Run;
  other: Run;
  onOther: (id: string) => void;
}

/** Which two of the runs stand side by side: the baseline, and one that is chosen. */
export function Pair({ runs, base, other, onOther }: PairProps) {
  const t = useText().compare;
  return (
    <span className="cp-pair">
      <b className="cut">{base.name}</b>
      <Icon name="right" small />
      <Menu
        trigger={<Chip label={t.with} value={other.name} />}
        items={runs
          .filter((run) => run !== base)
          .map((run) => ({ id: run.id, label: run.name, checked: run === other, onSelect: () => onOther(run.id) }))}
      />
    </span>
  );
}
