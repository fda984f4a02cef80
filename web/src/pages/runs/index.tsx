/** The runs table: everything known of a project's runs, to sort, filter, group, edit and compare. */
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLiveList } from "@/api/live-list";
import type { Run, RunSearch, Where } from "@/api/types";
import { readList, writeList } from "@/state/view";
import { Button, EmptyState, ErrorState, Skeleton } from "@/ui";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { useAddress } from "../parts/address";
import { useSettled } from "../parts/debounce";
import { FirstRun } from "../parts/Empty";
import { mainMetric } from "../parts/main-metric";
import { useRunActions } from "../parts/run-actions";
import { BulkBar } from "./BulkBar";
import { ControlBar, HEATS, type Heat } from "./ControlBar";
import { type ColumnTools, columnMenu } from "./column-menu";
import {
  column,
  fieldsOf,
  formatLayout,
  formatSorts,
  type Layout,
  type MetricValue,
  moveColumn,
  parseSorts,
  pressed,
  TREND,
  toggleColumn,
  valued,
  withValue,
} from "./columns";
import { Detail } from "./Detail";
import { type ExportAsk, ExportDialog, type ExportWhat } from "./ExportDialog";
import { type CellEdit, commitEdit, withTag } from "./editing";
import { FilterBar } from "./FilterBar";
import { Footer } from "./Footer";
import { chipsFilter, formatChips, parseChips } from "./filters";
import { Grid } from "./Grid";
import type { GroupSays } from "./GroupLine";
import { goalsFrom, goalsTo } from "./heat";
import { MOST_GROUPED } from "./levels";
import { asQueryError } from "./QueryBox";
import { RowMenu } from "./RowMenu";
import { exportText, parquetOf, saveExport } from "./save";
import { BLOCK } from "./segments";
import { type GroupNode, leavesOf } from "./tree";
import { useBaseline } from "./useBaseline";
import { useGoals } from "./useGoals";
import { useLayout } from "./useLayout";
import { useSelection } from "./useSelection";
import { useTable } from "./useTable";
import { useWidths } from "./useWidths";
import "../parts/parts.css";
import "./runs.css";

export function RunsPage() {
  const { entity = "", project = "" } = useParams({ strict: false });
  return <RunsTable key={`${entity}/${project}`} entity={entity} project={project} />;
}

function RunsTable({ entity, project }: { entity: string; project: string }) {
  const t = useText();
  const navigate = useNavigate();
  const [address, setAddress] = useAddress();
  const [typed, setTyped] = useState(address.q ?? "");
  const query = useSettled(typed, 150);
  const searchRef = useRef<HTMLInputElement>(null);
  const chips = useMemo(() => parseChips(address.f ?? ""), [address.f]);
  const sorting = useMemo(() => parseSorts(address.sort ?? ""), [address.sort]);
  const group = useMemo(() => readList(address.group).slice(0, MOST_GROUPED), [address.group]);
  const hidden = useMemo(() => readList(address.hide), [address.hide]);
  const heat = HEATS.find((each) => each === address.heat) ?? "one";
  const says: GroupSays = address.says === "range" ? "range" : "sigma";
  const goals = useMemo(() => goalsFrom(address.goals ?? ""), [address.goals]);
  const base = address.base || null;
  const [flipped, setFlipped] = useState<ReadonlySet<string>>(new Set());
  const [filterDraft, setFilterDraft] = useState<string | null>(null);
  const [exporting, setExporting] = useState<ExportWhat | null>(null);
  const [widths, setWidths] = useWidths(entity, project);
  const [range, setRange] = useState<readonly [number, number]>([0, BLOCK - 1]);
  const [seen, setSeen] = useState<ReadonlySet<string>>(NONE_SEEN);
  const [at, setAt] = useState<string | null>(null);
  const [begun, setBegun] = useState(false);
  const actions = useRunActions(entity, project);

  useEffect(() => {
    if ((address.q ?? "") !== query) setAddress({ q: query || undefined });
  }, [query, address.q, setAddress]);

  const { found, metricKeys, isMetric, layout, setLayout, every, value } = useLayout(
    entity,
    project,
    address,
    setAddress,
    begun,
  );
  const trendKey = address.trend ?? mainMetric(Object.fromEntries(metricKeys.map((key) => [key, 0])));

  const filter = useMemo((): RunSearch["filter"] => {
    const own = chipsFilter(chips);
    if (hidden.length === 0) return own;
    const shown: Where = { type: "where", field: "id", op: "not in", value: hidden };
    return { type: "every", parts: own ? [own, shown] : [shown] };
  }, [chips, hidden]);
  const fields = useStableList(fieldsOf(layout.order));
  const heatedFields = useStableList(
    heat === "off"
      ? []
      : heat === "all"
        ? layout.order.filter((id) => id !== TREND && column(id).kind === "summary")
        : [heatColumn(sorting[0]?.field ?? null, layout)].flatMap((id) => id ?? []),
  );
  const heated = useMemo(() => new Set(heatedFields), [heatedFields]);
  const table = useTable({
    entity,
    project,
    filter,
    query,
    sort: sorting,
    group,
    fields,
    spanned: heatedFields,
    seen,
    flipped,
    range,
  });
  useEffect(() => {
    if (!table.pending) setBegun(true);
  }, [table.pending]);
  const baseline = useBaseline(entity, project, base, fields);

  const known = useRef(new Set<string>());
  useEffect(() => {
    for (const run of table.blocks.flat()) known.current.add(run.id);
  }, [table.blocks]);
  const extents = useMemo(() => fields.filter((id) => column(id).value !== "last"), [fields]);
  // runs out of sight are read when they come in sight; one that nobody has seen may be new
  useLiveList(entity, project, (run) => known.current.has(run), never, extents);

  const goalOfColumn = useGoals(goals, table.blocks);
  const { loaded, selected, setSelected, chosen, onSelect, selectAll } = useSelection(table);
  const onRange = useCallback((from: number, to: number) => {
    const next = [Math.floor(from / 25) * 25, Math.ceil((to + 1) / 25) * 25] as const;
    setRange((old) => (old[0] === next[0] && old[1] === next[1] ? old : next));
  }, []);
  const onSeen = useCallback((next: ReadonlySet<string>) => {
    setSeen((old) => (old.size === next.size && [...next].every((id) => old.has(id)) ? old : next));
  }, []);
  const save = (cell: CellEdit) => {
    const change = commitEdit(cell);
    if (change) actions.edit(cell.run, change);
  };
  const setSorting = (next: readonly { field: string; descending?: boolean }[]) =>
    setAddress({ sort: formatSorts([...next]) || undefined }, true);
  const sortBy = (field: string, more: boolean) => {
    if (column(field).sortable) setSorting(pressed(sorting, field, more));
  };
  const setGroup = (next: readonly string[]) => {
    setFlipped(new Set());
    setAddress({ group: writeList(next) }, true);
  };
  const setValue = (next: MetricValue, only: (id: string) => boolean = isMetric) => {
    const shown = withValue(layout, next, only);
    const sorts = sorting.map((each) => (only(each.field) ? { ...each, field: valued(each.field, next) } : each));
    setAddress({ cols: formatLayout(shown), sort: formatSorts(sorts) || undefined }, true);
  };
  const open = (run: Run) =>
    void navigate({ to: "/$entity/$project/runs/$run", params: { entity, project, run: run.id } });
  const compare = (runs: readonly Run[]) =>
    void navigate({
      to: "/$entity/$project/compare",
      params: { entity, project },
      search: { runs: writeList(runs.map((run) => run.id)) } as never,
    });

  const columnTools: ColumnTools = {
    t,
    layout,
    setLayout,
    sorting,
    setSorting,
    sortBy,
    filterBy: setFilterDraft,
    group,
    setGroup,
    isMetric,
    setValue,
    setTrend: (key) => setAddress({ trend: key }),
    goalOf: goalOfColumn,
    setGoal: (key, goal) => setAddress({ goals: goalsTo(new Map(goals).set(key, goal)) }),
  };

  const exported = async ({ format, what, columns: which }: ExportAsk): Promise<Blob | string> => {
    const shown = (which === "all" ? every : layout.order).filter((id) => id !== TREND);
    if (what === "groups")
      return exportText(
        format === "parquet" ? "csv" : format,
        { groups: await table.collectGroups(fieldsOf(shown)), by: group },
        shown,
        goalOfColumn,
      );
    const wanted = fieldsOf(shown);
    const runs =
      what === "selected"
        ? await table.readAgain(chosen, wanted)
        : await table.collectAll(null, Number.POSITIVE_INFINITY, format === "json" ? null : wanted);
    if (format !== "parquet") return exportText(format, { runs }, shown, goalOfColumn);
    const whole = what === "runs" && filter === null && query === "";
    const content = await parquetOf(entity, project, runs, shown, whole);
    if (content === "too many") throw new Error(t.runs.parquetTooMany);
    return content;
  };

  const tagAll = (tag: string, on: boolean) => {
    for (const run of chosen) {
      const tags = withTag(run.tags, tag, on);
      if (tags.length === run.tags.length) continue;
      actions.edit(run.id, { tags });
      setSelected((old) => new Map(old).set(run.id, { ...run, tags }));
    }
  };
  const clearFilters = () => {
    setTyped("");
    setAddress({ q: undefined, f: undefined, hide: undefined });
  };

  const queryError = asQueryError(table.error, query);
  const blocked = table.error && !queryError && table.all === 0;
  const nothing = !table.pending && !table.error && table.all === 0 && !table.stale;
  const noMatch = !table.pending && !nothing && table.total === 0 && !table.stale;
  const detail = at ? (loaded.get(at) ?? null) : null;
  return (
    <main className="runs">
      <ControlBar
        entity={entity}
        project={project}
        query={typed}
        onQuery={setTyped}
        queryError={queryError}
        searchRef={searchRef}
        found={found}
        metricKeys={metricKeys}
        every={every}
        layout={layout}
        onLayout={setLayout}
        group={group}
        onGroup={setGroup}
        says={says}
        onSays={(next) => setAddress({ says: next === "range" ? next : undefined })}
        onFoldAll={(fold) => setFlipped(foldedAll(table.groups ?? [], fold, table.opensByItself))}
        sorting={sorting}
        onSorting={setSorting}
        value={value}
        onValue={(next) => setValue(next)}
        trendKey={layout.order.includes(TREND) ? trendKey : null}
        onTrend={(key) => {
          if (key === null) setLayout({ ...layout, order: layout.order.filter((id) => id !== TREND) });
          else
            setAddress({
              trend: key,
              ...(layout.order.includes(TREND) ? {} : { cols: formatLayout(toggleColumn(layout, TREND)) }),
            });
        }}
        heat={heat}
        onHeat={(next: Heat) => setAddress({ heat: next === "one" ? undefined : next })}
        onExport={() => setExporting(group.length > 0 ? "groups" : "runs")}
        exporting={false}
      />
      <FilterBar
        chips={chips}
        onChips={(next) => setAddress({ f: formatChips(next) || undefined }, true)}
        fields={every.filter((id) => column(id).sortable)}
        shown={table.pending ? null : table.total + hidden.length}
        all={table.pending ? null : table.all}
        hidden={hidden.length}
        onShowHidden={() => setAddress({ hide: undefined })}
        draft={filterDraft}
        onDraft={setFilterDraft}
      />
      <div className="runs-split">
        {blocked ? (
          <ErrorState error={table.error} onRetry={table.refetch} />
        ) : nothing ? (
          <EmptyState icon="table" title={t.runs.noneTitle}>
            {t.runs.noneWhy}
            <FirstRun project={project} />
          </EmptyState>
        ) : noMatch && !queryError ? (
          <EmptyState
            icon="filter"
            title={t.runs.filteredTitle}
            action={<Button onClick={clearFilters}>{t.runs.clearFilters}</Button>}
          >
            {t.runs.filteredWhy(count(table.all))}
          </EmptyState>
        ) : table.pending ? (
          <div className="runs-wait">
            <Skeleton rows={14} height={12} />
          </div>
        ) : (
          <Grid
            entity={entity}
            project={project}
            table={table}
            layout={layout}
            widths={widths}
            sorting={sorting}
            trendKey={trendKey}
            isMetric={isMetric}
            heated={heated}
            goalOf={goalOfColumn}
            baseline={baseline}
            says={says}
            selected={selected}
            onSelect={onSelect}
            onSelectAll={(on) => void selectAll(on)}
            onRange={onRange}
            onSeen={onSeen}
            onSort={sortBy}
            onLayout={setLayout}
            onMove={(id, target) => setLayout(moveColumn(layout, id, target))}
            onWidth={(id, width) => setWidths({ ...widths, [id]: Math.round(width) })}
            onEdit={save}
            onToggleGroup={(id) =>
              setFlipped((old) => {
                const next = new Set(old);
                if (!next.delete(id)) next.add(id);
                return next;
              })
            }
            onOpen={open}
            onAt={(run) => detail && setAt(run?.id ?? at)}
            columnMenu={(id) => columnMenu(id, columnTools)}
            rowMenu={(run) => (
              <RowMenu
                run={run}
                actions={actions}
                isBaseline={run.id === base}
                onOpen={() => open(run)}
                onDetail={() => setAt(run.id)}
                onBaseline={(on) => setAddress({ base: on ? run.id : undefined }, true)}
                onOnly={() =>
                  setAddress({ f: formatChips([{ field: "id", op: "=", value: run.id }]), q: undefined }, true)
                }
                onHide={() => setAddress({ hide: writeList([...hidden, run.id]) }, true)}
              />
            )}
          />
        )}
        {detail && (
          <Detail
            run={detail}
            entity={entity}
            project={project}
            onOpen={() => open(detail)}
            onClose={() => setAt(null)}
          />
        )}
      </div>
      <Footer
        groups={table.groups ? leavesOf(table.groups).length : null}
        moreGroups={table.moreGroups}
        runs={table.total}
        updatedAt={table.updatedAt / 1000}
        baseline={baseline}
        onNoBaseline={() => setAddress({ base: undefined }, true)}
        says={says}
      />
      {chosen.length > 0 && (
        <BulkBar
          runs={chosen}
          onTag={tagAll}
          onGroup={(name) => {
            for (const run of chosen) if (run.group !== name) actions.edit(run.id, { group: name });
          }}
          onStop={() => actions.stop(chosen)}
          onHide={() => {
            setAddress({ hide: writeList([...new Set([...hidden, ...selected.keys()])]) }, true);
            setSelected(new Map());
          }}
          onCompare={() => compare(chosen)}
          onExport={() => setExporting("selected")}
          onDelete={() => {
            setSelected(new Map());
            actions.remove(chosen);
          }}
          onClear={() => setSelected(new Map())}
        />
      )}
      {exporting && (
        <ExportDialog
          counts={{
            selected: chosen.length > 0 ? chosen.length : null,
            runs: table.total,
            groups: table.groups ? leavesOf(table.groups).length : null,
          }}
          columns={{ shown: layout.order.length, all: every.length }}
          first={exporting}
          make={exported}
          save={(format, content) => saveExport(project, format, content)}
          onClose={() => setExporting(null)}
        />
      )}
    </main>
  );
}

const never = () => false;
const NONE_SEEN: ReadonlySet<string> = new Set();

/** The column that is compared: the one sorted by, else the first metric of the table. */
function heatColumn(sorted: string | null, layout: Layout): string | null {
  if (sorted && column(sorted).kind === "summary") return sorted;
  return layout.order.find((id) => id !== TREND && column(id).kind === "summary") ?? null;
}

/** Which groups are not as they are by themselves, once all are folded, or all unfolded. */
function foldedAll(groups: readonly GroupNode[], fold: boolean, opens: boolean): Set<string> {
  const all = (own: readonly GroupNode[]): string[] => own.flatMap((each) => [each.id, ...all(each.inner)]);
  return new Set(fold === opens ? all(groups) : []);
}

/** The same list for as long as the same is in it. */
function useStableList(list: readonly string[]): readonly string[] {
  const kept = useRef(list);
  if (kept.current.join("\n") !== list.join("\n")) kept.current = list;
  return kept.current;
}
