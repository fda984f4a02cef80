import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type CSSProperties, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { isApiError } from "@/api/client";
import { useLive } from "@/api/live";
import { useLiveList } from "@/api/live-list";
import { projectKeysQuery, useProject, useProjectKeys } from "@/api/projects";
import { runQuery, runsQuery, useRunPages } from "@/api/runs";
import type { Run } from "@/api/types";
import { type CustomChart, chartsOf } from "@/charts/custom";
import { useKeys } from "@/frame/keys";
import { useGo } from "@/frame/useGo";
import { isMedia, kindOf } from "@/media/value";
import { BoardArea } from "@/panels/BoardArea";
import { BoardProvider, useMakeBoard } from "@/panels/board";
import { PointTip } from "@/panels/PointTip";
import { usePanels } from "@/panels/usePanels";
import { Opened } from "@/panels/views/Opened";
import { type Standing, useWorkspace } from "@/panels/views/useWorkspace";
import { amongGroups, useGroups } from "@/state/groups";
import { flip, isShown, writeList } from "@/state/view";
import { Button, EmptyState, ErrorState, IconButton } from "@/ui";
import { useText } from "@/ui/text";
import { FirstRun } from "../parts/Empty";
import { RunSidebar } from "./RunSidebar";
import { searchOf, withPinned } from "./runs";
import { useSidebarWidth } from "./useSidebarWidth";
import "./workspace.css";

const never = () => false;

/** All runs of a project on the left, a panel for every metric on the right. */
export function WorkspacePage() {
  const { entity = "", project = "" } = useParams({ strict: false }) as { entity?: string; project?: string };
  // asked for at once, beside the view that is opened
  useProject(entity, project);
  useProjectKeys(entity, project, "history");
  useProjectKeys(entity, project, "system");
  return (
    <Opened
      key={`${entity}/${project}`}
      entity={entity}
      project={project}
      page="project"
      waiting={<Waiting />}
      missing={<Missing entity={entity} project={project} />}
    >
      {(standing) => <Workspace entity={entity} project={project} standing={standing} />}
    </Opened>
  );
}

/** The shape of the page, before it is known what stands on it. */
function Waiting() {
  const sidebar = useSidebarWidth();
  return (
    <main
      className={`ws-main${sidebar.open ? "" : " wide"}`}
      style={{ "--ws-side": `${sidebar.width}px` } as CSSProperties}
      aria-busy="true"
    >
      <aside className="rs-side" />
      <section className="ws-body">
        <div className="cb-bar" />
        <div className="ws-scroll" />
      </section>
    </main>
  );
}

function Missing({ entity, project }: { entity: string; project: string }) {
  const t = useText().workspace.panels;
  return (
    <main className="ws-alone">
      <NoRuns entity={entity} project={project} title={t.noProject} />
    </main>
  );
}

function Workspace({ entity, project, standing }: { entity: string; project: string; standing: Standing }) {
  const words = useText();
  const t = words.workspace;
  const workspace = useWorkspace(entity, project, "project", standing);
  const { charts, changeCharts, list, changeList, layout, edit } = workspace;
  const about = useProject(entity, project);
  const search = useMemo(() => searchOf(list), [list]);
  const asked = useDeferredValue(search);
  const pages = useRunPages(entity, project, asked);
  const history = useProjectKeys(entity, project, "history");
  const system = useProjectKeys(entity, project, "system");
  useFreshKeys(entity, project, history.data?.length ?? 0);

  const pinned = usePinned(entity, project, list.pinned);
  const loaded = useMemo(
    () => withPinned(pinned, pages.data?.pages.flatMap((page) => page.runs) ?? []),
    [pages.data, pinned],
  );
  useWhole(pages, list.group.length > 0 || list.visibility.rule === "all", loaded.length);
  const listed = useMemo(() => new Set(loaded.map((run) => run.id)), [loaded]);
  useLiveList(entity, project, (run) => listed.has(run), never);
  const { visibility } = list;
  const shown = useStable(loaded.filter((run, place) => isShown(visibility, run.id, place)));
  const grouping = useGroups(loaded, list.group, list.colour);
  const groups = useMemo(() => grouping.groups && amongGroups(grouping.groups, shown), [grouping.groups, shown]);
  const baseline = useBaseline(entity, project, list.baseline, loaded);
  const own = useCharts(entity, project, shown);
  const chartSection = words.media.charts;
  const panels = usePanels({
    history: history.data,
    system: system.data,
    rules: shown[0]?.rules ?? loaded[0]?.rules,
    own: useMemo(() => ({ summary: {}, charts: own, chartSection }), [own, chartSection]),
    layout,
    search: charts.metrics,
  });
  const { total } = panels;
  const board = useMakeBoard(entity, project, shown, charts, changeCharts, {
    groups,
    baseline,
    tokenOf: grouping.tokenOf,
    layout,
    edit,
    around: panels.around,
  });
  const metricSearch = useRef<HTMLInputElement>(null);
  const sidebar = useSidebarWidth();
  const [drawer, setDrawer] = useState(false);
  const [focused, setFocused] = useState<string | null>(null);
  const go = useGo(null);
  const navigate = useNavigate();

  // in the order in which the list shows them, which groups decide
  const order = useRef<readonly string[]>([]);
  const move = (by: number) => {
    const at = focused === null ? -1 : order.current.indexOf(focused);
    const next = order.current[Math.min(order.current.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (next === undefined) return;
    setFocused(next);
    board.hover.set(next);
  };
  const toggle = useCallback(
    (id: string) =>
      changeList((old) => ({ visibility: { ...old.visibility, flipped: flip(old.visibility.flipped, id) } }), {
        push: true,
      }),
    [changeList],
  );
  const only = useCallback(
    (id: string) => changeList({ visibility: { rule: "none", flipped: [id] } }, { push: true }),
    [changeList],
  );
  useKeys({
    "/": () => metricSearch.current?.select(),
    "[": sidebar.toggle,
    j: () => move(1),
    k: () => move(-1),
    Space: () => focused && toggle(focused),
    o: () => focused && only(focused),
    Enter: () => focused && go.run(entity, project, focused),
    c: () => {
      if (shown.length > 1)
        void navigate({
          to: "/$entity/$project/compare",
          params: { entity, project },
          search: { runs: writeList(shown.map((run) => run.id)) } as never,
        });
    },
  });
  useEffect(() => {
    if (!drawer) return;
    const close = (event: KeyboardEvent) => event.key === "Escape" && setDrawer(false);
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  }, [drawer]);

  const first = pages.data?.pages[0];
  if (isApiError(about.error) && about.error.kind === "NotFound" && !about.data)
    return <Missing entity={entity} project={project} />;
  if (about.error && !about.data) {
    return (
      <main className="ws-alone">
        <ErrorState error={about.error} onRetry={() => void about.refetch()} />
      </main>
    );
  }
  const noRunsAtAll = first?.all === 0;
  return (
    <BoardProvider value={board}>
      <main
        className={`ws-main${sidebar.open ? "" : " wide"}${drawer ? " drawer" : ""}`}
        style={{ "--ws-side": `${sidebar.width}px` } as CSSProperties}
      >
        <RunSidebar
          view={list}
          change={changeList}
          runs={loaded}
          grouping={grouping}
          total={first?.total ?? 0}
          all={first?.all ?? 0}
          shownCount={shown.length}
          pending={pages.isPending}
          error={pages.error}
          retry={() => void pages.refetch()}
          more={pages.hasNextPage && !pages.isFetchingNextPage ? () => void pages.fetchNextPage() : null}
          focused={focused}
          order={order}
          toggle={toggle}
          only={only}
          sidebar={sidebar}
          close={() => setDrawer(false)}
        />
        <button
          type="button"
          className="ws-veil"
          tabIndex={-1}
          aria-label={t.runs.hideSidebar}
          onClick={() => setDrawer(false)}
        />
        <section className="ws-body">
          <BoardArea
            workspace={workspace}
            all={panels.all}
            sections={panels.sections}
            matching={panels.matching}
            total={total}
            history={panels.history}
            system={panels.system}
            list={{ view: list, change: changeList }}
            searchRef={metricSearch}
            before={
              <>
                {!sidebar.open && (
                  <IconButton icon="rows" label={t.runs.showSidebar} className="ws-desk" onClick={sidebar.toggle} />
                )}
                <Button icon="rows" className="ws-phone" onClick={() => setDrawer(true)}>
                  {t.runs.title} <span className="num t3">{shown.length}</span>
                </Button>
              </>
            }
            instead={noRunsAtAll ? <NoRuns entity={entity} project={project} /> : undefined}
            empty={
              history.isPending ? null : history.error ? (
                <ErrorState error={history.error} onRetry={() => void history.refetch()} />
              ) : total === 0 ? (
                <EmptyState icon="chart" title={t.panels.noMetrics}>
                  {t.panels.noMetricsWhy}
                </EmptyState>
              ) : (
                <EmptyState
                  icon="search"
                  title={t.panels.noMatch}
                  action={<Button onClick={() => changeCharts({ metrics: "" })}>{t.panels.clearSearch}</Button>}
                >
                  {t.panels.noMatchWhy(total)}
                </EmptyState>
              )
            }
          />
        </section>
        <PointTip />
      </main>
    </BoardProvider>
  );
}

function NoRuns({ entity, project, title }: { entity: string; project: string; title?: string }) {
  const t = useText().workspace.panels;
  return (
    <div className="ws-scroll">
      <EmptyState icon="chart" title={title ?? t.firstRun}>
        {title ? t.noProjectWhy : t.firstRunWhy}
        <FirstRun entity={entity} project={project} />
      </EmptyState>
    </div>
  );
}

/** Beyond this the list goes on as it is scrolled. */
const MOST_WHOLE = 2000;
const KEYS_EVERY_MS = 4000;
const CHART_RUNS = 3;

/**
 * The charts that scripts described. Lists of runs leave them out, so some of the runs drawn are asked one by one: those
 * that have a table, without which there is no chart.
 */
function useCharts(entity: string, project: string, shown: readonly Run[]): CustomChart[] {
  const having = shown.filter((run) =>
    Object.values(run.summary).some((value) => isMedia(value) && kindOf(value._type) === "table"),
  );
  const asked = useQueries({
    queries: having.slice(0, CHART_RUNS).map((run) => ({ ...runQuery(entity, project, run.id), staleTime: 60_000 })),
    combine: (answers) => JSON.stringify(chartsOf(answers.flatMap((answer) => answer.data ?? []))),
  });
  return useMemo(() => JSON.parse(asked) as CustomChart[], [asked]);
}

/** The run that others are measured against; one that is not in the list yet is asked for by itself. */
function useBaseline(entity: string, project: string, id: string | null, loaded: readonly Run[]): Run | null {
  const listed = useMemo(() => loaded.find((run) => run.id === id) ?? null, [loaded, id]);
  const alone = useQuery({ ...runQuery(entity, project, id ?? ""), enabled: id !== null && listed === null });
  return listed ?? (id === null ? null : (alone.data ?? null));
}

/** The pinned runs, whatever the list is filtered by. */
function usePinned(entity: string, project: string, ids: readonly string[]): readonly Run[] {
  const found = useQuery({
    ...runsQuery(entity, project, {
      filter: { type: "where", field: "id", op: "in", value: [...ids] },
      limit: Math.max(1, ids.length),
    }),
    enabled: ids.length > 0,
  });
  const runs = found.data?.runs;
  return useMemo(() => ids.flatMap((id) => runs?.find((run) => run.id === id) ?? []), [ids, runs]);
}

/** Where the list is told by groups, or wholly drawn, more of it is read by itself, page after page. */
function useWhole(pages: ReturnType<typeof useRunPages>, wanted: boolean, loaded: number): void {
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = pages;
  useEffect(() => {
    if (wanted && hasNextPage && !isFetchingNextPage && !isError && loaded < MOST_WHOLE) void fetchNextPage();
  }, [wanted, hasNextPage, isFetchingNextPage, isError, loaded, fetchNextPage]);
}

/** New keys are looked for while rows arrive: at once while there are none, seldom later. */
function useFreshKeys(entity: string, project: string, known: number): void {
  const cache = useQueryClient();
  const last = useRef(0);
  const look = () => {
    const now = Date.now();
    if (now - last.current < (known === 0 ? 800 : KEYS_EVERY_MS)) return;
    last.current = now;
    void cache.invalidateQueries({ queryKey: projectKeysQuery(entity, project).queryKey.slice(0, 3) });
    void cache.invalidateQueries({ queryKey: ["columns", entity, project] });
  };
  useLive(entity, project, { onRows: look, onRun: look });
}

/** The same array for as long as the same runs are in it with the same facts that charts need. */
function useStable(runs: Run[]): readonly Run[] {
  const kept = useRef<readonly Run[]>(runs);
  const old = kept.current;
  const same =
    old.length === runs.length &&
    old.every((run, i) => {
      const next = runs[i]!;
      return run.id === next.id && run.name === next.name && run.number === next.number && run.state === next.state;
    });
  if (!same) kept.current = runs;
  return kept.current;
}
