/** How groups of the runs differ in their results: mean, deviation, interval, and Welch's test against the first group. */
import { useMemo } from "react";
import { fieldOf, nameOf } from "@/state/fields";
import { goalOf } from "@/state/goals";
import { groupsOf } from "@/state/groups";
import { Chip, EmptyState, Icon, Menu } from "@/ui";
import { asNumber, number } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import type { Compared } from "./index";
import { rowsOf } from "./rows";
import { type Sample, sampleOf, welch } from "./statistics";

export default function Statistics({ runs }: Compared) {
  const t = useText().compare;
  const [address, setAddress] = useAddress();
  const fields = useMemo(() => {
    const config = rowsOf("config", runs)
      .filter((row) => row.differs)
      .map((row) => `config.${row.path}`);
    const facts = ["group", "job_type", "tags", "user"].filter(
      (field) => new Set(runs.map((run) => JSON.stringify(fieldOf(run, field)))).size > 1,
    );
    return [...facts, ...config];
  }, [runs]);
  const field = address.by && fields.includes(address.by) ? address.by : (fields[0] ?? "");
  const groups = useMemo(() => (field ? groupsOf(runs, [field]) : []), [runs, field]);
  const metrics = useMemo(
    () =>
      rowsOf("summary", runs)
        .filter((row) => row.values.some((value) => Number.isFinite(asNumber(value) ?? Number.NaN)))
        .map((row) => row.path),
    [runs],
  );
  if (runs.length < 2 || groups.length === 0)
    return (
      <EmptyState icon="group" title={runs.length < 2 ? t.oneRun : t.noGroups}>
        {runs.length < 2 ? t.oneRunWhy : t.noGroupsWhy}
      </EmptyState>
    );
  return (
    <div className="cp-scroll">
      <div className="cp-bar">
        <Menu
          trigger={<Chip label={t.groupBy} value={nameOf(field)} />}
          items={fields.map((each) => ({
            id: each,
            label: nameOf(each),
            checked: each === field,
            onSelect: () => setAddress({ by: each }, true),
          }))}
        />
        <span className="t3">{t.statisticsAbout}</span>
      </div>
      <div className="cp-stats">
        <table className="plain-table num">
          <thead>
            <tr>
              <th>{t.metric}</th>
              {groups.map((group, place) => (
                <th key={group.id}>
                  {group.name} <span className="t3">n = {group.runs.length}</span>
                  {place === 0 && <span className="ui-badge">{t.baseline}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => {
              const samples = groups.map((group) =>
                sampleOf(
                  group.runs.flatMap((run) => {
                    const value = asNumber(fieldOf(run, `summary.${metric}`));
                    return value !== null && Number.isFinite(value) ? [value] : [];
                  }),
                ),
              );
              const goal = goalOf(metric, runs);
              return (
                <tr key={metric}>
                  <td className="mono">{metric}</td>
                  {samples.map((sample, place) => (
                    <td key={groups[place]!.id}>
                      <SampleCell sample={sample} base={place === 0 ? null : samples[0]!} goal={goal} />
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="t3 cp-note">
        <Icon name="info" small /> {t.statisticsMethod}
      </p>
    </div>
  );
}

interface SampleCellProps {
  sample: Sample;
  base: Sample | null;
  goal: "more" | "less" | null;
}

function SampleCell({ sample, base, goal }: SampleCellProps) {
  const t = useText().compare;
  if (sample.n === 0) return <span className="t3">—</span>;
  const test = base ? welch(sample, base) : null;
  const by = base ? sample.mean - base.mean : 0;
  const good = test && goal && by !== 0 ? by > 0 === (goal === "more") : null;
  return (
    <span className="cp-sample">
      <span>
        {number(sample.mean)}
        {sample.n > 1 && <span className="t3"> ± {number(sample.deviation, 2)}</span>}
      </span>
      {sample.n > 1 && (
        <span className="t3" title={t.interval}>
          [{number(sample.mean - sample.half, 3)}, {number(sample.mean + sample.half, 3)}]
        </span>
      )}
      {test && (
        <span
          className={`cp-p${test.p < 0.05 && good !== null ? (good ? " better" : " worse") : " t3"}`}
          title={t.pHint}
        >
          {by > 0 ? "▲" : by < 0 ? "▼" : ""} p = {test.p < 1e-4 ? "< 1e−4" : number(test.p, 2)}
        </span>
      )}
    </span>
  );
}
