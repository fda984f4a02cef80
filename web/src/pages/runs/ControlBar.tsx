/** The bar over the table: the query, group, sort, values, trend and heat, columns and export. */
import type { ReactNode, RefObject } from "react";
import type { ApiError } from "@/api/client";
import type { Columns } from "@/api/projects";
import type { Sort } from "@/api/types";
import { type Density, setDensity, useDensity } from "@/theme/density";
import { Button, Chip, IconButton, Menu, Popover } from "@/ui";
import { useText } from "@/ui/text";
import { ColumnPicker } from "./ColumnPicker";
import { column, type Layout, METRIC_VALUES, type MetricValue } from "./columns";
import { FieldChip } from "./FieldChip";
import type { GroupSays } from "./GroupLine";
import { MOST_GROUPED } from "./levels";
import { GroupChip, SortChip } from "./OrderChips";
import { QueryBox } from "./QueryBox";

export const HEATS = ["off", "one", "all"] as const;
export type Heat = (typeof HEATS)[number];

const DENSITIES: readonly Density[] = ["compact", "regular", "relaxed"];
const GROUP_FIELDS = ["state", "user", "group", "job_type", "tags", "sweep", "host", "created_at"];

export interface ControlBarProps {
  entity: string;
  project: string;
  query: string;
  onQuery: (query: string) => void;
  queryError: ApiError | null;
  searchRef: RefObject<HTMLInputElement | null>;
  found: Columns;
  metricKeys: readonly string[];
  every: readonly string[];
  layout: Layout;
  onLayout: (layout: Layout | null) => void;
  group: readonly string[];
  onGroup: (group: string[]) => void;
  says: GroupSays;
  onSays: (says: GroupSays) => void;
  onFoldAll: (fold: boolean) => void;
  sorting: readonly Sort[];
  onSorting: (sorting: Sort[]) => void;
  /** What all metric columns show; null where they differ, undefined where there is none. */
  value: MetricValue | null | undefined;
  onValue: (value: MetricValue) => void;
  trendKey: string | null;
  onTrend: (key: string | null) => void;
  heat: Heat;
  onHeat: (heat: Heat) => void;
  onExport: () => void;
  exporting: boolean;
  before?: ReactNode;
}

export function ControlBar(props: ControlBarProps) {
  const { sorting, layout, every, group, found, heat, value } = props;
  const t = useText();
  const density = useDensity();
  return (
    <div className="runs-bar">
      <QueryBox {...props} />
      <GroupChip
        group={group}
        most={MOST_GROUPED}
        fields={[...GROUP_FIELDS, ...found.config.map((path) => `config.${path}`)]}
        onGroup={props.onGroup}
      />
      <SortChip sorts={sorting} fields={every.filter((id) => column(id).sortable)} onSorts={props.onSorting} />
      {value !== undefined && (
        <Menu
          trigger={
            <Chip
              label={t.runs.valuesChip}
              value={value === null ? t.runs.mixed : t.runs.values[value]}
              set={value !== "last"}
            />
          }
          items={METRIC_VALUES.map((each) => ({
            id: each,
            label: t.runs.valuesLong[each],
            checked: each === value,
            onSelect: () => props.onValue(each),
          }))}
        />
      )}
      {props.metricKeys.length > 0 && (
        <FieldChip
          label={t.runs.trend}
          value={props.trendKey ?? t.runs.off}
          set={false}
          fields={props.metricKeys}
          plain
          chosen={props.trendKey}
          none={t.runs.off}
          onChoose={props.onTrend}
        />
      )}
      <Menu
        trigger={<Chip label={t.runs.heat} value={t.runs.heats[heat]} set={heat !== "off"} />}
        items={HEATS.map((each) => ({
          id: each,
          label: t.runs.heatsLong[each],
          checked: each === heat,
          onSelect: () => props.onHeat(each),
        }))}
      />
      <span className="grow" />
      <Menu
        align="end"
        trigger={<IconButton icon="rows" bordered label={t.runs.look} />}
        items={[
          { id: "density", title: t.runs.density },
          ...DENSITIES.map((each) => ({
            id: each,
            label: t.runs.densities[each],
            checked: each === density,
            onSelect: () => setDensity(each),
          })),
          ...(group.length > 0
            ? [
                { id: "line", separator: true as const },
                { id: "says", title: t.runs.groupSays },
                ...(["sigma", "range"] as const).map((each) => ({
                  id: each,
                  label: t.runs.says[each],
                  checked: each === props.says,
                  onSelect: () => props.onSays(each),
                })),
                { id: "line2", separator: true as const },
                { id: "fold", label: t.runs.foldAll, checked: false, onSelect: () => props.onFoldAll(true) },
                { id: "unfold", label: t.runs.unfoldAll, checked: false, onSelect: () => props.onFoldAll(false) },
              ]
            : []),
        ]}
      />
      <Popover
        width={320}
        align="end"
        label={t.runs.columns}
        trigger={
          <Button icon="columns">
            {t.runs.columns}
            <span className="t3 num">
              {layout.order.length} / {every.length}
            </span>
          </Button>
        }
      >
        <ColumnPicker every={every} layout={layout} onLayout={props.onLayout} trendKey={props.trendKey} />
      </Popover>
      <Button icon="download" busy={props.exporting} onClick={props.onExport}>
        {t.runs.export}
      </Button>
    </div>
  );
}
