import { useEffect, useLayoutEffect, useRef } from "react";
import { type Pointer, useBoard, zoomed, zoomOf } from "@/panels/board";
import { LinePlot, meant, type Picture } from "@/plot/LinePlot";
import { innermost } from "@/state/groups";
import type { Drawing } from "./data";

/** The plot itself: everything that moves with the mouse goes past React. */
export function Plot({
  id,
  title,
  x,
  picture,
  drawing,
  stale,
}: {
  id: string;
  title: string;
  x: string;
  picture: Picture;
  drawing: Drawing;
  stale: boolean;
}) {
  const board = useBoard();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot | null>(null);
  const now = useRef({ board, drawing, picture, x, title });
  now.current = { board, drawing, picture, x, title };
  const { pointer, pinned, hover, chosen } = board;
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const ours = (at: Pointer | null) => at?.panel === id;
    const made = new LinePlot(element, now.current.picture, {
      onPoint: (at) => {
        if (!at) {
          pointer.set(null);
          hover.set(null);
          return;
        }
        const { drawing: d, picture: p, x: xKey } = now.current;
        hover.set(meant(at.near));
        pointer.set({
          x: at.x,
          xKey,
          panel: id,
          xKind: p.xKind,
          near: at.near,
          lines: d.lines,
          curves: d.curves,
          approximate: d.approximate.groups,
          title: now.current.title,
          clientX: at.clientX,
          clientY: at.clientY,
        });
      },
      onZoom: (zx, zy) => {
        const { board: b } = now.current;
        b.change((old) => ({
          zooms: zoomed(old, id, {
            ...(zx ? { x: zx } : {}),
            ...(zy ? { y: zy } : {}),
          }),
        }));
      },
      onPan: (px, py) => {
        const { board: b } = now.current;
        // y is drawn along where it was zoomed; else it goes on fitting what is in sight
        b.change((old) => ({ zooms: zoomed(old, id, { x: px, ...(zoomOf(old, id).y ? { y: py } : {}) }) }));
      },
      onReset: () => now.current.board.change((old) => ({ zooms: zoomed(old, id, null) })),
      onPin: () => pinned.set(pinned.get() ? null : pointer.get()),
    });
    plot.current = made;
    // where runs are drawn as groups, a run is in the line of its group
    const groupOf = (run: string | null) =>
      innermost(now.current.board.groups ?? []).find((group) => group.runs.some((each) => each.id === run))?.id ?? run;
    const fade = () => {
      const picked = chosen.get();
      const owners = picked && new Set([...picked.runs].map(groupOf));
      made.fade(owners && ((owner) => !owners.has(owner)));
    };
    const endings = [
      hover.subscribe((id) => made.emphasise(groupOf(id))),
      chosen.subscribe(fade),
      pointer.subscribe((at) => {
        const show = at ?? pinned.get();
        made.point(show && show.xKey === now.current.x ? show.x : null, ours(show));
      }),
      pinned.subscribe((at) => {
        const show = at ?? pointer.get();
        made.point(show && show.xKey === now.current.x ? show.x : null, ours(show));
      }),
    ];
    made.emphasise(groupOf(hover.get()));
    fade();
    const already = pinned.get() ?? pointer.get();
    if (already && already.xKey === now.current.x) made.point(already.x, ours(already));
    const size = new ResizeObserver(() => made.resize(element.clientWidth, element.clientHeight));
    size.observe(element);
    return () => {
      for (const end of endings) end();
      size.disconnect();
      made.close();
      plot.current = null;
    };
  }, [pointer, pinned, hover, chosen, id]);
  const { lines, xKind, logX, logY, xTitle, yTitle, marks } = picture;
  const [x0, x1] = picture.x;
  const [y0, y1] = picture.y;
  useEffect(() => {
    plot.current?.show({ lines, x: [x0, x1], y: [y0, y1], xKind, logX, logY, xTitle, yTitle, marks });
  }, [lines, x0, x1, y0, y1, xKind, logX, logY, xTitle, yTitle, marks]);
  return <div ref={host} className={stale ? "pn-canvas stale" : "pn-canvas"} data-panel={id} />;
}
