/** What a panel shows, as a picture and as numbers. */

import { inkOf } from "@/theme/colours";
import { download, fileName } from "@/ui/download";

export type Cell = string | number | null | undefined;

/** Rows with a head, as RFC 4180 has it; a missing value is empty, NaN and infinities are words. */
export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const quote = (cell: Cell) => {
    const text = cell === null || cell === undefined ? "" : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${[head, ...rows].map((row) => row.map(quote).join(",")).join("\n")}\n`;
}

export function saveCsv(title: string, head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  download(fileName(title, "csv"), new Blob([csvOf(head, rows)], { type: "text/csv" }));
}

const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
] as const;

/** The drawing alone, with its colours as they stand in this theme, on the colour of a card. */
export function standalone(svg: SVGSVGElement, complete?: (copy: SVGSVGElement) => void): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg.querySelectorAll<SVGElement>("*"), copy.querySelectorAll<SVGElement>("*")];
  for (const [place, element] of from.entries()) {
    const style = getComputedStyle(element);
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value) to[place]?.setAttribute(name, value);
    }
    to[place]?.removeAttribute("class");
    to[place]?.removeAttribute("style");
  }
  const { width, height } = svg.getBoundingClientRect();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", inkOf("--card"));
  complete?.(copy);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

export function saveSvg(title: string, svg: SVGSVGElement, complete?: (copy: SVGSVGElement) => void): void {
  download(fileName(title, "svg"), new Blob([standalone(svg, complete)], { type: "image/svg+xml" }));
}

/** The picture at twice its size on the screen. A picture of canvas layers is laid together as it stands. */
export async function savePng(title: string, host: HTMLElement): Promise<void> {
  const ratio = Math.max(2, devicePixelRatio || 1);
  const box = host.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = inkOf("--card");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(ratio, ratio);
  for (const layer of host.querySelectorAll<HTMLCanvasElement | SVGSVGElement>("canvas, svg:not(.ui-icon)")) {
    if (layer.parentElement?.closest("svg")) continue;
    const at = layer.getBoundingClientRect();
    const source = layer instanceof HTMLCanvasElement ? layer : await imageOf(layer);
    pen.drawImage(source, at.left - box.left, at.top - box.top, at.width, at.height);
  }
  canvas.toBlob((blob) => blob && download(fileName(title, "png"), blob));
}

async function imageOf(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const image = new Image();
  const text = standalone(svg).replace(/<rect[^>]*width="100%"[^>]*\/>/, "");
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  return image;
}
