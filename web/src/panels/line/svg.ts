/** A chart as vectors, for papers: lines, bands, axes, titles and a legend. Pure. */
import type { Line } from "@/plot/curve";
import type { Mark, XKind } from "@/plot/LinePlot";
import { dashOf, fallsOf, INHERITED, type Ink, LOOK, makeScale, type Scale } from "@/plot/paint";
import {
  axisFormat,
  clockFormat,
  clockTicks,
  durationFormat,
  durationTicks,
  linearTicks,
  logFormat,
  logTicks,
} from "@/plot/ticks";
import type { Drawing } from "./data";

export interface SvgAxes {
  xKind: XKind;
  logX: boolean;
  logY: boolean;
  xTitle: string;
  yTitle: string;
  marks?: readonly Mark[] | undefined;
}

export interface Size {
  width: number;
  height: number;
}

const PLAIN: Size = { width: 720, height: 420 };
const LEFT = 64;
const RIGHT = 16;
const TOP = 36;
const BOTTOM = 48;
const LEGEND_ROW = 18;
const LEGEND_COLUMN = 200;
/** About how wide a letter of a mark is. */
const LETTER = 5.6;

/** The picture at the size of the plot, with room for title and legend; never so small that words have no place. */
export function sizeOf(plot: Size): Size {
  return { width: Math.max(480, Math.round(plot.width)), height: Math.max(300, Math.round(plot.height) + TOP + 24) };
}

export function toSvg(title: string, drawing: Drawing, axes: SvgAxes, ink: Ink, size: Size = PLAIN): string {
  const { lines, x, y } = drawing;
  const { width: WIDTH, height: HEIGHT } = size;
  const columns = Math.max(1, Math.floor((WIDTH - LEFT) / LEGEND_COLUMN));
  const legendRows = Math.ceil(lines.length / columns);
  const height = HEIGHT + legendRows * LEGEND_ROW;
  const xs = makeScale(x[0], x[1], LEFT, WIDTH - RIGHT, axes.logX);
  const ys = makeScale(y[0], y[1], HEIGHT - BOTTOM, TOP, axes.logY);
  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="Inter, Helvetica, Arial, sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="${ink("--card")}"/>`,
    `<clipPath id="area"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${HEIGHT - TOP - BOTTOM}"/></clipPath>`,
    `<text x="${LEFT}" y="22" font-size="14" font-weight="600" fill="${ink("--text")}">${escaped(title)}</text>`,
  ];
  const yTicks = axes.logY ? logTicks(y[0], y[1], 6).major : linearTicks(y[0], y[1], 6);
  const yWords = axes.logY ? logFormat : axisFormat(yTicks);
  for (const value of yTicks) {
    const at = round(ys(value));
    out.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="${ink("--line")}" stroke-width="0.75"/>`,
      `<text x="${LEFT - 8}" y="${at + 4}" text-anchor="end" fill="${ink("--text-2")}">${escaped(yWords(value))}</text>`,
    );
  }
  const { ticks, words } = xTicksOf(x, axes);
  const foot = HEIGHT - BOTTOM;
  out.push(`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${foot}" y2="${foot}" stroke="${ink("--axis")}"/>`);
  for (const value of ticks)
    out.push(
      `<text x="${round(xs(value))}" y="${foot + 16}" text-anchor="middle" fill="${ink("--text-2")}">${escaped(words(value))}</text>`,
    );
  if (axes.xTitle)
    out.push(
      `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${foot + 34}" text-anchor="middle" fill="${ink("--text-2")}">${escaped(axes.xTitle)}</text>`,
    );
  if (axes.yTitle)
    out.push(
      `<text transform="translate(14 ${(TOP + foot) / 2}) rotate(-90)" text-anchor="middle" fill="${ink("--text-2")}">${escaped(axes.yTitle)}</text>`,
    );
  out.push('<g clip-path="url(#area)" fill="none" stroke-linejoin="round" stroke-linecap="round">');
  // as on the screen: the first of the list above the others, and what is measured against above all
  const order = [...lines].reverse().sort((a, b) => Number(a.bold) - Number(b.bold));
  order.forEach((line, place) => {
    out.push(...lineParts(line, place, xs, ys, ink));
  });
  out.push("</g>");
  for (const line of lines) out.push(...oddParts(line, x, xs, foot, ink));
  out.push(...markParts(axes.marks ?? [], x, xs, foot, ink));
  lines.forEach((line, place) => {
    const left = LEFT + (place % columns) * LEGEND_COLUMN;
    const top = HEIGHT + Math.floor(place / columns) * LEGEND_ROW + 6;
    out.push(
      `<line x1="${left}" x2="${left + 16}" y1="${top - 4}" y2="${top - 4}" stroke="${ink(line.colour)}" stroke-width="2"${dash(line)}/>`,
      `<text x="${left + 22}" y="${top}" fill="${ink("--text")}">${escaped(line.name.length > 34 ? `${line.name.slice(0, 33)}…` : line.name)}</text>`,
    );
  });
  out.push("</svg>");
  return out.join("\n");
}

function lineParts(line: Line, place: number, xs: Scale, ys: Scale, ink: Ink): string[] {
  const colour = ink(line.colour);
  const out: string[] = [];
  if (line.low && line.high && (!line.smoothed || line.runs)) {
    for (const band of areasOf(line, xs, ys))
      out.push(`<path d="${band}" fill="${colour}" fill-opacity="${LOOK.bandAlpha}" stroke="none"/>`);
    const spikes = [...line.spikes].map((i) => strokeOf(xs(line.x[i]!), ys(line.low![i]!), ys(line.high![i]!)));
    if (spikes.some((each) => each !== ""))
      out.push(`<path d="${spikes.join("")}" stroke="${colour}" stroke-opacity="0.75" stroke-width="0.75"/>`);
  }
  if (line.behind)
    out.push(
      `<path d="${pathOf(line.x, line.behind, xs, ys)}" stroke="${colour}" stroke-opacity="${LOOK.rawAlpha}" stroke-width="1"/>`,
    );
  const width = line.bold ? LOOK.boldWidth : LOOK.lineWidth;
  const path = pathOf(line.x, line.y, xs, ys);
  const pen = `stroke="${colour}" stroke-width="${width}"`;
  const fork = line.inherited === null ? null : round(xs(line.inherited));
  if (fork === null || !Number.isFinite(fork)) {
    out.push(`<path d="${path}" ${pen}${dash(line)}/>`);
  } else {
    // dashed before the fork, as the line is from there on
    const name = `fork${place}`;
    out.push(
      `<clipPath id="${name}a"><rect x="0" y="0" width="${Math.max(0, fork)}" height="100%"/></clipPath>`,
      `<clipPath id="${name}b"><rect x="${fork}" y="0" width="100%" height="100%"/></clipPath>`,
      `<path d="${path}" ${pen} stroke-dasharray="${INHERITED.join(" ")}" clip-path="url(#${name}a)"/>`,
      `<path d="${path}" ${pen}${dash(line)} clip-path="url(#${name}b)"/>`,
    );
  }
  if (line.runs) {
    const falls = fallsOf(line.runs).map((i) => strokeOf(xs(line.x[i]!), ys(line.y[i]!) - 4, ys(line.y[i]!) + 4));
    if (falls.length > 0) out.push(`<path d="${falls.join("")}" stroke="${colour}" stroke-width="1.5"/>`);
  }
  for (const i of lonely(line.y))
    out.push(`<circle cx="${round(xs(line.x[i]!))}" cy="${round(ys(line.y[i]!))}" r="3" fill="${colour}"/>`);
  return out.filter((part) => !/d=""|NaN/.test(part));
}

/** Points that stand alone between gaps: a path does not show them. */
function lonely(y: Float64Array): number[] {
  const there = (i: number) => i >= 0 && i < y.length && Number.isFinite(y[i]!);
  return [...y.keys()].filter((i) => there(i) && !there(i - 1) && !there(i + 1));
}

/** Triangles on the edge: NaN and minus infinity below, infinity above. */
function oddParts({ odd, colour }: Line, [from, to]: Drawing["x"], xs: Scale, foot: number, ink: Ink): string[] {
  const triangle = (x: number, base: number, tip: number) =>
    `<path d="M${round(x - 4.5)} ${base}H${round(x + 4.5)}L${round(x)} ${tip}Z" fill="${ink(colour)}"/>`;
  const each = (places: readonly number[], base: number, tip: number) => {
    let free = Number.NEGATIVE_INFINITY;
    return places.flatMap((place) => {
      const x = xs(place);
      if (!(place >= from && place <= to) || !(x >= free)) return [];
      free = x + 7;
      return [triangle(x, base, tip)];
    });
  };
  return [
    ...each(odd.nan, foot - 8, foot - 1),
    ...each(odd.negInf, foot - 15, foot - 8),
    ...each(odd.posInf, TOP + 7, TOP),
  ];
}

/** Marks with their words, one below another where they would touch. */
function markParts(marks: readonly Mark[], [from, to]: Drawing["x"], xs: Scale, foot: number, ink: Ink): string[] {
  const ends: number[] = [];
  return [...marks]
    .filter((mark) => mark.x >= from && mark.x <= to)
    .sort((a, b) => a.x - b.x)
    .flatMap((mark) => {
      const x = round(xs(mark.x));
      const colour = ink(mark.colour);
      const free = ends.findIndex((end) => end <= x);
      const row = free < 0 ? ends.length : free;
      ends[row] = x + 8 + mark.text.length * LETTER;
      return [
        `<line x1="${x}" x2="${x}" y1="${TOP}" y2="${foot}" stroke="${colour}" stroke-opacity="0.55" stroke-dasharray="3 3"/>`,
        `<text x="${x + 4}" y="${TOP + 8 + row * 12}" font-size="10" fill="${colour}">${escaped(mark.text)}</text>`,
      ];
    });
}

function strokeOf(x: number, from: number, to: number): string {
  return [x, from, to].every(Number.isFinite) ? `M${round(x)} ${round(from)}V${round(to)}` : "";
}

function dash(line: Line): string {
  const dashes = dashOf(line.dash).join(" ");
  return dashes ? ` stroke-dasharray="${dashes}"` : "";
}

/** A path broken where a value is no finite number. */
function pathOf(x: Float64Array, y: Float64Array, xs: Scale, ys: Scale): string {
  let out = "";
  let pen = false;
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [xs(x[i]!), ys(y[i]!)];
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      pen = false;
      continue;
    }
    out += `${pen ? "L" : "M"}${round(px)} ${round(py)}`;
    pen = true;
  }
  return out;
}

/** The band of a line, in as many pieces as gaps make of it. A low that a logarithmic axis lacks ends at the line. */
function areasOf({ x, y, low, high }: Line, xs: Scale, ys: Scale): string[] {
  const out: string[] = [];
  let top: string[] = [];
  let bottom: string[] = [];
  const close = () => {
    if (top.length > 1) out.push(`M${[...top, ...bottom.reverse()].join("L")}Z`);
    top = [];
    bottom = [];
  };
  for (let i = 0; i < x.length; i++) {
    const [at, up, down] = [xs(x[i]!), ys(high![i]!), ys(low![i]!)];
    const foot = Number.isFinite(down) ? down : ys(y[i]!);
    if (!Number.isFinite(up) || !Number.isFinite(foot)) {
      close();
      continue;
    }
    top.push(`${round(at)} ${round(up)}`);
    bottom.push(`${round(at)} ${round(foot)}`);
  }
  close();
  return out;
}

function xTicksOf(x: Drawing["x"], { xKind, logX }: SvgAxes): { ticks: number[]; words: (value: number) => string } {
  if (logX) return { ticks: logTicks(x[0], x[1], 7).major, words: logFormat };
  if (xKind === "duration") {
    const ticks = durationTicks(x[0], x[1], 7);
    return { ticks, words: durationFormat(ticks) };
  }
  if (xKind === "clock") {
    const ticks = clockTicks(x[0], x[1], 7);
    return { ticks, words: clockFormat(ticks) };
  }
  const ticks = linearTicks(x[0], x[1], 7);
  return { ticks, words: axisFormat(ticks) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? char);
}
