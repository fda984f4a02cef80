/** Work that waits for a page that has nothing else to do. */

/** A frame goes on when so little of it is left. */
const LEAST_MS = 2;
const LATEST_MS = 300;
/** Where the browser does not tell how much time there is. */
const SLICE_MS = 4;

/** Takes step after step of `work` between frames until it ends; what is given back stops it. */
export function whenIdle(work: () => Iterator<unknown>): () => void {
  const steps = work();
  let stopped = false;
  let timer: number;
  const go = (timeLeft: () => number) => {
    while (!stopped) {
      if (steps.next().done) return;
      if (timeLeft() < LEAST_MS) return next();
    }
  };
  const next = () => {
    if (typeof requestIdleCallback === "function")
      timer = requestIdleCallback((deadline) => go(() => deadline.timeRemaining()), { timeout: LATEST_MS });
    else
      timer = window.setTimeout(() => {
        const end = performance.now() + SLICE_MS;
        go(() => end - performance.now());
      });
  };
  next();
  return () => {
    stopped = true;
    if (typeof cancelIdleCallback === "function") cancelIdleCallback(timer);
    else clearTimeout(timer);
  };
}
