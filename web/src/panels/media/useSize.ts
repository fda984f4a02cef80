import { type RefCallback, useCallback, useRef, useState } from "react";

/** The size of an element, which may come and go, as it changes. */
export function useSize(): [RefCallback<HTMLElement>, number, number] {
  const [[width, height], setSize] = useState<[number, number]>([0, 0]);
  const watch = useRef<ResizeObserver | null>(null);
  const host = useCallback((element: HTMLElement | null) => {
    watch.current?.disconnect();
    watch.current = null;
    if (!element) return;
    const measure = () => setSize([element.clientWidth, element.clientHeight]);
    measure();
    watch.current = new ResizeObserver(measure);
    watch.current.observe(element);
  }, []);
  return [host, width, height];
}
