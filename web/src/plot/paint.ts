/** Paints lines on a canvas; knows scales and colours, nothing of runs or panels. */
import type { Line } from "./curve";

/** The place in canvas pixels of a value. */
export type Scale = (value: number) => number;

/** The colour of a token in this theme. */
export type Ink = (token: string) => string;

export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Look {
  bandAlpha: number;
  rawAlpha: number;
  dimAlpha: number;
  lineWidth: number;
  boldWidth: number;
  hoverWidth: number;
}

export const LOOK: Look = {
  bandAlpha: 0.15,
  rawAlpha: 0.25,
  dimAlpha: 0.25,
  lineWidth: 1.5,
  boldWidth: 2.2,
  hoverWidth: 2.5,
};

/** A scale from a span of values onto pixels; on a logarithmic one what is not positive is nowhere (NaN). */
export function makeScale(low: number, high: number, from: number, to: number, log: boolean): Scale {
  if (log) {
    const a = Math.log10(low);
    const k = (to - from) / (Math.log10(high) - a);
    return (v) => (v > 0 ? from + (Math.log10(v) - a) * k : Number.NaN);
  }
  const k = (to - from) / (high - low);
  return (v) => from + (v - low) * k;
}

/** Dashes tell the metrics of one run apart; in CSS pixels. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2]];

export function dashOf(place: number): readonly number[] {
  return DASHES[place % DASHES.length]!;
}

/** What another run logged before this one was forked from it. */
export const INHERITED: readonly number[] = [2, 3];

/** From so many points on, joins are not rounded. */
const MANY_POINTS = 20_000;

/**
 * Lines back to front; the one named by `high` comes last, thick and with a halo, and the others step back, as those do of whom
 * `isBack` says so.
 */
export function paintLines(
  ctx: CanvasRenderingContext2D,
  lines: readonly Line[],
  xs: Scale,
  ys: Scale,
  area: Area,
  ratio: number,
  ink: Ink,
  high: string | null,
  isBack: (owner: string) => boolean,
): void {
  const focus = high !== null && lines.some((line) => line.owner === high);
  ctx.save();
  ctx.beginPath();
  ctx.rect(area.left, area.top - 2 * ratio, area.width, area.height + 3 * ratio);
  ctx.clip();
  // a join of 1.5 px is not seen, but among a hundred thousand points it is what painting costs
  ctx.lineJoin = lines.reduce((sum, line) => sum + line.x.length, 0) > MANY_POINTS ? "bevel" : "round";
  ctx.lineCap = "round";
  const front = (line: Line) => (focus ? line.owner === high : line.bold && !isBack(line.owner));
  const back = lines.filter((line) => !front(line));
  if (!focus) back.reverse();
  const order = [
    ...back.filter((line) => isBack(line.owner)),
    ...back.filter((line) => !isBack(line.owner)),
    ...lines.filter(front),
  ];
  for (const line of order) {
    const dim = (focus && line.owner !== high) || isBack(line.owner);
    paintBand(ctx, line, xs, ys, ratio, ink(line.colour), dim, order.length);
  }
  // few points are shown as points, but in all lines or in none
  const dots = Math.max(...lines.map((line) => line.x.length)) <= area.width / ratio / 14;
  for (const line of order) {
    const hot = focus && line.owner === high;
    const dim = (focus && !hot) || (isBack(line.owner) && !hot);
    const colour = ink(line.colour);
    if (line.behind) {
      ctx.globalAlpha = LOOK.rawAlpha * (dim ? 0.4 : 1);
      ctx.strokeStyle = colour;
      ctx.lineWidth = ratio;
      trace(ctx, line.x, line.behind, xs, ys, area);
      ctx.stroke();
    }
    const stroke = () => {
      const lonely = trace(ctx, line.x, line.y, xs, ys, area);
      if (line.inherited === null) {
        ctx.setLineDash(dashOf(line.dash).map((each) => each * ratio));
        ctx.stroke();
      } else {
        // one path, stroked twice: dashed before the fork, as the line is from there on
        const at = xs(line.inherited);
        for (const [from, to, dash] of [
          [area.left - 1, at, INHERITED],
          [at, area.left + area.width + 1, dashOf(line.dash)],
        ] as const) {
          if (to <= from) continue;
          ctx.save();
          const path = new Path2D();
          path.rect(from, area.top - 2 * ratio, to - from, area.height + 3 * ratio);
          ctx.clip(path);
          ctx.setLineDash(dash.map((each) => each * ratio));
          ctx.stroke();
          ctx.restore();
        }
      }
      ctx.setLineDash([]);
      return lonely;
    };
    if (hot) {
      ctx.globalAlpha = 1;
      ctx.strokeStyle = ink("--card");
      ctx.lineWidth = (LOOK.hoverWidth + 2) * ratio;
      trace(ctx, line.x, line.y, xs, ys, area);
      ctx.stroke();
    }
    ctx.globalAlpha = dim ? LOOK.dimAlpha : 1;
    ctx.strokeStyle = colour;
    ctx.lineWidth = (hot ? LOOK.hoverWidth : line.bold ? LOOK.boldWidth : LOOK.lineWidth) * ratio;
    const lonely = stroke();
    if (lonely.length > 0) {
      ctx.fillStyle = colour;
      for (let i = 0; i < lonely.length; i += 2) dot(ctx, lonely[i]!, lonely[i + 1]!, (hot ? 4 : 3) * ratio);
    }
    if (line.runs) paintFalls(ctx, line, xs, ys, ratio);
    if (dots && line.x.length > 1 && lonely.length === 0 && !line.smoothed) {
      ctx.fillStyle = colour;
      for (let i = 0; i < line.x.length; i++)
        if (Number.isFinite(line.y[i]!)) dot(ctx, xs(line.x[i]!), ys(line.y[i]!), 2.2 * ratio);
    }
  }
  ctx.globalAlpha = 1;
  paintOdd(ctx, order, xs, area, ratio, ink, focus ? high : null);
  ctx.restore();
}

/** The last places of a group before it has fewer runs: its line goes on, but is another mean from there on. */
export function fallsOf(runs: Int32Array): number[] {
  const out: number[] = [];
  for (let i = 0; i + 1 < runs.length; i++) if (runs[i + 1]! < runs[i]!) out.push(i);
  return out;
}

/** Where falls are so many that they tell nothing, none is marked. */
const MOST_FALLS = 40;

function paintFalls(ctx: CanvasRenderingContext2D, line: Line, xs: Scale, ys: Scale, ratio: number): void {
  const falls = fallsOf(line.runs ?? NO_RUNS);
  if (falls.length > MOST_FALLS) return;
  ctx.lineWidth = 1.5 * ratio;
  ctx.beginPath();
  for (const i of falls) {
    const [x, y] = [xs(line.x[i]!), ys(line.y[i]!)];
    if (!Number.isFinite(y)) continue;
    ctx.moveTo(x, y - 4 * ratio);
    ctx.lineTo(x, y + 4 * ratio);
  }
  ctx.stroke();
}

const NO_RUNS = new Int32Array(0);

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, Math.PI * 2);
  ctx.fill();
}

/**
 * Lays the path of a line, broken where a value is no finite number. Points that stand alone between gaps have no
 * stroke; their places are given back, x and y in turn.
 */
function trace(
  ctx: CanvasRenderingContext2D,
  x: Float64Array,
  y: Float64Array,
  xs: Scale,
  ys: Scale,
  area: Area,
): number[] {
  const lonely: number[] = [];
  const left = area.left - area.width;
  const right = area.left + area.width * 2;
  ctx.beginPath();
  let run = 0;
  let px = 0;
  let py = 0;
  for (let i = 0; i < x.length; i++) {
    const v = ys(y[i]!);
    if (!Number.isFinite(v)) {
      if (run === 1) lonely.push(px, py);
      run = 0;
      continue;
    }
    // far outside the picture: clamp, so that the canvas is not asked to stroke miles of line
    px = Math.min(Math.max(xs(x[i]!), left), right);
    py = Math.min(Math.max(v, area.top - 20000), area.top + 20000);
    if (run === 0) ctx.moveTo(px, py);
    else ctx.lineTo(px, py);
    run++;
  }
  if (run === 1) lonely.push(px, py);
  return lonely;
}

function paintBand(
  ctx: CanvasRenderingContext2D,
  line: Line,
  xs: Scale,
  ys: Scale,
  ratio: number,
  colour: string,
  dim: boolean,
  among: number,
): void {
  const { low, high, x } = line;
  if (!low || !high || (line.smoothed && !line.runs)) return;
  // the more bands lie over each other, the fainter their edges; a spike of one keeps its fill
  const edge = Math.min(0.3, 0.5 / among);
  const fill = LOOK.bandAlpha * Math.min(1, 4 / among);
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  ctx.lineWidth = Math.max(1, 0.75 * ratio);
  let from = 0;
  while (from < x.length) {
    while (from < x.length && !Number.isFinite(ys(high[from]!))) from++;
    let to = from;
    while (to < x.length && Number.isFinite(ys(high[to]!))) to++;
    if (to > from) {
      ctx.beginPath();
      for (let i = from; i < to; i++) ctx.lineTo(xs(x[i]!), ys(high[i]!));
      for (let i = to - 1; i >= from; i--) {
        const bottom = ys(low[i]!);
        // a low that a logarithmic axis cannot show: the band ends at the line itself
        ctx.lineTo(xs(x[i]!), Number.isFinite(bottom) ? bottom : ys(line.y[i]!));
      }
      ctx.closePath();
      ctx.globalAlpha = fill * (dim ? 0.4 : 1);
      ctx.fill();
      ctx.globalAlpha = edge * (dim ? 0.3 : 1);
      ctx.stroke();
    }
    from = to;
  }
  if (line.spikes.length > 0) {
    ctx.beginPath();
    for (const i of line.spikes) {
      const at = xs(x[i]!);
      const top = ys(high[i]!);
      const bottom = ys(low[i]!);
      const middle = ys(line.y[i]!);
      ctx.moveTo(at, Number.isFinite(top) ? top : middle);
      ctx.lineTo(at, Number.isFinite(bottom) ? bottom : middle);
    }
    ctx.globalAlpha = 0.75 * (dim ? 0.3 : 1);
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

/** Triangles on the edge: NaN and minus infinity below, infinity above. */
function paintOdd(
  ctx: CanvasRenderingContext2D,
  lines: readonly Line[],
  xs: Scale,
  area: Area,
  ratio: number,
  ink: Ink,
  high: string | null,
): void {
  const w = 4.5 * ratio;
  const h = 7 * ratio;
  const bottom = area.top + area.height;
  ctx.lineWidth = ratio;
  ctx.strokeStyle = ink("--card");
  for (const line of lines) {
    if (line.odd.count === 0) continue;
    ctx.globalAlpha = high !== null && line.owner !== high ? LOOK.dimAlpha : 1;
    ctx.fillStyle = ink(line.colour);
    const triangle = (x: number, base: number, tip: number) => {
      ctx.beginPath();
      ctx.moveTo(x - w, base);
      ctx.lineTo(x + w, base);
      ctx.lineTo(x, tip);
      ctx.closePath();
      ctx.fill();
      ctx.stroke();
    };
    // where hundreds stand side by side, one every few pixels says as much
    const each = (places: readonly number[], base: number, tip: number) => {
      let free = Number.NEGATIVE_INFINITY;
      for (const at of places) {
        const x = xs(at);
        if (x < free) continue;
        triangle(x, base, tip);
        free = x + w * 1.6;
      }
    };
    each(line.odd.nan, bottom - h - ratio, bottom - ratio);
    each(line.odd.negInf, bottom - h * 2 - ratio, bottom - h - ratio);
    each(line.odd.posInf, area.top + h, area.top);
  }
  ctx.globalAlpha = 1;
}
