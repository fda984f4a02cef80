/** How tall the frame of a logged page is, by what the page says of itself. Nothing that it says is trusted. */

/** What a page says: how tall its content is, and the frame in which that was so. */
export interface PageSize {
  height: number;
  width: number;
  view: number;
}

export interface Fit {
  height: number;
  /** What was said last; null before the page has said anything. */
  said: PageSize | null;
  /** How often in a row the page has outgrown the very room that it had asked for. */
  outgrown: number;
  /** Whether it has left unused, in a row, room that it had asked for. */
  unused: boolean;
}

const LEAST = 32;
const MOST = 20_000;
const OFTEN = 3;

/** Room for pages that fill whatever they are given, and for those that say nothing. */
export const UNTOLD: Fit = { height: 400, said: null, outgrown: 0, unused: false };

/** The size that a message holds; null if it is any other. */
export function pageSizeOf(message: unknown): PageSize | null {
  const page = (message as { page?: Partial<PageSize> } | null)?.page;
  if (typeof page !== "object" || page === null) return null;
  const { height, width, view } = page;
  if (![height, width, view].every((each) => typeof each === "number" && Number.isFinite(each) && each >= 0))
    return null;
  return { height, width, view } as PageSize;
}

/**
 * The height after the page has said its size. Its first word in a new room may be due to that room alone: a page that
 * grows with its room, whatever that is, is left to scroll after a few times, and one that shrinks with it is not followed.
 */
export function fitted({ height, said, outgrown, unused }: Fit, size: PageSize): Fit {
  const asked = Math.min(MOST, Math.max(LEAST, Math.ceil(size.height)));
  const moved = said !== null && said.width === size.width && said.view !== size.view;
  if (!moved) return { height: asked, said: size, outgrown, unused: false };
  if (asked > height && outgrown >= OFTEN) return { height, said: size, outgrown, unused };
  if (asked > height) return { height: asked, said: size, outgrown: outgrown + 1, unused };
  // it may have changed just as it was given more room: once, that is believed
  if (asked < height && size.view > said.view && !unused) return { height: asked, said: size, outgrown, unused: true };
  return { height, said: size, outgrown: 0, unused };
}
