/** Panels come into the page a few a frame, so that scrolling stays smooth however many come near at once. */

const A_FRAME = 2;
const waiting = new Set<() => void>();
let running = false;

function next(): void {
  let left = A_FRAME;
  for (const enter of waiting) {
    waiting.delete(enter);
    enter();
    if (--left === 0) break;
  }
  if (waiting.size > 0) requestAnimationFrame(next);
  else running = false;
}

/** Calls `enter` in one of the next frames, in order; the answer takes it back. */
export function admit(enter: () => void): () => void {
  waiting.add(enter);
  if (!running) {
    running = true;
    requestAnimationFrame(next);
  }
  return () => {
    waiting.delete(enter);
  };
}
