/** The runs table: everything known of a project's runs, to sort, filter, group, edit and compare. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLiveList } from "@/api/live-list";
import { useColumns, useProjectKeys } from "@/api/projects";
import { deleteRun, dropRuns, refreshRuns, searchRuns, useEditRun, useRunPages } from "@/api/runs";
import type { Run, RunSearch } from "@/api/types";
import { writeList } from "@/state/view";
import { Button, EmptyState, ErrorState, errorMessage, type MenuItem, Skeleton, toast } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { ago, useNow } from "@/ui/times";
import { useAddress } from "../parts/address";
import { useSettled } from "../parts/debounce";
import { FirstRun } from "../parts/Empty";
import { mainMetric } from "../parts/main-metric";
import { BulkBar } from "./BulkBar";
import { ControlBar } from "./ControlBar";
import {
  allColumns,
  column,
  firstColumns,
  formatLayout,
  type Layout,
  moveColumn,
  parseLayout,
  TREND,
  toggleColumn,
  togglePin,
} from "./columns";
import { type CellEdit, commitEdit, withTag } from "./editing";
import { FilterBar } from "./FilterBar";
import { chipsFilter, formatChips, parseChips } from "./filters";
import { Grid, type Sorting } from "./Grid";
import { tableRows } from "./groups";
import { asQueryError } from "./QueryBox";
import { type ExportFormat, saveRuns } from "./save";
import "../parts/parts.css";
import "./runs.css";

const PAGE = 100;
/** With groups on, this many runs are read before the statistics are called whole. */
const GROUPED = 2000;
const NO_COLUMNS = { config: [], summary: [] };
const BARE_COLUMNS = firstColumns(NO_COLUMNS, []);

export function RunsPage() {
  const { entity = "", project = "" } = useParams({ strict: false });
  return <RunsTable key={`${entity}/${project}`} entity={entity} project={project} />;
}

function RunsTable({ entity, project }: { entity: string; project: string }) {
  const t = useText();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [address, setAddress] = useAddress();
  const [typed, setTyped] = useState(address.q ?? "");
  const query = useSettled(typed, 250);
  const searchRef = useRef<HTMLInputElement>(null);
  const chips = useMemo(() => parseChips(address.f ?? ""), [address.f]);
  const sorting = useMemo(() => parseSorting(address.sort), [address.sort]);
  const group = address.group ?? null;
  const hidden = useMemo(() => new Set((address.hide ?? "").split(",").filter(Boolean)), [address.hide]);
  const heatOn = address.heat !== "off";
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [filterDraft, setFilterDraft] = useState<string | null>(null);
  const [exporting, setExporting] = useState(false);
  const [widths, setWidths] = useWidths(entity, project);

  const search = useMemo((): RunSearch => {
    const order = [
      ...(group ? [{ field: group, descending: false }] : []),
      ...(sorting ? [sorting] : []),
      { field: "created_at", descending: true },
    ];
    const unique = order.filter((each, place) => order.findIndex((other) => other.field === each.field) === place);
    return { filter: chipsFilter(chips), query, sort: unique, limit: PAGE };
  }, [chips, query, sorting, group]);
  const pages = useRunPages(entity, project, search);
  const columns = useColumns(entity, project);
  const keys = useProjectKeys(entity, project);

  useEffect(() => {
    if ((address.q ?? "") !== query) setAddress({ q: query || undefined });
  }, [query, address.q, setAddress]);

  const runs = useMemo(() => {
    const seen = new Set<string>();
    const all: Run[] = [];
    for (const page of pages.data?.pages ?? [])
      for (const run of page.runs)
        if (!seen.has(run.id) && !hidden.has(run.id)) {
          seen.add(run.id);
          all.push(run);
        }
    return all;
  }, [pages.data, hidden]);
  const total = pages.data?.pages[0]?.total ?? null;
  const all = pages.data?.pages[0]?.all ?? null;

  const known = useRef(new Set<string>());
  known.current = new Set(pages.data?.pages.flatMap((page) => page.runs.map((run) => run.id)));
  useLiveList(
    entity,
    project,
    (run) => known.current.has(run),
    () => pages.isFetchingNextPage,
  );

  const found = columns.data ?? NO_COLUMNS;
  const every = useMemo(() => allColumns(found), [found]);
  const first = useFirstColumns(columns.data ? found : null, runs);
  const layout = useMemo(
    (): Layout => parseLayout(address.cols ?? "") ?? { order: first, pinned: [] },
    [address.cols, first],
  );
  const setLayout = (next: Layout | null) => setAddress({ cols: next ? formatLayout(next) : undefined });

  const trendKeys = useMemo(
    () =>
      (keys.data ?? [])
        .filter((key) => key.kind === "number" && key.points > 1 && !key.key.startsWith("_"))
        .map((key) => key.key),
    [keys.data],
  );
  const byName = mainMetric(Object.fromEntries(trendKeys.map((key) => [key, 0])));
  const trendKey = address.trend ?? byName;
  const heatField = heatOn ? heatColumn(sorting, layout) : null;

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    if (group && runs.length < GROUPED) more();
  }, [group, runs.length, more]);

  const rows = useMemo(() => tableRows(runs, group, closed, t.runs.noValue), [runs, group, closed, t]);
  const edit = useEditRun(entity, project);
  const failed = (error: unknown) =>
    toast(`${t.runs.couldNotSave}: ${errorMessage(error, t.common.errors)}`, { kind: "failed" });
  const save = (cell: CellEdit) => {
    const change = commitEdit(cell);
    if (change) edit.mutate({ run: cell.run, edit: change }, { onError: failed });
  };
  const chosen = useMemo(() => runs.filter((run) => selected.has(run.id)), [runs, selected]);

  const sortBy = (field: string, direction?: "up" | "down" | "none") => {
    if (!column(field).sortable) return;
    const now = sorting?.field === field ? (sorting.descending ? "down" : "up") : "none";
    const next = direction ?? ({ none: "up", up: "down", down: "none" } as const)[now];
    setAddress({ sort: next === "none" ? undefined : `${next === "down" ? "-" : ""}${field}` }, true);
  };

  const columnMenu = (id: string): MenuItem[] => {
    const { kind, path, sortable } = column(id);
    const metric = kind === "summary" && trendKeys.includes(path);
    const place = layout.order.indexOf(id);
    const items: MenuItem[] = [];
    if (sortable)
      items.push(
        { id: "up", label: t.runs.sortUp, icon: "up", onSelect: () => sortBy(id, "up") },
        { id: "down", label: t.runs.sortDown, icon: "down", onSelect: () => sortBy(id, "down") },
        ...(sorting?.field === id
          ? [{ id: "clear", label: t.runs.sortClear, icon: "x" as const, onSelect: () => sortBy(id, "none") }]
          : []),
        { id: "line1", separator: true },
        { id: "filter", label: t.runs.filterBy, icon: "filter", onSelect: () => setTimeout(() => setFilterDraft(id)) },
      );
    if (kind === "config" || ["state", "user", "group", "job_type", "host"].includes(id))
      items.push({
        id: "group",
        label: t.runs.groupBy,
        icon: "group",
        onSelect: () => setAddress({ group: id }, true),
      });
    if (metric)
      items.push({ id: "trend", label: t.runs.trendOf, icon: "chart", onSelect: () => setAddress({ trend: path }) });
    if (id !== "name")
      items.push(
        { id: "line2", separator: true },
        {
          id: "pin",
          label: layout.pinned.includes(id) ? t.runs.unpin : t.runs.pin,
          icon: "pin",
          onSelect: () => setLayout(togglePin(layout, id)),
        },
        {
          id: "left",
          label: t.runs.moveLeft,
          icon: "left",
          disabled: place <= 1,
          onSelect: () => setLayout(moveColumn(layout, id, layout.order[place - 1] ?? id)),
        },
        {
          id: "right",
          label: t.runs.moveRight,
          icon: "right",
          disabled: place === layout.order.length - 1,
          onSelect: () => setLayout(moveColumn(layout, id, layout.order[place + 1] ?? id)),
        },
        { id: "hide", label: t.runs.hideColumn, icon: "eyeOff", onSelect: () => setLayout(toggleColumn(layout, id)) },
      );
    return items;
  };

  const exportRuns = async (format: ExportFormat, fields: readonly string[], only?: readonly Run[]) => {
    setExporting(true);
    try {
      const out = only ? [...only] : await readAll(entity, project, search);
      await saveRuns(
        entity,
        project,
        format,
        out,
        fields.filter((id) => id !== TREND),
        group,
      );
      toast(t.runs.exported(out.length));
    } catch (error) {
      toast(errorMessage(error, t.common.errors), { kind: "failed" });
    } finally {
      setExporting(false);
    }
  };

  const tagAll = (tag: string, on: boolean) => {
    for (const run of chosen) {
      const tags = withTag(run.tags, tag, on);
      if (tags.length !== run.tags.length) edit.mutate({ run: run.id, edit: { tags } }, { onError: failed });
    }
  };

  const deleteAll = () => {
    const ids = chosen.map((run) => run.id);
    setSelected(new Set());
    dropRuns(cache, entity, project, new Set(ids));
    toast(t.runs.deleted(ids.length), {
      action: { label: t.common.undo, run: () => void refreshRuns(cache, entity, project) },
      onGone: () => {
        void Promise.allSettled(ids.map((id) => deleteRun(entity, project, id))).then((done) => {
          if (done.some((each) => each.status === "rejected")) toast(t.runs.deleteFailed, { kind: "failed" });
          void refreshRuns(cache, entity, project);
        });
      },
    });
  };

  const queryError = asQueryError(pages.error, query);
  const blocked = pages.isError && !queryError && !pages.data;
  const nothing = pages.isSuccess && all === 0;
  const noMatch = pages.isSuccess && !nothing && runs.length === 0 && !pages.isPlaceholderData;
  return (
    <main className="runs">
      <ControlBar
        query={typed}
        onQuery={setTyped}
        queryError={queryError}
        searchRef={searchRef}
        found={found}
        every={every}
        layout={layout}
        onLayout={setLayout}
        group={group}
        onGroup={(field) => setAddress({ group: field ?? undefined }, true)}
        sorting={sorting}
        onSorting={(next) =>
          setAddress({ sort: next ? `${next.descending ? "-" : ""}${next.field}` : undefined }, true)
        }
        trendKeys={trendKeys}
        trendKey={layout.order.includes(TREND) ? trendKey : null}
        onTrend={(key) => {
          if (key === null) setLayout({ ...layout, order: layout.order.filter((id) => id !== TREND) });
          else
            setAddress({
              trend: key,
              ...(layout.order.includes(TREND) ? {} : { cols: formatLayout(toggleColumn(layout, TREND)) }),
            });
        }}
        heat={heatOn}
        onHeat={(on) => setAddress({ heat: on ? undefined : "off" })}
        onExport={(format, everything) => void exportRuns(format, everything ? every : layout.order)}
        exporting={exporting}
      />
      <FilterBar
        chips={chips}
        onChips={(next) => setAddress({ f: formatChips(next) || undefined }, true)}
        fields={every.filter((id) => column(id).sortable)}
        shown={total}
        all={all}
        hidden={hidden.size}
        onShowHidden={() => setAddress({ hide: undefined })}
        draft={filterDraft}
        onDraft={setFilterDraft}
      />
      {blocked ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : nothing ? (
        <EmptyState icon="table" title={t.runs.noneTitle}>
          {t.runs.noneWhy}
          <FirstRun project={project} />
        </EmptyState>
      ) : noMatch && !queryError ? (
        <EmptyState
          icon="filter"
          title={t.runs.filteredTitle}
          action={
            <Button
              onClick={() => {
                setTyped("");
                setAddress({ q: undefined, f: undefined, hide: undefined });
              }}
            >
              {t.runs.clearFilters}
            </Button>
          }
        >
          {t.runs.filteredWhy(count(all ?? 0))}
        </EmptyState>
      ) : !pages.data ? (
        <div className="runs-wait">
          <Skeleton rows={14} height={12} />
        </div>
      ) : (
        <Grid
          entity={entity}
          project={project}
          runs={runs}
          rows={rows}
          layout={layout}
          widths={widths}
          sorting={sorting}
          trendKey={trendKey}
          heatField={heatField}
          selected={selected}
          stale={pages.isPlaceholderData}
          footer={null}
          onSelect={setSelected}
          onSort={sortBy}
          onLayout={setLayout}
          onMove={(id, target) => setLayout(moveColumn(layout, id, target))}
          onWidth={(id, width) => setWidths({ ...widths, [id]: Math.round(width) })}
          onEdit={save}
          onToggleGroup={(key) => {
            const next = new Set(closed);
            if (!next.delete(key)) next.add(key);
            setClosed(next);
          }}
          onNearEnd={more}
          onOpen={(run) =>
            void navigate({ to: "/$entity/$project/runs/$run", params: { entity, project, run: run.id } })
          }
          columnMenu={columnMenu}
        />
      )}
      <Footer
        groups={group ? rows.filter((row) => row.kind === "group").length : null}
        runs={runs.length}
        updatedAt={pages.dataUpdatedAt / 1000}
        more={pages.isFetchingNextPage}
      />
      {chosen.length > 0 && (
        <BulkBar
          runs={chosen}
          onTag={tagAll}
          onHide={() => {
            setAddress({ hide: [...hidden, ...selected].join(",") });
            setSelected(new Set());
          }}
          onCompare={() =>
            void navigate({
              to: "/$entity/$project/compare",
              params: { entity, project },
              search: { runs: writeList(chosen.map((run) => run.id)) } as never,
            })
          }
          onExport={() => void exportRuns("csv", layout.order, chosen)}
          onDelete={deleteAll}
          onClear={() => setSelected(new Set())}
        />
      )}
    </main>
  );
}

function Footer(props: { groups: number | null; runs: number; updatedAt: number; more: boolean }) {
  const t = useText();
  const now = useNow();
  return (
    <footer className="runs-foot num">
      <span>
        {props.groups !== null ? t.runs.groups(props.groups, props.runs) : t.runs.allShown(count(props.runs))}
      </span>
      {props.groups !== null && <span>{t.runs.groupsAbout}</span>}
      {props.more && <span>{t.runs.more}</span>}
      <span className="grow" />
      {props.updatedAt > 0 && <span>{t.runs.updated(ago(props.updatedAt, Math.max(now, props.updatedAt)))}</span>}
    </footer>
  );
}

function parseSorting(text: string | undefined): Sorting | null {
  if (!text) return null;
  const field = text.replace(/^-/, "");
  return field ? { field, descending: text.startsWith("-") } : null;
}

/** The column that is compared: the one sorted by, else the first metric of the table. */
function heatColumn(sorting: Sorting | null, layout: Layout): string | null {
  if (sorting && column(sorting.field).kind === "summary") return sorting.field;
  return layout.order.find((id) => id !== TREND && column(id).kind === "summary") ?? null;
}

/** The columns that stand at first, settled once there is something to judge by, so that live rows do not move them. */
function useFirstColumns(found: { config: string[]; summary: string[] } | null, runs: readonly Run[]): string[] {
  const kept = useRef<{ metrics: number; configs: number; order: string[] } | null>(null);
  const metrics = found?.summary.length ?? 0;
  const configs = found?.config.length ?? 0;
  const old = kept.current;
  const grown = old && found && ((old.metrics === 0 && metrics > 0) || (old.configs === 0 && configs > 0));
  if (found && runs.length > 0 && (!old || grown))
    kept.current = { metrics, configs, order: firstColumns(found, runs) };
  return kept.current?.order ?? BARE_COLUMNS;
}

/** How wide columns are is one person's own, so it is kept in the browser. */
function useWidths(
  entity: string,
  project: string,
): [Record<string, number>, (widths: Record<string, number>) => void] {
  const name = `gnomon.widths.${entity}/${project}`;
  const [widths, setWidths] = useState<Record<string, number>>(() => {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "{}") as Record<string, number>;
    } catch {
      return {};
    }
  });
  return [
    widths,
    (next) => {
      setWidths(next);
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // kept for this visit only
      }
    },
  ];
}

/** Every run of a search, page by page. */
async function readAll(entity: string, project: string, search: RunSearch): Promise<Run[]> {
  const out: Run[] = [];
  let cursor: string | null = null;
  do {
    const page = await searchRuns(entity, project, { ...search, limit: 500, cursor });
    out.push(...page.runs);
    cursor = page.cursor;
  } while (cursor);
  return out;
}
