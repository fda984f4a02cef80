/**
 * A workspace as one works on it: what the address says, what was made of the panels, what of it is saved and where,
 * and what can be undone. One's own view is saved as one goes; a view with a name only when one says so.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isApiError } from "@/api/client";
import type { View, ViewInfo } from "@/api/types";
import { createView, deleteView, editView, leaveView, readView, type ViewPage, viewsKey } from "@/api/views";
import { type History, NO_HISTORY, recorded, redone, undone } from "@/state/history";
import { isPlain, type Layout, PLAIN_LAYOUT, readLayout } from "@/state/layout";
import { addressText, readSpec, type SavedSpec, writeSpec } from "@/state/saved";
import { type ChangeOptions, useAddress } from "@/state/useAddress";
import {
  type ChartView,
  PLAIN_CHARTS,
  type RunView,
  readCharts,
  readRuns,
  type SearchParams,
  writeCharts,
  writeRuns,
} from "@/state/view";
import { dropDraft, keepDraft, readDraft } from "./draft";

/** What was opened, by whom, and how to say on which view one stands now. */
export interface Standing {
  opened: View | null;
  me: string;
  stand: (view: string | null) => void;
}

type Change<T> = (change: Partial<T> | ((old: T) => Partial<T>), options?: ChangeOptions) => void;

/** What somebody else saved while one edited. */
export interface Clash {
  message: string;
}

export interface Workspace {
  charts: ChartView;
  changeCharts: Change<ChartView>;
  list: RunView;
  changeList: Change<RunView>;
  layout: Layout;
  edit: (change: (layout: Layout) => Layout, tag?: string) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
  /** All as it is by itself; can be undone. */
  reset: () => void;
  saved: Saved;
}

export interface Saved {
  page: ViewPage;
  /** The view one is on; null is one's own before anything of it was saved. */
  view: ViewInfo | null;
  /** One's own: saved as one goes. */
  isOwn: boolean;
  /** A view that is not saved by itself was changed. */
  edited: boolean;
  /** One's own view could not be saved; it is tried again. */
  failing: boolean;
  clash: Clash | null;
  settle: (way: "mine" | "theirs" | "later") => Promise<void>;
  open: (view: ViewInfo | null) => void;
  /** False where somebody else was first: then there is a clash to settle. */
  save: () => Promise<boolean>;
  saveAs: (name: string, kind: "shared" | "personal") => Promise<ViewInfo>;
  change: (edit: { name?: string; kind?: "shared" | "personal"; default?: boolean }) => Promise<void>;
  remove: () => Promise<void>;
  revert: () => void;
  /** An address that shows what is seen now, unsaved panels included; of one panel where that is given. */
  link: (panel?: string) => Promise<string>;
}

const SETTLE_MS = 1200;
const AGAIN_MS = 6000;
const NOTHING: SearchParams = {};

/** What is undone together. */
interface Snapshot {
  layout: Layout;
  charts: Partial<ChartView>;
  list: Partial<RunView>;
}

export function useWorkspace(
  entity: string,
  project: string,
  page: ViewPage,
  { opened, me, stand: standOn }: Standing,
): Workspace {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [view, setView] = useState<ViewInfo | null>(opened?.info ?? null);
  const [spec, setSpec] = useState<SavedSpec>(() => readSpec(opened?.spec));
  const draft = useMemo(() => (opened ? readDraft(entity, project, opened.info) : null), [entity, project, opened]);
  const [layout, setLayout] = useState<Layout>(() => draft?.layout ?? spec.layout);
  // which state of the view was edited: of an old draft an older one than the newest
  const [since, setSince] = useState(draft?.since ?? opened?.info.updated_at ?? 0);
  const isOwn = view === null || (view.kind === "own" && view.user === me);
  // what is not saved by itself lies under the address; of one's own view the address says all
  const base = isOwn ? NOTHING : spec.address;
  const [charts, setCharts] = useAddress(readCharts, writeCharts, base);
  const [list, setList] = useAddress(readRuns, writeRuns, base);
  const [history, setHistory] = useState<History<Snapshot>>(NO_HISTORY);
  const [failing, setFailing] = useState(false);
  const [clash, setClash] = useState<Clash | null>(null);

  const now = useRef({ layout, charts, list, history, view, spec, since });
  now.current = { ...now.current, charts, list, history, view, spec, since };

  const snapshot = (): Snapshot => {
    const { panel: _panel, zooms: _zooms, metrics: _metrics, ...rest } = now.current.charts;
    const { search: _search, ...runs } = now.current.list;
    return { layout: now.current.layout, charts: rest, list: runs };
  };
  const note = (tag: string) => {
    const next = recorded(now.current.history, snapshot(), tag, Date.now());
    now.current.history = next;
    setHistory(next);
  };
  const put = (next: Layout) => {
    now.current.layout = next;
    setLayout(next);
  };
  // these read what is now through the ref, and so can stay the same for as long as the page stands
  const steady = useRef({ note, put });
  steady.current = { note, put };

  const edit = useCallback((change: (layout: Layout) => Layout, tag = "") => {
    const next = change(now.current.layout);
    if (next === now.current.layout) return;
    steady.current.note(tag);
    steady.current.put(next);
  }, []);
  const changeCharts = useCallback<Change<ChartView>>(
    (what, options) => {
      setCharts((old) => {
        const patch = typeof what === "function" ? what(old) : what;
        const names = Object.keys(patch).filter((name) => !LOOKED_AT.has(name));
        if (names.length > 0) steady.current.note(`charts ${names}`);
        now.current.charts = { ...old, ...patch };
        return patch;
      }, options);
    },
    [setCharts],
  );
  const changeList = useCallback<Change<RunView>>(
    (what, options) => {
      setList((old) => {
        const patch = typeof what === "function" ? what(old) : what;
        const names = Object.keys(patch).filter((name) => name !== "search");
        if (names.length > 0) steady.current.note(`list ${names}`);
        now.current.list = { ...old, ...patch };
        return patch;
      }, options);
    },
    [setList],
  );
  const go = (step: typeof undone<Snapshot>) => {
    const found = step(now.current.history, snapshot());
    if (!found) return;
    now.current.history = found.history;
    setHistory(found.history);
    put(found.value.layout);
    setCharts(found.value.charts, { push: true });
    setList(found.value.list, { push: true });
  };

  // --- where it is saved

  const wanted = (): SearchParams => {
    const { panel: _panel, zooms: _zooms, metrics: _metrics, ...rest } = now.current.charts;
    const shown = { ...PLAIN_CHARTS, ...rest };
    if (page === "run") return writeCharts(shown);
    return { ...writeCharts(shown), ...writeRuns({ ...now.current.list, search: "" }) };
  };
  const fingerprint = (one: SavedSpec) => addressText(one.address) + JSON.stringify(one.layout);
  // a link that one opens is no change of one's own view: the first change is
  const [first] = useState(() => fingerprint({ address: wanted(), layout }));
  const kept = useRef(first);
  const leave = async (leaving = false) => {
    const one = { address: wanted(), layout: now.current.layout };
    const mark = fingerprint(one);
    if (mark === kept.current) return;
    if (now.current.view === null && isPlain(one.layout) && addressText(one.address) === "") return;
    const before = kept.current;
    kept.current = mark;
    try {
      const answer = await leaveView(entity, project, page, writeSpec(one));
      if (leaving) return;
      setFailing(false);
      setView((old) => (old === null || old.id === answer.info.id ? answer.info : old));
    } catch (error) {
      kept.current = before;
      // one who may only look, or is nobody here, keeps nothing: that is no failure
      if (leaving || (isApiError(error) && (error.kind === "Forbidden" || error.kind === "SignInNeeded"))) return;
      setFailing(true);
      throw error;
    }
  };
  const leaving = useRef(leave);
  leaving.current = leave;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of these begins the wait anew.
  useEffect(() => {
    if (!isOwn) return;
    let timer = setTimeout(function work() {
      leaving.current().catch(() => {
        timer = setTimeout(work, AGAIN_MS);
      });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [isOwn, layout, charts, list]);
  useEffect(() => {
    if (!isOwn) return;
    const flush = () => void leaving.current(true).catch(() => undefined);
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [isOwn]);
  // one's own panels are in no address: what others may open is told by the view's number
  const number = view !== null && (!isOwn || !isPlain(layout)) ? String(view.id) : undefined;
  useEffect(() => {
    standOn(number ?? null);
    void navigate({
      to: ".",
      search: ((old: SearchParams) => (old.view === number ? old : { ...old, view: number })) as never,
      replace: true,
    });
  }, [number, navigate, standOn]);

  const layoutEdited = JSON.stringify(layout) !== JSON.stringify(spec.layout);
  const edited = !isOwn && (layoutEdited || addressText(wanted()) !== addressText(withoutLooks(spec.address, page)));
  useEffect(() => {
    if (isOwn || !view) return;
    if (layoutEdited) keepDraft(entity, project, view.id, { since, layout });
    else dropDraft(entity, project, view.id);
  }, [entity, project, isOwn, view, layoutEdited, layout, since]);

  const refreshList = () => void cache.invalidateQueries({ queryKey: viewsKey(entity, project) });
  const stand = (next: View) => {
    const read = readSpec(next.spec);
    now.current = { ...now.current, view: next.info, spec: read, since: next.info.updated_at };
    setView(next.info);
    setSpec(read);
    setSince(next.info.updated_at);
    setClash(null);
  };
  const saveOver = async (from: number | null): Promise<boolean> => {
    if (!now.current.view) return false;
    const body = writeSpec({ address: wanted(), layout: now.current.layout });
    try {
      stand(
        await editView(entity, project, now.current.view.id, {
          spec: body as unknown as Record<string, unknown>,
          ...(from === null ? {} : { since: from }),
        }),
      );
      refreshList();
      return true;
    } catch (error) {
      if (!isApiError(error) || error.kind !== "Conflict") throw error;
      setClash({ message: error.message });
      return false;
    }
  };
  const saved: Saved = {
    page,
    view,
    isOwn,
    edited,
    failing,
    clash,
    settle: async (way) => {
      setClash(null);
      if (way === "mine") await saveOver(null);
      if (way === "theirs" && view) {
        const theirs = await readView(entity, project, view.id);
        stand(theirs);
        note("");
        put(readLayout(theirs.spec?.layout));
        clearAddress(navigate);
      }
    },
    open: (next) => {
      void navigate({ to: ".", search: (next ? { view: String(next.id) } : { view: undefined }) as never });
    },
    save: () => saveOver(now.current.since),
    saveAs: async (name, kind) => {
      const body = writeSpec({ address: wanted(), layout: now.current.layout });
      const made = await createView(entity, project, {
        name,
        kind,
        page,
        spec: body as unknown as Record<string, unknown>,
      });
      if (view && !isOwn) dropDraft(entity, project, view.id);
      stand(made);
      refreshList();
      return made.info;
    },
    change: async (patch) => {
      if (!view) return;
      const answer = await editView(entity, project, view.id, patch);
      setView(answer.info);
      if (since === view.updated_at) setSince(answer.info.updated_at);
      refreshList();
    },
    remove: async () => {
      if (!view) return;
      await deleteView(entity, project, view.id);
      dropDraft(entity, project, view.id);
      refreshList();
    },
    revert: () => {
      note("");
      put(spec.layout);
      const clean = { ...PLAIN_CHARTS, ...readCharts(spec.address) };
      setCharts({ ...clean, panel: now.current.charts.panel }, { push: true });
      setList(readRuns(spec.address), { push: true });
    },
    link: async (panel) => {
      const shown = { ...now.current.charts, ...(panel === undefined ? {} : { panel }) };
      const address = page === "run" ? writeCharts(shown) : { ...writeCharts(shown), ...writeRuns(now.current.list) };
      const here = new URL(window.location.href);
      const rest = page === "run" ? Object.fromEntries(here.searchParams) : {};
      for (const name of [...Object.keys(address), "view"]) delete rest[name];
      let search: SearchParams = { ...rest, ...address };
      if (!isPlain(now.current.layout)) {
        const { panel: open, ...picture } = address as Record<string, string | undefined>;
        const made = await createView(entity, project, {
          kind: "link",
          page,
          name: "",
          spec: writeSpec({ address: picture, layout: now.current.layout }) as unknown as Record<string, unknown>,
        });
        search = { ...rest, view: String(made.info.id), panel: open };
      }
      here.search = readable(addressText(search));
      return here.href;
    },
  };
  return {
    charts,
    changeCharts,
    list,
    changeList,
    layout,
    edit,
    undo: history.past.length > 0 ? () => go(undone) : null,
    redo: history.future.length > 0 ? () => go(redone) : null,
    reset: () => {
      note("");
      put(PLAIN_LAYOUT);
      setCharts({ ...PLAIN_CHARTS }, { push: true });
    },
    saved,
  };
}

/** What is looked at, rather than made: it is neither undone nor saved. */
const LOOKED_AT = new Set<string>(["panel", "zooms", "metrics"]);

function withoutLooks(address: SearchParams, page: ViewPage): SearchParams {
  const charts = writeCharts({ ...readCharts(address), panel: null, zooms: {}, metrics: "" });
  return page === "run" ? charts : { ...charts, ...writeRuns({ ...readRuns(address), search: "" }) };
}

function clearAddress(navigate: ReturnType<typeof useNavigate>): void {
  void navigate({ to: ".", search: ((old: SearchParams) => ({ view: old.view })) as never, replace: true });
}

function readable(search: string): string {
  return search.replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
}
