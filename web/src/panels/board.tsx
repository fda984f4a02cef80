/** What all panels of a board share: the project, its curves, the runs drawn, where the pointer is. */
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import { listen } from "@/api/live";
import { type Curve, readSeries } from "@/api/series";
import type { Run } from "@/api/types";
import type { Line, Span } from "@/plot/curve";
import type { Near, XKind } from "@/plot/LinePlot";
import { CurveBook } from "@/state/curves";
import type { RunGroup } from "@/state/groups";
import { type Layout, PLAIN_LAYOUT } from "@/state/layout";
import { type ChartSettings, cascade } from "@/state/settings";
import { Store } from "@/state/store";
import type { ChartView, Zoom } from "@/state/view";
import { runToken } from "@/theme/colours";
import type { Chosen } from "./chosen";

/** Where the pointer is, for every panel that has the same x. */
export interface Pointer {
  x: number;
  xKey: string;
  panel: string;
  xKind: XKind;
  /** Nearest line first. */
  near: readonly Near[];
  lines: readonly Line[];
  curves: ReadonlyMap<string, Curve>;
  /** What groups are there is not over points alone. */
  approximate?: boolean;
  title: string;
  clientX: number;
  clientY: number;
}

export interface Board {
  entity: string;
  project: string;
  /** The runs that are drawn, in the order of the list. */
  runs: readonly Run[];
  byId: ReadonlyMap<string, Run>;
  /** Those runs in groups, where the list is grouped: a group is one line. Null where it is not. */
  groups: readonly RunGroup[] | null;
  /** The run the others are measured against. */
  baseline: Run | null;
  /** The colour token of a run, as the person wants runs coloured. */
  tokenOf: (run: Run) => string;
  book: CurveBook;
  hover: Store<string | null>;
  pointer: Store<Pointer | null>;
  /** A tooltip that stays. */
  pinned: Store<Pointer | null>;
  /** The runs that were picked out of one of the charts; the others stand back everywhere. Null picks none. */
  chosen: Store<Chosen | null>;
  /** The step all panels of the board stand at, where one was chosen; null shows the latest. */
  cursor: Store<number | null>;
  /** The panel under the mouse. */
  under: Store<string | null>;
  view: ChartView;
  /** What was made of the panels. */
  layout: Layout;
  /** Changes the layout; every change can be undone. Changes of one `tag` in a row are undone as one. */
  edit: (change: (layout: Layout) => Layout, tag?: string) => void;
  /** How a panel is drawn: what it says itself, else its section, else the workspace. */
  settingsOf: (panel: string) => ChartSettings;
  change: (change: Partial<ChartView> | ((old: ChartView) => Partial<ChartView>), options?: { push?: boolean }) => void;
}

const Context = createContext<Board | null>(null);

export const BoardProvider = Context.Provider;

export function useBoard(): Board {
  const board = useContext(Context);
  if (!board) throw new Error("a panel stands outside a board");
  return board;
}

/** The board of a project: its curves follow the live events for as long as the component stands. */
export function useMakeBoard(
  entity: string,
  project: string,
  runs: readonly Run[],
  view: ChartView,
  change: Board["change"],
  options: BoardOptions = {},
): Board {
  const { groups = null, baseline = null, tokenOf = runToken, around = nowhere } = options;
  const [kept, keep] = useState(PLAIN_LAYOUT);
  const { layout = kept, edit = keep } = options;
  const book = useMemo(
    () => new CurveBook((query, signal) => readSeries(entity, project, query, signal)),
    [entity, project],
  );
  const stores = useRef({
    hover: new Store<string | null>(null),
    pointer: new Store<Pointer | null>(null),
    pinned: new Store<Pointer | null>(null),
    chosen: new Store<Chosen | null>(null),
    cursor: new Store<number | null>(null),
    under: new Store<string | null>(null),
  }).current;
  // a panel whose settings did not change is given the same object, and is not drawn again
  const settings = useRef(new Map<string, ChartSettings>()).current;
  useEffect(() => {
    const stop = listen(entity, project, {
      onRows: ({ run }) => book.touch(run),
      onGap: () => book.touchAll(),
    });
    return () => {
      stop();
      book.rest();
    };
  }, [entity, project, book]);
  return useMemo(
    () => ({
      entity,
      project,
      runs,
      byId: new Map(runs.map((run) => [run.id, run])),
      book,
      ...stores,
      groups,
      baseline,
      tokenOf,
      view,
      change,
      layout,
      edit,
      settingsOf: (panel) => {
        const next = cascade(view, ...around(panel), layout.panels[panel]?.settings);
        const last = settings.get(panel);
        if (last && sameSettings(last, next)) return last;
        settings.set(panel, next);
        return next;
      },
    }),
    [entity, project, runs, groups, baseline, tokenOf, book, stores, settings, view, change, layout, edit, around],
  );
}

/** What a board may be given; a layout that is not given is kept by the board itself, for as long as it stands. */
export interface BoardOptions extends Partial<Pick<Board, "groups" | "baseline" | "tokenOf" | "layout" | "edit">> {
  /** What the sections around a panel say, the outermost first. */
  around?: (panel: string) => readonly Partial<ChartSettings>[];
}

const nowhere = () => [];

function sameSettings(a: ChartSettings, b: ChartSettings): boolean {
  const { smoothing, ...rest } = a;
  return (
    smoothing.kind === b.smoothing.kind &&
    smoothing.amount === b.smoothing.amount &&
    (Object.keys(rest) as (keyof typeof rest)[]).every((name) => a[name] === b[name])
  );
}

/** The zoom of a panel: its own, or that of all. */
export function zoomOf(view: ChartView, panel: string): Zoom {
  const own = view.zooms[panel];
  if (!view.syncZoom) return own ?? NO_ZOOM;
  const all = view.zooms["*"];
  return { x: all?.x ?? null, y: own?.y ?? null };
}

const NO_ZOOM: Zoom = { x: null, y: null };

/** The zooms after one panel was zoomed; null leaves an axis as it is, and no zoom at all resets it. */
export function zoomed(
  view: ChartView,
  panel: string,
  zoom: { x?: Span | null; y?: Span | null } | null,
): ChartView["zooms"] {
  const { [panel]: own, "*": all, ...rest } = view.zooms;
  const out: Record<string, Zoom> = { ...rest };
  if (view.syncZoom) {
    const x = zoom === null ? null : zoom.x === undefined ? (all?.x ?? null) : zoom.x;
    const y = zoom === null ? null : zoom.y === undefined ? (own?.y ?? null) : zoom.y;
    if (x) out["*"] = { x, y: null };
    if (y) out[panel] = { x: null, y };
    return out;
  }
  if (all) out["*"] = all;
  if (zoom === null) return out;
  const next = {
    x: zoom.x === undefined ? (own?.x ?? null) : zoom.x,
    y: zoom.y === undefined ? (own?.y ?? null) : zoom.y,
  };
  if (next.x || next.y) out[panel] = next;
  return out;
}
