/** A line plot on canvas: uPlot keeps scales, axes and sharp pixels; the lines are painted by `paint.ts`. */
import uPlot from "uplot";
import { inkOf } from "@/theme/colours";
import { onTheme } from "@/theme/theme";
import type { Line, Span } from "./curve";
import { nearestFinite } from "./nearest";
import { makeScale, paintLines, type Scale } from "./paint";
import {
  axisFormat,
  clockFormat,
  clockTicks,
  duration,
  durationFormat,
  durationTicks,
  linearTicks,
  logFormat,
  logTicks,
  short,
  whole,
} from "./ticks";
import "./plot.css";

/** What x counts: a step (whole numbers), any number, seconds, or Unix time. */
export type XKind = "step" | "number" | "duration" | "clock";

export interface Picture {
  lines: readonly Line[];
  x: Span;
  y: Span;
  xKind: XKind;
  logX: boolean;
  logY: boolean;
  /** What the axes are called; an empty one takes no room. */
  xTitle?: string | undefined;
  yTitle?: string | undefined;
  marks?: readonly Mark[] | undefined;
}

/** Words at a place of x, small at the top; told when the pointer is there. */
export interface Mark {
  x: number;
  text: string;
  /** The name of its colour token. */
  colour: string;
}

/** A line near the pointer: which, its row, and how far it is in pixels. */
export interface Near {
  id: string;
  /** The run or group of the line. */
  owner: string;
  index: number;
  distance: number;
}

export interface PlotEvents {
  /** The pointer is at `x` (snapped to a point of the nearest line), or has left. Nearest lines first. */
  onPoint?: (at: { x: number; near: Near[]; clientX: number; clientY: number } | null) => void;
  onZoom?: (x: Span | null, y: Span | null) => void;
  /** Drawn along with Shift: the ranges as they are then. */
  onPan?: (x: Span, y: Span) => void;
  onReset?: () => void;
  onPin?: () => void;
}

const FONT = '10px "Inter Variable", -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const AXIS_X = 18;
const TOP = 8;
const RIGHT = 8;
/** How near, in pixels, the pointer must be to a line to mean it. */
const GRAB = 28;
const DRAG = 5;
/** How much room the title of an axis takes. */
const TITLE = 14;
/** How near, in pixels, the pointer must be to a mark to be told its words. */
const MARK = 5;
/** How long a finger rests before it moves the crosshair in any direction, rather than scrolls. */
const HOLD_MS = 320;

const nobody = () => false;

export class LinePlot {
  private readonly plot: uPlot;
  private readonly overlay: HTMLCanvasElement;
  private readonly box: HTMLDivElement;
  private picture: Picture;
  private xTicks: { major: number[]; minor: number[]; format: (v: number) => string };
  private yTicks: { major: number[]; minor: number[]; format: (v: number) => string };
  private emphasis: string | null = null;
  private isBack: (owner: string) => boolean = nobody;
  private pointer: number | null = null;
  private pointerIsOurs = false;
  private drag: { x: number; y: number; moved: boolean; id: number; pan: Picture | null } | null = null;
  private lastTap = 0;
  /** Where the pointer is, in CSS pixels from the left of the area. */
  private mouseX = 0;
  private finger: { x: number; y: number; held: boolean; timer: ReturnType<typeof setTimeout> } | null = null;
  private readonly endings: (() => void)[] = [];
  private width: number;
  private height: number;

  constructor(
    host: HTMLElement,
    picture: Picture,
    private readonly events: PlotEvents = {},
  ) {
    this.picture = picture;
    this.width = Math.max(40, host.clientWidth);
    this.height = Math.max(40, host.clientHeight);
    this.xTicks = this.ticksX();
    this.yTicks = this.ticksY();
    this.plot = new uPlot(
      this.options(),
      [
        [0, 1],
        [null, null],
      ] as unknown as uPlot.AlignedData,
      host,
    );
    this.overlay = document.createElement("canvas");
    this.overlay.className = "plot-overlay";
    this.box = document.createElement("div");
    this.box.className = "plot-box";
    this.box.hidden = true;
    this.plot.over.append(this.box);
    host.append(this.overlay);
    this.sizeOverlay();
    this.listen();
    this.endings.push(onTheme(() => this.recolour()));
    if (document.fonts?.status === "loading") void document.fonts.ready.then(() => this.redraw());
  }

  /** Shows another picture; cheap when only lines changed. */
  show(picture: Picture): void {
    const before = this.picture;
    this.picture = picture;
    this.xTicks = this.ticksX();
    this.yTicks = this.ticksY();
    if (before.logX !== picture.logX || before.logY !== picture.logY) {
      this.plot.scales.x!.distr = picture.logX ? 3 : 1;
      this.plot.scales.y!.distr = picture.logY ? 3 : 1;
    }
    this.redraw();
  }

  /** Brings one line to the front, or none. */
  emphasise(id: string | null): void {
    if (id === this.emphasis) return;
    const known = (name: string | null) => name !== null && this.picture.lines.some((line) => line.owner === name);
    const change = known(id) || known(this.emphasis);
    this.emphasis = id;
    if (change) this.plot.redraw(false, false);
    this.paintOverlay();
  }

  /** Lets the lines stand back of whom `isBack` says so. */
  fade(isBack: ((owner: string) => boolean) | null): void {
    if (isBack === null && this.isBack === nobody) return;
    this.isBack = isBack ?? nobody;
    this.plot.redraw(false, false);
  }

  /** Puts the crosshair at x, or takes it away; `ours` when the pointer is over this plot. */
  point(x: number | null, ours: boolean): void {
    if (x === this.pointer && ours === this.pointerIsOurs) return;
    this.pointer = x;
    this.pointerIsOurs = ours;
    this.paintOverlay();
  }

  resize(width: number, height: number): void {
    if (width === this.width && height === this.height) return;
    if (width < 40 || height < 30) return;
    this.width = width;
    this.height = height;
    this.xTicks = this.ticksX();
    this.yTicks = this.ticksY();
    this.plot.setSize({ width, height });
    this.sizeOverlay();
  }

  /** The width of the area of lines, in CSS pixels. */
  get plotWidth(): number {
    return this.plot.bbox.width / devicePixelRatio;
  }

  /** The canvas with all that is drawn but the pointer. */
  get canvas(): HTMLCanvasElement {
    return this.plot.ctx.canvas;
  }

  /** What x says at a place, in words. */
  xText(x: number): string {
    return xText(x, this.picture.xKind);
  }

  close(): void {
    for (const end of this.endings) end();
    this.plot.destroy();
    this.overlay.remove();
  }

  private redraw(): void {
    const { x, y } = this.picture;
    this.plot.batch(() => {
      this.plot.setScale("x", { min: x[0], max: x[1] });
      this.plot.setScale("y", { min: y[0], max: y[1] });
      // within the batch: else all is painted once for the scales and once more for this
      this.plot.redraw(false, true);
    });
    this.paintOverlay();
  }

  private recolour(): void {
    // at once: a printer waits for no frame
    this.plot.batch(() => this.plot.redraw(false, true));
    this.paintOverlay();
  }

  private options(): uPlot.Options {
    const grid = { show: false };
    const text = () => inkOf("--text-3");
    return {
      width: this.width,
      height: this.height,
      padding: [TOP, RIGHT, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      series: [{}, { show: false }],
      scales: {
        x: { time: false, distr: this.picture.logX ? 3 : 1, range: () => [...this.picture.x] as uPlot.Range.MinMax },
        y: { distr: this.picture.logY ? 3 : 1, range: () => [...this.picture.y] as uPlot.Range.MinMax },
      },
      axes: [
        {
          scale: "x",
          size: () => AXIS_X + (this.picture.xTitle ? TITLE : 0),
          gap: 2,
          font: FONT,
          stroke: text,
          grid,
          ticks: { show: false },
          border: { show: false },
          splits: () => this.xTicks.major,
          filter: (_u, splits) => splits,
          values: () => this.xTicks.major.map(() => ""),
        },
        {
          scale: "y",
          size: (_u, values) => this.axisWidth(values),
          gap: 4,
          font: FONT,
          stroke: text,
          grid: { stroke: () => inkOf("--grid"), width: 1 },
          ticks: { show: false },
          border: { show: false },
          splits: () => this.yTicks.major,
          filter: (_u, splits) => splits,
          values: (_u, splits) => splits.map((v) => (v === null ? "" : this.yTicks.format(v))),
        },
      ],
      hooks: { draw: [() => this.paint()] },
    };
  }

  private axisWidth(values: string[] | null): number {
    if (!values) return 34 + (this.picture.yTitle ? TITLE : 0);
    const longest = values.reduce((most, v) => Math.max(most, v?.length ?? 0), 0);
    // one width for most axes, so that the panels of a column line up
    return Math.max(36, Math.ceil(longest * 5.9) + 12) + (this.picture.yTitle ? TITLE : 0);
  }

  private ticksX() {
    const { x, xKind, logX } = this.picture;
    const count = Math.max(2, Math.min(10, Math.floor(this.width / 78)));
    if (logX) return { ...logTicks(x[0], x[1], count), format: logFormat };
    if (xKind === "duration") {
      const major = durationTicks(x[0], x[1], count);
      return { major, minor: [], format: durationFormat(major) };
    }
    if (xKind === "clock") {
      const major = clockTicks(x[0], x[1], count);
      return { major, minor: [], format: clockFormat(major) };
    }
    let major = linearTicks(x[0], x[1], count);
    if (xKind === "step") major = major.filter((v) => Number.isInteger(v));
    return { major, minor: [], format: axisFormat(major) };
  }

  private ticksY() {
    const { y, logY } = this.picture;
    const room = this.height - AXIS_X - TOP - (this.picture.xTitle ? TITLE : 0);
    const count = Math.max(room < 50 ? 2 : 3, Math.min(8, Math.floor(room / 38)));
    if (logY) return { ...logTicks(y[0], y[1], count), format: logFormat };
    const major = linearTicks(y[0], y[1], count);
    return { major, minor: [], format: axisFormat(major) };
  }

  private scales(): { xs: Scale; ys: Scale } {
    const { left, top, width, height } = this.plot.bbox;
    const { x, y, logX, logY } = this.picture;
    return {
      xs: makeScale(x[0], x[1], left, left + width, logX),
      ys: makeScale(y[0], y[1], top + height, top, logY),
    };
  }

  private paint(): void {
    const { ctx, bbox } = this.plot;
    const ratio = devicePixelRatio || 1;
    const { xs, ys } = this.scales();
    const bottom = Math.round(bbox.top + bbox.height);
    ctx.save();
    ctx.fillStyle = inkOf("--axis");
    const px = Math.max(1, Math.round(ratio));
    ctx.fillRect(bbox.left, bottom, bbox.width, px);
    for (const v of this.xTicks.major) ctx.fillRect(Math.round(xs(v)) - px / 2, bottom, px, 3 * ratio);
    for (const v of this.xTicks.minor) ctx.fillRect(Math.round(xs(v)) - px / 2, bottom, px, 2 * ratio);
    for (const v of this.yTicks.minor) ctx.fillRect(bbox.left, Math.round(ys(v)), 3 * ratio, px);
    this.paintXLabels(ctx, xs, bottom, ratio);
    this.paintTitles(ctx, bottom, ratio);
    this.paintMarks(ctx, xs, ratio);
    ctx.restore();
    paintLines(ctx, this.picture.lines, xs, ys, bbox, ratio, inkOf, this.emphasis, this.isBack);
  }

  /** Labels of x stay within the picture, and a label that would touch its neighbour is left out. */
  private paintXLabels(ctx: CanvasRenderingContext2D, xs: Scale, bottom: number, ratio: number): void {
    const { left, width } = this.plot.bbox;
    ctx.font = FONT.replace("10px", `${10 * ratio}px`);
    ctx.fillStyle = inkOf("--text-3");
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    let free = Number.NEGATIVE_INFINITY;
    for (const v of this.xTicks.major) {
      const label = this.xTicks.format(v);
      const size = ctx.measureText(label).width;
      const at = Math.min(Math.max(xs(v) - size / 2, left - 4 * ratio), left + width - size + 4 * ratio);
      if (at < free) continue;
      ctx.fillText(label, at, bottom + 5 * ratio);
      free = at + size + 8 * ratio;
    }
  }

  private paintTitles(ctx: CanvasRenderingContext2D, bottom: number, ratio: number): void {
    const { left, top, width, height } = this.plot.bbox;
    const { xTitle, yTitle } = this.picture;
    ctx.font = FONT.replace("10px", `${10 * ratio}px`);
    ctx.fillStyle = inkOf("--text-2");
    ctx.textAlign = "center";
    if (xTitle) {
      ctx.textBaseline = "bottom";
      ctx.fillText(fitted(ctx, xTitle, width), left + width / 2, bottom + (AXIS_X + TITLE) * ratio);
    }
    if (yTitle) {
      ctx.save();
      ctx.translate(2 * ratio, top + height / 2);
      ctx.rotate(-Math.PI / 2);
      ctx.textBaseline = "top";
      ctx.fillText(fitted(ctx, yTitle, height), 0, 0);
      ctx.restore();
    }
  }

  /** A faint line down, and a small flag at the top. */
  private paintMarks(ctx: CanvasRenderingContext2D, xs: Scale, ratio: number): void {
    const { left, top, width, height } = this.plot.bbox;
    for (const mark of this.picture.marks ?? []) {
      const x = xs(mark.x);
      if (!(x >= left && x <= left + width)) continue;
      ctx.strokeStyle = inkOf(mark.colour);
      ctx.fillStyle = inkOf(mark.colour);
      ctx.globalAlpha = 0.55;
      ctx.lineWidth = ratio;
      ctx.setLineDash([3 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, top + height);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.globalAlpha = 1;
      ctx.beginPath();
      ctx.moveTo(x, top - 6 * ratio);
      ctx.lineTo(x + 6 * ratio, top - 3 * ratio);
      ctx.lineTo(x, top);
      ctx.fill();
    }
  }

  /** The words of the marks at the pointer, over the plot. */
  private paintMarkWords(ctx: CanvasRenderingContext2D, xs: Scale, ratio: number): void {
    const { left, top, width } = this.plot.bbox;
    // the crosshair snaps to points, of which a mark may be far
    const px = left + this.mouseX * ratio;
    const here = (this.picture.marks ?? []).filter((mark) => Math.abs(xs(mark.x) - px) <= MARK * ratio);
    ctx.font = FONT.replace("10px", `${10 * ratio}px`);
    here.slice(0, 4).forEach((mark, row) => {
      const text = fitted(ctx, mark.text, width * 0.8);
      const size = ctx.measureText(text).width + 10 * ratio;
      const from = Math.min(Math.max(px - size / 2, left), left + width - size);
      const y = top + row * 17 * ratio;
      ctx.fillStyle = inkOf(mark.colour);
      ctx.beginPath();
      ctx.roundRect(from, y, size, 15 * ratio, 3 * ratio);
      ctx.fill();
      ctx.fillStyle = inkOf("--card");
      ctx.textBaseline = "middle";
      ctx.textAlign = "left";
      ctx.fillText(text, from + 5 * ratio, y + 8 * ratio);
    });
  }

  private sizeOverlay(): void {
    const ratio = devicePixelRatio || 1;
    this.overlay.width = Math.round(this.width * ratio);
    this.overlay.height = Math.round(this.height * ratio);
    this.overlay.style.width = `${this.width}px`;
    this.overlay.style.height = `${this.height}px`;
    this.paintOverlay();
  }

  private paintOverlay(): void {
    const ctx = this.overlay?.getContext("2d");
    if (!ctx) return;
    const ratio = devicePixelRatio || 1;
    ctx.clearRect(0, 0, this.overlay.width, this.overlay.height);
    const at = this.pointer;
    const { x, lines } = this.picture;
    if (at === null || at < x[0] || at > x[1] || lines.length === 0) return;
    const { left, top, width, height } = this.plot.bbox;
    const { xs, ys } = this.scales();
    const px = Math.round(xs(at));
    if (!Number.isFinite(px)) return;
    const pen = Math.max(1, Math.round(ratio));
    ctx.fillStyle = inkOf("--pointer");
    ctx.fillRect(px - Math.floor(pen / 2), top - 4 * ratio, pen, height + 4 * ratio);
    const reach = (x[1] - x[0]) * 0.02;
    const focus = this.emphasis !== null && lines.some((line) => line.owner === this.emphasis);
    ctx.lineWidth = 1.2 * ratio;
    ctx.strokeStyle = inkOf("--card");
    for (const line of [...lines].sort(
      (a, b) => Number(a.owner === this.emphasis) - Number(b.owner === this.emphasis),
    )) {
      const i = nearestFinite(line.x, line.y, at, reach);
      if (i < 0) continue;
      const py = ys(line.y[i]!);
      if (!(py >= top - 2 && py <= top + height + 2)) continue;
      const hot = line.owner === this.emphasis;
      ctx.globalAlpha = focus && !hot ? 0.5 : 1;
      ctx.fillStyle = inkOf(line.colour);
      ctx.beginPath();
      ctx.arc(xs(line.x[i]!), py, (hot ? 4 : 2.8) * ratio, 0, Math.PI * 2);
      ctx.fill();
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    if (!this.pointerIsOurs) return;
    this.paintMarkWords(ctx, xs, ratio);
    const label = this.xText(at);
    ctx.font = FONT.replace("10px", `600 ${10 * ratio}px`);
    const size = ctx.measureText(label).width + 10 * ratio;
    const from = Math.min(Math.max(px - size / 2, left), left + width - size);
    const y = top + height + 2 * ratio;
    ctx.fillStyle = inkOf("--pointer");
    ctx.beginPath();
    ctx.roundRect(from, y, size, 15 * ratio, 3 * ratio);
    ctx.fill();
    ctx.fillStyle = inkOf("--card");
    ctx.textBaseline = "middle";
    ctx.textAlign = "center";
    ctx.fillText(label, from + size / 2, y + 8 * ratio);
  }

  private listen(): void {
    const over = this.plot.over;
    over.style.touchAction = "pan-y";
    const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void) => {
      over.addEventListener(name, act, { passive: name !== "wheel" });
      this.endings.push(() => over.removeEventListener(name, act));
    };
    on("pointermove", (event) => this.moved(event));
    on("pointerdown", (event) => this.pressed(event));
    on("pointerup", (event) => this.released(event));
    on("pointercancel", () => {
      this.cancel();
      this.lifted();
    });
    on("pointerleave", (event) => {
      // a finger that is lifted leaves too; what it pointed at stays until another tap
      if (!this.drag && event.pointerType !== "touch") this.events.onPoint?.(null);
    });
    on("dblclick", () => this.events.onReset?.());
    on("wheel", (event) => this.wheeled(event));
    const escaped = (event: KeyboardEvent) => {
      if (event.key === "Escape" && this.drag) this.cancel();
    };
    window.addEventListener("keydown", escaped);
    // while a finger that has rested moves, the page does not scroll
    const held = (event: TouchEvent) => {
      if (this.finger?.held) event.preventDefault();
    };
    over.addEventListener("touchmove", held, { passive: false });
    const elsewhere = (event: PointerEvent) => {
      if (event.pointerType === "touch" && this.pointerIsOurs && !over.contains(event.target as Node))
        this.events.onPoint?.(null);
    };
    window.addEventListener("pointerdown", elsewhere);
    this.endings.push(() => {
      over.removeEventListener("touchmove", held);
      window.removeEventListener("pointerdown", elsewhere);
      this.lifted();
    });
    this.endings.push(() => window.removeEventListener("keydown", escaped));
  }

  private place(event: PointerEvent | WheelEvent): { x: number; y: number; width: number; height: number } {
    const rect = this.plot.over.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top, width: rect.width, height: rect.height };
  }

  /** The value of x at a share of the width. */
  private valueX(share: number): number {
    const { x, logX } = this.picture;
    return logX ? 10 ** (Math.log10(x[0]) + share * Math.log10(x[1] / x[0])) : x[0] + share * (x[1] - x[0]);
  }

  private valueY(share: number): number {
    const { y, logY } = this.picture;
    return logY ? 10 ** (Math.log10(y[1]) - share * Math.log10(y[1] / y[0])) : y[1] - share * (y[1] - y[0]);
  }

  private moved(event: PointerEvent): void {
    const at = this.place(event);
    if (this.finger && !this.finger.held && Math.hypot(at.x - this.finger.x, at.y - this.finger.y) > DRAG * 2)
      clearTimeout(this.finger.timer);
    if (this.drag && event.pointerType !== "touch") {
      const dx = at.x - this.drag.x;
      const dy = at.y - this.drag.y;
      if (!this.drag.moved && Math.hypot(dx, dy) >= DRAG) {
        this.drag.moved = true;
        this.events.onPoint?.(null);
      }
      if (this.drag.moved) {
        if (this.drag.pan) this.pan(this.drag.pan, dx / at.width, dy / at.height);
        else this.drawBox(at);
        return;
      }
    }
    this.tellPoint(at, event);
  }

  private tellPoint(at: { x: number; y: number; width: number; height: number }, event: PointerEvent): void {
    const before = this.mouseX;
    this.mouseX = at.x;
    const x = this.valueX(at.x / at.width);
    const near = this.near(x, at.y, at.height);
    const first = near[0];
    let snapped = x;
    if (first) {
      const line = this.picture.lines.find((l) => l.id === first.id);
      if (line) snapped = line.x[first.index]!;
    }
    this.events.onPoint?.({ x: snapped, near, clientX: event.clientX, clientY: event.clientY });
    if (before !== at.x && this.picture.marks?.length) this.paintOverlay();
  }

  /** Lines that have a point near x, the nearest in y first. */
  private near(x: number, y: number, height: number): Near[] {
    const out: Near[] = [];
    const { lines, y: span, logY } = this.picture;
    const ys = makeScale(span[0], span[1], height, 0, logY);
    const reach = (this.picture.x[1] - this.picture.x[0]) * 0.03;
    for (const line of lines) {
      const index = nearestFinite(line.x, line.y, x, reach);
      if (index < 0) continue;
      const at = ys(line.y[index]!);
      if (!Number.isFinite(at)) continue;
      out.push({ id: line.id, owner: line.owner, index, distance: Math.abs(at - y) });
    }
    return out.sort((a, b) => a.distance - b.distance);
  }

  private pressed(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = this.place(event);
    if (event.pointerType === "touch") {
      const timer = setTimeout(() => {
        if (!this.finger) return;
        this.finger.held = true;
        this.tellPoint(at, event);
      }, HOLD_MS);
      this.lifted();
      this.finger = { x: at.x, y: at.y, held: false, timer };
      return;
    }
    this.drag = { x: at.x, y: at.y, moved: false, id: event.pointerId, pan: event.shiftKey ? this.picture : null };
    this.plot.over.setPointerCapture(event.pointerId);
  }

  private released(event: PointerEvent): void {
    const at = this.place(event);
    if (event.pointerType === "touch") {
      this.lifted();
      const now = event.timeStamp;
      if (now - this.lastTap < 320) this.events.onReset?.();
      this.lastTap = now;
      this.tellPoint(at, event);
      return;
    }
    const drag = this.drag;
    if (!drag) return;
    this.cancel();
    if (drag.pan && drag.moved) return;
    if (!drag.moved) {
      if (event.detail < 2) this.events.onPin?.();
      return;
    }
    const clampX = (v: number) => Math.min(Math.max(v, 0), at.width) / at.width;
    const clampY = (v: number) => Math.min(Math.max(v, 0), at.height) / at.height;
    const [axisX, axisY] = this.axes(at);
    const xs = [clampX(drag.x), clampX(at.x)].sort((a, b) => a - b) as [number, number];
    const ys = [clampY(drag.y), clampY(at.y)].sort((a, b) => a - b) as [number, number];
    this.events.onZoom?.(
      axisX ? [this.valueX(xs[0]), this.valueX(xs[1])] : null,
      axisY ? [this.valueY(ys[1]), this.valueY(ys[0])] : null,
    );
  }

  private lifted(): void {
    if (this.finger) clearTimeout(this.finger.timer);
    this.finger = null;
  }

  /** With Shift the picture is drawn along with the pointer, as it stood when the drag began. */
  private pan({ x, y, logX, logY }: Picture, across: number, down: number): void {
    this.events.onPan?.(moved(x, -across, logX), moved(y, down, logY));
  }

  /** A flat drag means x, an upright one y, and one in between both. */
  private axes(at: { x: number; y: number }): [boolean, boolean] {
    const dx = Math.abs(at.x - this.drag0.x);
    const dy = Math.abs(at.y - this.drag0.y);
    if (dy < 24 || dx > dy * 4) return [true, false];
    if (dx < 12 || dy > dx * 4) return [false, true];
    return [true, true];
  }

  private drag0 = { x: 0, y: 0 };

  private drawBox(at: { x: number; y: number; width: number; height: number }): void {
    if (!this.drag) return;
    this.drag0 = { x: this.drag.x, y: this.drag.y };
    const [axisX, axisY] = this.axes(at);
    const x0 = axisX ? Math.max(0, Math.min(this.drag.x, at.x)) : 0;
    const x1 = axisX ? Math.min(at.width, Math.max(this.drag.x, at.x)) : at.width;
    const y0 = axisY ? Math.max(0, Math.min(this.drag.y, at.y)) : 0;
    const y1 = axisY ? Math.min(at.height, Math.max(this.drag.y, at.y)) : at.height;
    Object.assign(this.box.style, {
      left: `${x0}px`,
      top: `${y0}px`,
      width: `${x1 - x0}px`,
      height: `${y1 - y0}px`,
    });
    this.box.hidden = false;
  }

  private cancel(): void {
    if (this.drag && this.plot.over.hasPointerCapture(this.drag.id)) this.plot.over.releasePointerCapture(this.drag.id);
    this.drag = null;
    this.box.hidden = true;
  }

  private wheeled(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const at = this.place(event);
    const share = at.x / at.width;
    const factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.008);
    const a = share - share * factor;
    const b = share + (1 - share) * factor;
    this.events.onZoom?.([this.valueX(a), this.valueX(b)], null);
  }
}

/** A range after it was moved by a share of itself. */
export function moved([low, high]: Span, share: number, log: boolean): Span {
  const by = log ? (high / low) ** share : (high - low) * share;
  return log ? [low * by, high * by] : [low + by, high + by];
}

/** Text that fits a width, shortened at its end where it must be. */
function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && ctx.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** How near the pointer must be to a line to mean it. */
export function meant(near: readonly Near[]): string | null {
  const first = near[0];
  return first && first.distance <= GRAB ? first.owner : null;
}

export function xText(x: number, kind: XKind): string {
  switch (kind) {
    case "step":
      return whole(x);
    case "duration":
      return duration(x);
    case "clock":
      return new Date(x * 1000).toLocaleTimeString([], { hour12: false });
    case "number":
      return short(x, 5);
  }
}
