/** The lines of one system chart, with the crosshair that all of them share. */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { LinePlot, type Picture } from "@/plot/LinePlot";
import type { Store } from "@/state/store";

export interface PlotProps {
  picture: Picture;
  /** Where the pointer is, in seconds; else where the step cursor stands. */
  pointer: Store<number | null>;
  /** The step cursor, in seconds. */
  rest: number | null;
}

export function Plot({ picture, pointer, rest }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot | null>(null);
  const first = useRef(picture);
  const resting = useRef(rest);
  resting.current = rest;
  const [ready, setReady] = useState(false);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    let over = false;
    const made = new LinePlot(element, first.current, {
      onPoint: (at) => {
        over = at !== null;
        pointer.set(at ? at.x : null);
      },
    });
    plot.current = made;
    setReady(true);
    const stop = pointer.subscribe((at) => made.point(at ?? resting.current, over));
    const size = new ResizeObserver(() => made.resize(element.clientWidth, element.clientHeight));
    size.observe(element);
    return () => {
      stop();
      size.disconnect();
      made.close();
      plot.current = null;
    };
  }, [pointer]);
  useEffect(() => {
    if (!ready) return;
    plot.current?.show(picture);
    if (pointer.get() === null) plot.current?.point(rest, false);
  }, [picture, ready, rest, pointer]);
  return <div className="run-plot" ref={host} />;
}
