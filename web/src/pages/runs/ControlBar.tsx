/** The bar over the table: the query, group, sort, trend and heat, columns and export. */
import type { RefObject } from "react";
import type { ApiError } from "@/api/client";
import type { Columns } from "@/api/projects";
import { Button, Chip, Menu, Popover } from "@/ui";
import { useText } from "@/ui/text";
import { ColumnPicker } from "./ColumnPicker";
import { column, type Layout } from "./columns";
import { FieldChip } from "./FieldChip";
import type { Sorting } from "./Grid";
import { QueryBox } from "./QueryBox";
import { EXPORT_FORMATS, type ExportFormat } from "./save";
import { columnName } from "./words";

export interface ControlBarProps {
  query: string;
  onQuery: (query: string) => void;
  queryError: ApiError | null;
  searchRef: RefObject<HTMLInputElement | null>;
  found: Columns;
  every: readonly string[];
  layout: Layout;
  onLayout: (layout: Layout | null) => void;
  group: string | null;
  onGroup: (field: string | null) => void;
  sorting: Sorting | null;
  onSorting: (sorting: Sorting | null) => void;
  trendKeys: readonly string[];
  trendKey: string | null;
  onTrend: (key: string | null) => void;
  heat: boolean;
  onHeat: (on: boolean) => void;
  onExport: (format: ExportFormat, all: boolean) => void;
  exporting: boolean;
}

export function ControlBar(props: ControlBarProps) {
  const { sorting, layout, every } = props;
  const t = useText();
  return (
    <div className="runs-bar">
      <QueryBox {...props} />
      <FieldChip
        label={t.runs.group}
        value={props.group ? columnName(props.group, t) : t.runs.groupNone}
        set={props.group !== null}
        fields={["state", "user", "group", "job_type", ...props.found.config.map((path) => `config.${path}`)]}
        chosen={props.group}
        none={t.runs.groupNone}
        onChoose={props.onGroup}
      />
      <FieldChip
        label={t.runs.sort}
        value={sorting ? `${columnName(sorting.field, t)} ${sorting.descending ? "↓" : "↑"}` : t.runs.sortNone}
        set={sorting !== null}
        fields={every.filter((id) => column(id).sortable)}
        chosen={sorting?.field ?? null}
        none={t.runs.sortNone}
        onChoose={(field) =>
          props.onSorting(field ? { field, descending: sorting?.field === field ? !sorting.descending : false } : null)
        }
      />
      {props.trendKeys.length > 0 && (
        <FieldChip
          label={t.runs.trend}
          value={props.trendKey ?? t.runs.off}
          set={false}
          fields={props.trendKeys}
          plain
          chosen={props.trendKey}
          none={t.runs.off}
          onChoose={props.onTrend}
        />
      )}
      <Chip
        flat
        label={t.runs.heat}
        value={props.heat ? t.runs.on : t.runs.off}
        set={props.heat}
        aria-pressed={props.heat}
        onClick={() => props.onHeat(!props.heat)}
      />
      <span className="grow" />
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
      <Menu
        align="end"
        trigger={
          <Button icon="download" busy={props.exporting}>
            {t.runs.export}
          </Button>
        }
        items={[
          { id: "shown", label: t.runs.exportCsv, icon: "table", onSelect: () => props.onExport("csv", false) },
          { id: "all", label: t.runs.exportAll, icon: "columns", onSelect: () => props.onExport("csv", true) },
          { id: "line", separator: true },
          ...EXPORT_FORMATS.filter((format) => format !== "csv").map((format) => ({
            id: format,
            label: t.runs.exportAs[format],
            icon: "download" as const,
            onSelect: () => props.onExport(format, false),
          })),
        ]}
      />
    </div>
  );
}
