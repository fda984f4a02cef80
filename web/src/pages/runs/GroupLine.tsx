/** The line of a group: its name, and what the numbers of its runs come to. */
import { Checkbox, Icon } from "@/ui";
import { asNumber, count, inColumn, number, oneLine } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { isRight } from "./Cell";
import { type Column, TREND } from "./columns";
import { Line, type LineProps, placed } from "./lines";
import type { GroupNode } from "./tree";

/** What a cell of a group says beside the mean. */
export type GroupSays = "sigma" | "range";

interface GroupLineProps extends LineProps {
  group: GroupNode;
  open: boolean;
  says: GroupSays;
  selected: boolean;
  onToggle: () => void;
  onSelect: (on: boolean) => void;
}

export function GroupLine(props: GroupLineProps) {
  const { group, stats } = props;
  const t = useText();
  return (
    <Line
      line={props}
      className="of-group"
      selected={props.selected}
      cell={(each, place) => {
        const { className, style } = placed(
          each,
          place,
          `${isRight(each, stats.numeric) ? " right num" : ""}${props.active === each.id ? " active" : ""}`,
        );
        return (
          <div
            key={each.id}
            role="gridcell"
            tabIndex={-1}
            className={className}
            style={style}
            onClick={each.id === "name" ? props.onToggle : undefined}
          >
            {each.id === "name" ? (
              <span
                className="runs-name"
                style={{ marginLeft: props.depth * 20 }}
                title={group.path.map(({ field, value }) => `${field} = ${oneLine(value)}`).join("\n")}
              >
                <Checkbox
                  checked={props.selected}
                  label={t.runs.select(group.name)}
                  onChange={props.onSelect}
                  onClick={(event) => event.stopPropagation()}
                />
                <Icon name={props.open ? "down" : "right"} small />
                <i className="runs-square" style={{ background: `var(${group.token})` }} />
                <span className="cut">{group.name}</span>
                <span className="t3 num">{count(group.runs)}</span>
              </span>
            ) : (
              <GroupCell column={each} group={group} decimals={stats.decimals.get(each.id) ?? 0} says={props.says} />
            )}
          </div>
        );
      }}
    />
  );
}

const TOLD = ["running", "failed", "crashed", "killed"] as const;

function GroupCell({
  column: each,
  group,
  decimals,
  says,
}: {
  column: Column;
  group: GroupNode;
  decimals: number;
  says: GroupSays;
}) {
  const t = useText();
  if (each.id === "state") {
    const states = TOLD.filter((state) => group.states.has(state));
    const said = states.map((state) => `${group.states.get(state)} ${t.common.states[state].toLowerCase()}`);
    return (
      <span className="t3 cut" title={said.join(", ")}>
        {said[0] ?? ""}
      </span>
    );
  }
  if (each.kind === "run" || each.id === TREND) return null;
  const own = group.path.find(({ field }) => field === each.id);
  const shared = own ? own.value : group.shared.get(each.id);
  const one = asNumber(shared);
  if (shared !== undefined && shared !== null && (each.kind === "config" || one === null))
    return (
      <span className="cut" title={oneLine(shared)}>
        {one === null ? oneLine(shared) : inColumn(one, decimals)}
      </span>
    );
  const found = group.numbers.get(each.id);
  if (!found || found.mean === null || found.n === 0) return <span className="t3">—</span>;
  const text = inColumn(found.mean, decimals);
  const { min, max, std, n } = found;
  if (std === null || min === null || max === null) return <span>{text}</span>;
  const odd = found.nan + found.pos_inf + found.neg_inf;
  const title = `${text} ± ${number(std, 4)} (n = ${n})\n${t.runs.values.min} ${number(min, 5)} · ${t.runs.values.max} ${number(max, 5)}${odd > 0 ? `\n${t.runs.notFinite(odd)}` : ""}`;
  return (
    <span className="cut" title={title}>
      {says === "sigma" ? (
        <>
          {text} <span className="runs-sigma">± {number(std, 2)}</span>
        </>
      ) : (
        <>
          {inColumn(min, decimals)} <span className="runs-sigma">– {inColumn(max, decimals)}</span>
        </>
      )}{" "}
      <span className="t3">({n})</span>
    </span>
  );
}
