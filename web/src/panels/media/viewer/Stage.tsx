/** One image on its stage: zoomed at the pointer, moved by dragging, its pixels to be counted. */
import { useEffect, useRef, useState } from "react";
import { type Box, classToken, type OverlayLook, paintMask } from "@/media/overlay";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { useSize } from "../useSize";
import { type Frame, frameOf, GRID_FROM, moved, type Sizes, shareAt, type View, zoomedAt } from "./stage";

export interface Drawn {
  source: CanvasImageSource;
  width: number;
  height: number;
}

export interface StageProps {
  image: Drawn;
  masks: readonly Drawn[];
  boxes: readonly Box[];
  look: OverlayLook;
  /** A second image right of a share of the stage. */
  beyond?: { image: Drawn; split: number } | null;
  view: View;
  onView: (change: (view: View) => View) => void;
  grid: boolean;
  label: string;
  /** The share of the image that is pointed at. */
  onPoint: (at: { x: number; y: number } | null) => void;
  onSizes?: (sizes: Sizes) => void;
}

const WHEEL = 0.0016;

export function Stage(props: StageProps) {
  const { image, view, onView, label, onPoint, onSizes } = props;
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const [measure, wide, high] = useSize();
  const theme = useTheme();
  const [held, setHeld] = useState(false);
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const sizes: Sizes = { width: image.width, height: image.height, wide, high };
  const latest = useRef({ sizes, onView });
  latest.current = { sizes, onView };

  useEffect(() => {
    const target = canvas.current;
    if (!target || wide === 0 || high === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(wide * ratio), Math.round(high * ratio)];
    if (target.width !== w) target.width = w;
    if (target.height !== h) target.height = h;
    const pen = target.getContext("2d");
    if (!pen) return;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, high);
    draw(pen, props, frameOf(view, sizes), sizes);
  });
  const tell = useRef(onSizes);
  tell.current = onSizes;
  useEffect(() => {
    tell.current?.({ width: image.width, height: image.height, wide, high });
  }, [image.width, image.height, wide, high]);
  useEffect(() => {
    const target = canvas.current;
    if (!target) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const at = { x: event.offsetX, y: event.offsetY };
      const lines = event.deltaMode === 1 ? 16 : 1;
      const factor = Math.exp(-event.deltaY * lines * WHEEL * (event.ctrlKey ? 4 : 1));
      latest.current.onView((old) => zoomedAt(old, factor, at, latest.current.sizes));
    };
    target.addEventListener("wheel", wheel, { passive: false });
    return () => target.removeEventListener("wheel", wheel);
  }, []);

  const placeOf = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const move = (event: React.PointerEvent) => {
    const at = placeOf(event);
    onPoint(shareAt(view, at, sizes));
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, at);
    if (!other) return onView((old) => moved(old, at.x - before.x, at.y - before.y, sizes));
    const apart = (a: typeof at) => Math.max(8, Math.hypot(a.x - other.x, a.y - other.y));
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    const drift = [(at.x - before.x) / 2, (at.y - before.y) / 2] as const;
    onView((old) => zoomedAt(moved(old, ...drift, sizes), apart(at) / apart(before), middle, sizes));
  };
  const release = (event: React.PointerEvent) => {
    pointers.current.delete(event.pointerId);
    setHeld(pointers.current.size > 0);
  };
  return (
    <div className="pv-stage" ref={measure}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        className={held ? "held" : undefined}
        data-theme-drawn={theme}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          pointers.current.set(event.pointerId, placeOf(event));
          setHeld(true);
        }}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={release}
        onPointerLeave={() => onPoint(null)}
      />
    </div>
  );
}

function draw(pen: CanvasRenderingContext2D, props: StageProps, frame: Frame, sizes: Sizes): void {
  const { image, masks, boxes, look, beyond, grid } = props;
  const { scale, left, top } = frame;
  const [w, h] = [image.width * scale, image.height * scale];
  pen.imageSmoothingEnabled = scale < 1;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image.source, left, top, w, h);
  if (beyond) {
    const from = beyond.split * sizes.wide;
    pen.save();
    pen.beginPath();
    pen.rect(from, 0, sizes.wide - from, sizes.high);
    pen.clip();
    pen.clearRect(from, 0, sizes.wide - from, sizes.high);
    pen.drawImage(beyond.image.source, left, top, w, h);
    pen.restore();
    pen.fillStyle = inkOf("--pointer");
    pen.fillRect(from - 1, 0, 2, sizes.high);
  }
  pen.imageSmoothingEnabled = false;
  for (const mask of masks) pen.drawImage(mask.source, left, top, w, h);
  if (grid && scale >= GRID_FROM) drawGrid(pen, frame, sizes);
  pen.font = `500 11px ${inkOf("--sans")}`;
  pen.textBaseline = "middle";
  for (const box of boxes) {
    const colour = inkOf(classToken(box.classId));
    const [x, y] = [left + box.x * w, top + box.y * h];
    pen.strokeStyle = colour;
    pen.lineWidth = look.line;
    pen.strokeRect(x, y, box.width * w, box.height * h);
    if (!look.labels) continue;
    const wide = Math.min(220, pen.measureText(box.caption).width + 8);
    pen.fillStyle = colour;
    pen.fillRect(x - look.line / 2, y - 16, wide, 16);
    pen.fillStyle = inkOf("--card");
    pen.fillText(box.caption, x + 4, y - 7.5, wide - 8);
  }
}

function drawGrid(pen: CanvasRenderingContext2D, { scale, left, top }: Frame, sizes: Sizes): void {
  const { width, height, wide, high } = sizes;
  const [x0, x1] = [Math.max(0, Math.floor(-left / scale)), Math.min(width, Math.ceil((wide - left) / scale))];
  const [y0, y1] = [Math.max(0, Math.floor(-top / scale)), Math.min(height, Math.ceil((high - top) / scale))];
  pen.beginPath();
  for (let x = x0; x <= x1; x++) {
    const at = Math.round(left + x * scale) + 0.5;
    pen.moveTo(at, top + y0 * scale);
    pen.lineTo(at, top + y1 * scale);
  }
  for (let y = y0; y <= y1; y++) {
    const at = Math.round(top + y * scale) + 0.5;
    pen.moveTo(left + x0 * scale, at);
    pen.lineTo(left + x1 * scale, at);
  }
  pen.lineWidth = 1;
  pen.strokeStyle = "rgba(128,128,128,0.55)";
  pen.stroke();
}

/** A mask as a picture to be drawn. */
export function inkMask(ids: Uint8Array, width: number, height: number, ink: Uint32Array): Drawn {
  const source = new OffscreenCanvas(width, height);
  const picture = new ImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  paintMask(ids, ink, pixels);
  source.getContext("2d")?.putImageData(picture, 0, 0);
  return { source, width, height };
}
