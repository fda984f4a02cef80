/** A chart as vectors, for papers: lines, bands, axes, titles and a legend. Pure. */
import type { Line } from "@/plot/curve";
import type { XKind } from "@/plot/LinePlot";
import { dashOf, type Ink, LOOK, makeScale, type Scale } from "@/plot/paint";
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
}

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 64;
const RIGHT = 16;
const TOP = 36;
const BOTTOM = 48;
const LEGEND_ROW = 18;
const LEGEND_COLUMN = 220;

export function toSvg(title: string, drawing: Drawing, axes: SvgAxes, ink: Ink): string {
  const { lines, x, y } = drawing;
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
  for (const line of [...lines].reverse()) out.push(...lineParts(line, xs, ys, ink));
  out.push("</g>");
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

function lineParts(line: Line, xs: Scale, ys: Scale, ink: Ink): string[] {
  const colour = ink(line.colour);
  const out: string[] = [];
  if (line.low && line.high && (!line.smoothed || line.runs)) {
    const band = areaOf(line.x, line.low, line.high, xs, ys);
    if (band) out.push(`<path d="${band}" fill="${colour}" fill-opacity="${LOOK.bandAlpha}" stroke="none"/>`);
  }
  if (line.smoothed)
    out.push(
      `<path d="${pathOf(line.x, line.value, xs, ys)}" stroke="${colour}" stroke-opacity="${LOOK.rawAlpha}" stroke-width="1"/>`,
    );
  const width = line.bold ? LOOK.boldWidth : LOOK.lineWidth;
  out.push(`<path d="${pathOf(line.x, line.y, xs, ys)}" stroke="${colour}" stroke-width="${width}"${dash(line)}/>`);
  return out;
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

function areaOf(x: Float64Array, low: Float64Array, high: Float64Array, xs: Scale, ys: Scale): string {
  const there = [...x.keys()].filter((i) => Number.isFinite(ys(low[i]!)) && Number.isFinite(ys(high[i]!)));
  if (there.length < 2) return "";
  const top = there.map((i) => `${round(xs(x[i]!))} ${round(ys(high[i]!))}`);
  const bottom = there.reverse().map((i) => `${round(xs(x[i]!))} ${round(ys(low[i]!))}`);
  return `M${[...top, ...bottom].join("L")}Z`;
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
