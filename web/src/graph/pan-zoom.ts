/** A drawing that is larger than its place: dragged, zoomed at the pointer by the wheel or by two fingers, moved by keys. */
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Rect } from "./drawing";

/** Where the drawing's origin stands in its place, in pixels, and how large it is drawn. */
export interface Pose {
  x: number;
  y: number;
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

const LEAST = 0.04;
const MOST = 2;
export const MARGIN = 24;
/** So far a pointer may move and still click. */
const DRAG = 4;

/** Zoomed by `factor`, with what is under `at` staying there. */
export function zoomedAt(pose: Pose, factor: number, at: { x: number; y: number }): Pose {
  const zoom = Math.max(LEAST, Math.min(MOST, pose.zoom * factor));
  const share = zoom / pose.zoom;
  return { zoom, x: at.x - (at.x - pose.x) * share, y: at.y - (at.y - pose.y) * share };
}

/** The drawing in the middle of its place, no smaller than `least` and no larger than it is; what does not fit begins at its margin. */
export function fitted(drawing: Size, place: Size, least: number): Pose {
  const share = Math.min((place.width - 2 * MARGIN) / drawing.width, (place.height - 2 * MARGIN) / drawing.height);
  const zoom = Math.max(least, Math.min(1, share));
  const inMiddle = (whole: number, part: number) => Math.max(MARGIN, (whole - part * zoom) / 2);
  return { zoom, x: inMiddle(place.width, drawing.width), y: inMiddle(place.height, drawing.height) };
}

/** Moved, and drawn at `least` that large, so that the rectangle stands in the middle. */
export function centred(rect: Rect, place: Size, zoom: number): Pose {
  return {
    zoom,
    x: place.width / 2 - (rect.x + rect.width / 2) * zoom,
    y: place.height / 2 - (rect.y + rect.height / 2) * zoom,
  };
}

/** The part of the drawing that is seen, in its own measures. */
export function seen({ x, y, zoom }: Pose, place: Size): Rect {
  return { x: -x / zoom, y: -y / zoom, width: place.width / zoom, height: place.height / zoom };
}

export interface PanZoom {
  host: RefObject<HTMLDivElement | null>;
  pose: Pose;
  place: Size;
  /** To be given to the element that `host` is. */
  handlers: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: (event: PointerEvent) => void;
    onPointerCancel: (event: PointerEvent) => void;
  };
  zoomBy: (factor: number) => void;
  moveBy: (dx: number, dy: number) => void;
  setPose: (pose: Pose) => void;
  reset: () => void;
}

/** `first` is the pose to begin with; it is taken again when `name` changes, which says what is drawn. */
export function usePanZoom(first: (place: Size) => Pose, name: string): PanZoom {
  const host = useRef<HTMLDivElement>(null);
  const [pose, setPose] = useState<Pose>({ x: MARGIN, y: MARGIN, zoom: 1 });
  const [place, setPlace] = useState<Size>({ width: 0, height: 0 });
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);
  const begin = useRef(first);
  begin.current = first;
  const reset = () => {
    const { clientWidth: width = 600, clientHeight: height = 400 } = host.current ?? {};
    setPose(begin.current({ width, height }));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the first look, and again when something else is drawn.
  useEffect(reset, [name]);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const watch = new ResizeObserver(() => {
      setPlace((old) => {
        const next = { width: element.clientWidth, height: element.clientHeight };
        // a place that was not there yet, or has become another one: phones are turned, panels drawn larger
        if (old.width === 0 || Math.abs(next.width - old.width) > old.width / 3) setPose(begin.current(next));
        return next;
      });
    });
    watch.observe(element);
    const onWheel = (event: WheelEvent) => {
      const pinch = event.ctrlKey || event.metaKey;
      if (!pinch && !element.contains(document.activeElement) && isInScroller(element)) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      setPose((old) =>
        event.shiftKey
          ? { ...old, x: old.x - event.deltaX - event.deltaY }
          : zoomedAt({ ...old, x: old.x - event.deltaX }, 2 ** (-event.deltaY / (pinch ? 200 : 400)), at),
      );
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      watch.disconnect();
      element.removeEventListener("wheel", onWheel);
    };
  }, []);
  const within = (event: { clientX: number; clientY: number }) => {
    const box = host.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const up = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
    if (pointers.current.size === 0) moved.current = 0;
  };
  return {
    host,
    pose,
    place,
    zoomBy: (factor) => {
      const { clientWidth = 0, clientHeight = 0 } = host.current ?? {};
      setPose((old) => zoomedAt(old, factor, { x: clientWidth / 2, y: clientHeight / 2 }));
    },
    moveBy: (dx, dy) => setPose((old) => ({ ...old, x: old.x + dx, y: old.y + dy })),
    setPose,
    reset,
    handlers: {
      onPointerDown: (event) => {
        pointers.current.set(event.pointerId, within(event));
      },
      onPointerMove: (event) => {
        const from = pointers.current.get(event.pointerId);
        if (!from) return;
        const to = within(event);
        const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
        moved.current = Math.max(moved.current, Math.hypot(to.x - from.x, to.y - from.y));
        if (!other && moved.current < DRAG) return;
        // from here on it is no click
        event.currentTarget.setPointerCapture(event.pointerId);
        moved.current = DRAG;
        pointers.current.set(event.pointerId, to);
        if (!other) {
          setPose((old) => ({ ...old, x: old.x + to.x - from.x, y: old.y + to.y - from.y }));
          return;
        }
        const spread = (one: { x: number; y: number }) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
        setPose((old) => zoomedAt(old, spread(to) / spread(from), other));
      },
      onPointerUp: up,
      onPointerCancel: up,
    },
  };
}

/** Whether something around it scrolls: then the wheel is that one's, until the drawing has the focus. */
function isInScroller(element: HTMLElement): boolean {
  for (let at = element.parentElement; at; at = at.parentElement)
    if (at.scrollHeight > at.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(at).overflowY)) return true;
  return false;
}
