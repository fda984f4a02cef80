/** Where an image lies on its stage, and how zooming and moving change that. Pure. */

export interface View {
  /** 1 shows the whole image. */
  zoom: number;
  /** The share of the image that stands in the middle of the stage. */
  x: number;
  y: number;
}

export const FIT: View = { zoom: 1, x: 0.5, y: 0.5 };
/** Pixels of the image are told apart by lines from here on, in pixels of the screen. */
export const GRID_FROM = 8;
const MOST_SCALE = 80;

export interface Sizes {
  width: number;
  height: number;
  /** Of the stage. */
  wide: number;
  high: number;
}

export interface Frame {
  /** Pixels of the screen for one of the image. */
  scale: number;
  left: number;
  top: number;
}

export function fitScale({ width, height, wide, high }: Sizes): number {
  return Math.min(wide / Math.max(1, width), high / Math.max(1, height)) || 1;
}

export function frameOf(view: View, sizes: Sizes): Frame {
  const scale = fitScale(sizes) * view.zoom;
  return {
    scale,
    left: sizes.wide / 2 - view.x * sizes.width * scale,
    top: sizes.high / 2 - view.y * sizes.height * scale,
  };
}

/** Zoomed by a factor, so that what is at a place of the stage stays there. */
export function zoomedAt(view: View, factor: number, at: { x: number; y: number }, sizes: Sizes): View {
  const fit = fitScale(sizes);
  const least = Math.min(1, 1 / fit) / 2;
  const zoom = Math.min(Math.max(1, MOST_SCALE / fit), Math.max(least, view.zoom * factor));
  const old = frameOf(view, sizes);
  const share = {
    x: (at.x - old.left) / (old.scale * sizes.width),
    y: (at.y - old.top) / (old.scale * sizes.height),
  };
  const scale = fit * zoom;
  return within({
    zoom,
    x: share.x - (at.x - sizes.wide / 2) / (scale * sizes.width),
    y: share.y - (at.y - sizes.high / 2) / (scale * sizes.height),
  });
}

/** Moved by pixels of the screen. */
export function moved(view: View, dx: number, dy: number, sizes: Sizes): View {
  const { scale } = frameOf(view, sizes);
  return within({ ...view, x: view.x - dx / (scale * sizes.width), y: view.y - dy / (scale * sizes.height) });
}

function within({ zoom, x, y }: View): View {
  const clamp = (share: number) => Math.min(1, Math.max(0, share));
  return { zoom, x: clamp(x), y: clamp(y) };
}

/** A pixel of the image for a pixel of the screen. */
export function natural(sizes: Sizes): View {
  return { ...FIT, zoom: 1 / fitScale(sizes) };
}

/** The share of the image under a place of the stage; null outside of the image. */
export function shareAt(view: View, at: { x: number; y: number }, sizes: Sizes): { x: number; y: number } | null {
  const { scale, left, top } = frameOf(view, sizes);
  const x = (at.x - left) / (scale * sizes.width);
  const y = (at.y - top) / (scale * sizes.height);
  return x >= 0 && y >= 0 && x < 1 && y < 1 ? { x, y } : null;
}

export interface Difference {
  pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Share of the pixels that differ, and by how much a channel does on average over all. */
  share: number;
  mean: number;
}

/** How far each channel of two images of one size is apart. */
export function difference(a: Uint8ClampedArray, b: Uint8ClampedArray): Difference {
  const pixels = new Uint8ClampedArray(a.length);
  let [differing, sum] = [0, 0];
  for (let at = 0; at < a.length; at += 4) {
    let here = 0;
    for (let channel = 0; channel < 3; channel++) {
      const apart = Math.abs(a[at + channel]! - b[at + channel]!);
      pixels[at + channel] = apart;
      here += apart;
    }
    pixels[at + 3] = 255;
    sum += here;
    if (here > 0) differing += 1;
  }
  const count = Math.max(1, a.length / 4);
  return { pixels, share: differing / count, mean: sum / (count * 3) };
}
