/** Which rows of a very long list are in sight. Pure. */

/** Browsers draw nothing beyond some 17 million pixels; a longer list scrolls in proportion. */
export const MOST_PX = 12_000_000;

export interface Frame {
  rows: number;
  /** The least height of a row. */
  rowPx: number;
  viewPx: number;
}

/** The height of the track that is scrolled. */
export function trackPx({ rows, rowPx, viewPx }: Frame): number {
  return Math.max(viewPx, Math.min(MOST_PX, rows * rowPx));
}

/** True where a pixel of the track is more than a pixel of the list. */
export function isScaled(frame: Frame): boolean {
  return frame.rows * frame.rowPx > MOST_PX;
}

export interface InSight {
  first: number;
  /** One behind the last. */
  end: number;
  /** The place in the list that stands at `at` pixels from the top of the view: row, and how much of it is above. */
  anchor: number;
  at: number;
}

/**
 * The rows in sight. The place that lies a share `p` into the list stands a share `p` into the view, whatever the
 * heights of rows: so the first row is at the top when scrolled to the top, and the last at the bottom.
 */
export function inSight(frame: Frame, scrollTop: number, overscan = 8): InSight {
  const { rows, rowPx, viewPx } = frame;
  const room = trackPx(frame) - viewPx;
  const share = room <= 0 ? 0 : Math.max(0, Math.min(1, scrollTop / room));
  const anchor = share * rows;
  const at = share * viewPx;
  const first = Math.max(0, Math.floor(anchor - at / rowPx) - overscan);
  const end = Math.min(rows, Math.ceil(anchor + (viewPx - at) / rowPx) + overscan);
  return { first, end, anchor, at };
}

/** Where to scroll to, so that a row stands in the middle of the view, or as near as the ends allow. */
export function scrollTo(frame: Frame, row: number): number {
  const { rows, rowPx, viewPx } = frame;
  const whole = rows * rowPx - viewPx;
  if (whole <= 0) return 0;
  const share = ((row + 0.5) * rowPx - viewPx / 2) / whole;
  return Math.max(0, Math.min(1, share)) * (trackPx(frame) - viewPx);
}

/** How far the track moves where the list moves by so many pixels. */
export function trackBy(frame: Frame, px: number): number {
  const whole = frame.rows * frame.rowPx - frame.viewPx;
  return whole <= 0 ? 0 : (px / whole) * (trackPx(frame) - frame.viewPx);
}

/** The place of `wanted` in sorted numbers, or of the first greater one. */
export function placeOf(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
