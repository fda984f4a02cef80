import { type RefObject, useEffect, useRef, useState } from "react";

const AROUND = "240px";

/** Whether an element is on the screen, or nearly so; what is far away need not be drawn. */
export function useSeen(): [RefObject<HTMLDivElement | null>, boolean] {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const watch = new IntersectionObserver((found) => setSeen(found.at(-1)?.isIntersecting ?? false), {
      rootMargin: AROUND,
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return [place, seen];
}
