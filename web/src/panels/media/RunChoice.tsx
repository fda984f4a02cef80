import type { Run } from "@/api/types";
import { Icon, Menu, RunDot } from "@/ui";
import { useText } from "@/ui/text";

/** Of which run a panel shows something, where it shows one at a time; nothing where there is no choice. */
export function RunChoice({
  runs,
  chosen,
  onChoose,
}: {
  runs: readonly Run[];
  chosen: Run | null;
  onChoose: (run: string) => void;
}) {
  const t = useText().media;
  if (runs.length < 2 || !chosen) return null;
  return (
    <Menu
      align="end"
      items={runs.slice(0, 60).map((run) => ({
        id: run.id,
        label: (
          <span className="pn-choice">
            <RunDot run={run} size={8} /> {run.name}
          </span>
        ),
        checked: run.id === chosen.id,
        onSelect: () => onChoose(run.id),
      }))}
      trigger={
        <button type="button" className="pn-choose" aria-label={`${t.ofRun} ${chosen.name}`}>
          <RunDot run={chosen} size={8} />
          <span className="cut">{chosen.name}</span>
          <Icon name="down" small />
        </button>
      }
    />
  );
}
