/** A table to look into: searched, filtered, sorted, grouped, row by row, asked in SQL, and kept in part. */
import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import type { AddressOf } from "@/media/source";
import { Button, Chip, copyText, errorMessage, IconButton, Menu, Search, toast } from "@/ui";
import { download, fileName } from "@/ui/download";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { Chips } from "./Chips";
import { ColumnList } from "./ColumnList";
import { type Column, isMediaColumn } from "./columns";
import { Grid } from "./Grid";
import { HEIGHTS, type Look, PAINTS } from "./look";
import { RowDrawer } from "./RowDrawer";
import { SaveDialog } from "./SaveDialog";
import { FORMATS, type Format, parquetOf, shownOf, textOf } from "./shown";
import type { TableSource } from "./source";
import type { Table } from "./table";
import { usePipeline } from "./usePipeline";
import { WhereBox } from "./WhereBox";
import "./tables.css";

export interface ExplorerProps {
  table: Table;
  /** What files of it are called. */
  name: string;
  addressOf: AddressOf;
  /** Where the media of some columns are, where not there. */
  otherAddressOf?: ((column: Column) => AddressOf | null) | undefined;
  look: Look;
  change: (part: Partial<Look>) => void;
  source: TableSource;
  /** In a comparison, the columns of the other table by those of this one. */
  pairs?: ReadonlyMap<number, number> | null;
  /** What a part of it that is kept was made of. */
  told?: Record<string, unknown>;
  /** In a panel: less of everything. */
  compact?: boolean;
  /** Stands before the bar's own. */
  before?: ReactNode;
  /** Stands at its end: what else can be done. */
  after?: ReactNode;
  /** Stands below the bar. */
  below?: ReactNode;
}

const NO_TELLING: Record<string, unknown> = {};

export function Explorer(props: ExplorerProps) {
  const { table, name, addressOf, otherAddressOf, look, change, source, pairs = null, told = NO_TELLING } = props;
  const { compact = false, before, after, below } = props;
  const t = useText();
  const words = t.tables;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [saving, setSaving] = useState(false);
  const slow = useDeferredValue(look);
  const made = usePipeline(table, slow, open, pairs);
  const { rows, order, lines } = made;
  const addressFor = useMemo(
    () => (column: Column) => otherAddressOf?.(column) ?? addressOf,
    [addressOf, otherAddressOf],
  );
  const toggle = (key: string) =>
    setOpen((old) => {
      const next = new Set(old);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const grouped = look.groups.length > 0;
  const groups = grouped ? lines.filter((line) => line.kind === "group" && line.depth === 0) : [];
  const exportAs = async (format: Format) => {
    const what = shownOf(made);
    try {
      const content =
        format === "parquet" ? await parquetOf(source.entity, source.project, what) : textOf(what, format);
      if (content === "too much") toast(words.tooLarge, { kind: "failed" });
      else
        download(
          fileName(name, format),
          typeof content === "string" ? new Blob([content], { type: "text/plain;charset=utf-8" }) : content,
        );
    } catch (error) {
      toast(errorMessage(error, t.common.errors), { kind: "failed" });
    }
  };
  const copyAll = async () => {
    if (await copyText(textOf(shownOf(made), "tsv"))) toast(words.copied(count(order.length)));
  };
  const counted = (
    <span className="t3 num tb-count">
      {order.length === rows.length
        ? words.rows(count(rows.length), count(made.columns.length))
        : words.rowsOf(count(order.length), count(rows.length))}
    </span>
  );
  const empty = look.search || look.where || look.filters.length > 0 ? words.noneLeft : words.noRows;
  return (
    <div className={`tb${compact ? " compact" : ""}`}>
      <div className="tb-bar">
        {before}
        <Search
          value={look.search}
          onChange={(search) => change({ search })}
          placeholder={words.find}
          className="narrow"
        />
        {!compact && (
          <WhereBox
            value={look.where}
            onChange={(where) => change({ where })}
            error={made.whereError}
            columns={made.columns}
          />
        )}
        {compact && counted}
        <span className="grow" />
        {!compact && (
          <>
            <Menu
              stay
              align="end"
              trigger={<Chip label={words.group} value={grouped ? look.groups.join(", ") : undefined} set={grouped} />}
              items={[
                ...made.columns
                  .filter((column) => !isMediaColumn(column))
                  .slice(0, 60)
                  .map(({ id }) => ({
                    id,
                    label: id,
                    checked: look.groups.includes(id),
                    onSelect: () =>
                      change({
                        groups: look.groups.includes(id)
                          ? look.groups.filter((each) => each !== id)
                          : [...look.groups, id],
                      }),
                  })),
                ...(grouped
                  ? [
                      { id: "-", separator: true as const },
                      {
                        id: "-unfold",
                        label: words.unfoldAll,
                        onSelect: () => setOpen(new Set(groups.flatMap((line) => ("key" in line ? line.key : [])))),
                      },
                      { id: "-fold", label: words.foldAll, onSelect: () => setOpen(new Set()) },
                    ]
                  : []),
              ]}
            />
            <ColumnList table={made.table} columns={made.columns} look={look} change={change} />
            <Menu
              stay
              align="end"
              trigger={<IconButton icon="rows" label={words.viewMenu} />}
              items={[
                { id: "height", title: words.height },
                ...HEIGHTS.map((height) => ({
                  id: height,
                  label: words.heights[height],
                  checked: look.height === height,
                  onSelect: () => change({ height }),
                })),
                { id: "paint", title: words.paint },
                ...PAINTS.map((paint) => ({
                  id: paint,
                  label: words.paints[paint],
                  checked: look.paint === paint,
                  onSelect: () => change({ paint }),
                })),
              ]}
            />
            <Menu
              align="end"
              trigger={<IconButton icon="download" label={words.export} />}
              items={[
                ...FORMATS.map((format) => ({
                  id: format,
                  label: words.exportAs[format],
                  onSelect: () => void exportAs(format),
                })),
                { id: "-", separator: true },
                { id: "tsv", label: words.copyTsv, icon: "copy", onSelect: () => void copyAll() },
              ]}
            />
            <Button icon="box" onClick={() => setSaving(true)}>
              {words.save}
            </Button>
          </>
        )}
        {after}
      </div>
      {below}
      {compact ? (
        <Chips look={look} change={change} />
      ) : (
        <div className="tb-status">
          {counted}
          <Chips look={look} change={change} sorts />
        </div>
      )}
      <div className="tb-body">
        <div className="tb-main">
          <Grid made={made} look={look} change={change} addressFor={addressFor} compact={compact} onToggle={toggle} />
          {lines.length === 0 && (
            <div className="tb-empty">
              <p>{empty}</p>
              {empty === words.noneLeft && (
                <Button onClick={() => change({ search: "", where: "", filters: [] })}>{words.clearAll}</Button>
              )}
            </div>
          )}
        </div>
        <RowDrawer made={made} look={look} change={change} addressFor={addressFor} />
      </div>
      {saving && (
        <SaveDialog
          source={source}
          told={told}
          name={name}
          makeShown={() => shownOf(made)}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
}
