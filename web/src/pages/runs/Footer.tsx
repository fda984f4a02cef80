/** What the table comes to: how many runs or groups, against which run, and of when it is. */
import type { Run } from "@/api/types";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { ago, useNow } from "@/ui/times";
import type { GroupSays } from "./GroupLine";

interface FooterProps {
  groups: number | null;
  moreGroups: number;
  runs: number;
  updatedAt: number;
  baseline: Run | null;
  onNoBaseline: () => void;
  says: GroupSays;
}

export function Footer(props: FooterProps) {
  const t = useText();
  const now = useNow();
  return (
    <footer className="runs-foot num">
      <span>
        {props.groups !== null ? t.runs.groups(props.groups, props.runs) : t.runs.allShown(count(props.runs))}
      </span>
      {props.moreGroups > 0 && <span>{t.runs.moreGroups(count(props.moreGroups))}</span>}
      {props.groups !== null && <span>{t.runs.groupsAbout[props.says]}</span>}
      {props.baseline && (
        <span className="runs-foot-base">
          {t.runs.against(props.baseline.name)}{" "}
          <button type="button" className="ui-link" onClick={props.onNoBaseline}>
            {t.runList.noBaseline}
          </button>
        </span>
      )}
      <span className="grow" />
      {props.updatedAt > 0 && <span>{t.runs.updated(ago(props.updatedAt, Math.max(now, props.updatedAt)))}</span>}
    </footer>
  );
}
