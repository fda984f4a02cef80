/** A list of lines of any length of which only those in sight are there. Lines may be wrapped and differ in height. */
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { type Frame, inSight, isScaled, scrollTo, trackBy, trackPx } from "./window";

const ROW_PX = 20;
const PAGE_SHARE = 0.9;
/** So few are simply there, all of them. */
const SHORT = 300;

export interface LineWindowHandle {
  /** Brings a row into the middle. */
  show: (row: number) => void;
  /** The row at the top of the view. */
  top: () => number;
}

export interface LineWindowProps {
  rows: number;
  line: (row: number) => ReactNode;
  wrap: boolean;
  /** The end stays in sight as rows come. */
  follow: boolean;
  /** The person scrolled up. */
  onLeaveEnd: () => void;
  /** Which rows are in sight, when that changes. */
  onSight: (first: number, end: number) => void;
  className: string;
  label: string;
  handle: Ref<LineWindowHandle>;
}

export function LineWindow(props: LineWindowProps) {
  const { rows, line, wrap, follow, onLeaveEnd, onSight, className, label, handle } = props;
  const box = useRef<HTMLDivElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const [viewPx, setView] = useState(0);
  const [top, setTop] = useState(0);
  const whole = wrap && rows <= SHORT;
  const frame: Frame = { rows, rowPx: ROW_PX, viewPx };
  const current = useRef(frame);
  current.current = frame;
  const { first, end, anchor, at } = whole ? { first: 0, end: rows, anchor: 0, at: 0 } : inSight(frame, top);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setView(element.clientHeight);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = lines.current;
    if (!element || whole) {
      if (element) element.style.transform = "";
      return;
    }
    const row = Math.min(rows - 1, Math.floor(anchor));
    const child = wrap ? (element.children[row - first] as HTMLElement | undefined) : undefined;
    const above = child
      ? child.offsetTop + (anchor - row) * child.offsetHeight
      : (row - first) * ROW_PX + (anchor - row) * ROW_PX;
    element.style.transform = `translateY(${at - above}px)`;
  });

  useLayoutEffect(() => {
    const element = box.current;
    if (follow && element && rows > 0 && viewPx > 0) {
      element.scrollTop = element.scrollHeight;
      setTop(element.scrollTop);
    }
  }, [follow, rows, viewPx]);

  useEffect(() => {
    if (viewPx > 0 && end > first) onSight(first, end);
  }, [first, end, viewPx, onSight]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const by = (px: number) => {
      element.scrollTop += trackBy(current.current, px);
    };
    const onWheel = (event: WheelEvent) => {
      if (!isScaled(current.current) || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      by(event.deltaMode === 1 ? event.deltaY * ROW_PX : event.deltaY);
    };
    const onKey = (event: KeyboardEvent) => {
      if (!isScaled(current.current) || event.target !== element) return;
      const page = current.current.viewPx * PAGE_SHARE;
      const px = { PageDown: page, PageUp: -page, ArrowDown: ROW_PX * 2, ArrowUp: -ROW_PX * 2 }[event.key];
      if (px === undefined) return;
      event.preventDefault();
      by(px);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    element.addEventListener("keydown", onKey);
    return () => {
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("keydown", onKey);
    };
  }, []);

  useImperativeHandle(
    handle,
    () => ({
      show: (row) => {
        const element = box.current;
        if (!element) return;
        if (whole) lines.current?.children[row]?.scrollIntoView({ block: "center" });
        else element.scrollTop = scrollTo({ ...current.current, viewPx: element.clientHeight }, row);
        setTop(element.scrollTop);
      },
      top: () => {
        const sight = inSight(current.current, box.current?.scrollTop ?? 0, 0);
        return sight.first;
      },
    }),
    [whole],
  );

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    setTop(element.scrollTop);
    if (follow && element.scrollHeight - element.scrollTop - element.clientHeight > 3 * ROW_PX) onLeaveEnd();
  };

  const shown: ReactNode[] = [];
  if (viewPx > 0) for (let row = first; row < end; row++) shown.push(line(row));
  return (
    <div ref={box} className={className} onScroll={onScroll} tabIndex={0} role="log" aria-label={label}>
      <div className="logs-track" style={whole ? undefined : { height: trackPx(frame) }}>
        <div className="logs-view" style={whole ? undefined : { height: viewPx }}>
          <div ref={lines} className="logs-rows">
            {shown}
          </div>
        </div>
      </div>
    </div>
  );
}
