/** What is shown, as a picture and as numbers. */
import type { Run } from "@/api/types";
import { inkOf } from "@/theme/colours";
import type { Drawing } from "./data";

export function download(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function fileName(key: string, ending: string): string {
  return `${key.replace(/[^\w.-]+/g, "_")}.${ending}`;
}

/** The plot with its title and all its run names below, at the sharpness of the screen. */
export function savePng(host: HTMLElement | null, key: string, drawing: Drawing, runs: ReadonlyMap<string, Run>): void {
  const plot = host?.querySelector<HTMLCanvasElement>(".uplot canvas");
  if (!plot) return;
  const ratio = devicePixelRatio || 1;
  const font = (size: number, weight: number) =>
    `${weight} ${size * ratio}px "Inter Variable", -apple-system, "Segoe UI", sans-serif`;
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d");
  if (!ctx) return;
  const pad = 12 * ratio;
  const width = plot.width + pad * 2;
  ctx.font = font(11, 400);
  const places: { x: number; y: number; name: string; colour: string }[] = [];
  let x = pad;
  let y = 0;
  for (const line of drawing.lines) {
    const name = runs.get(line.id)?.name ?? line.id;
    const size = ctx.measureText(name).width + 30 * ratio;
    if (x + size > width - pad && x > pad) {
      x = pad;
      y += 18 * ratio;
    }
    places.push({ x, y, name, colour: inkOf(line.colour) });
    x += size;
  }
  const head = 28 * ratio;
  const foot = y + 30 * ratio;
  canvas.width = width;
  canvas.height = head + plot.height + foot;
  ctx.fillStyle = inkOf("--card");
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = inkOf("--text");
  ctx.textBaseline = "middle";
  ctx.font = font(13, 600);
  ctx.fillText(key, pad, head / 2 + 2 * ratio);
  ctx.drawImage(plot, pad, head);
  ctx.font = font(11, 400);
  for (const place of places) {
    const at = head + plot.height + 16 * ratio + place.y;
    ctx.fillStyle = place.colour;
    ctx.fillRect(place.x, at - ratio, 12 * ratio, 2 * ratio);
    ctx.fillStyle = inkOf("--text-2");
    ctx.fillText(place.name, place.x + 17 * ratio, at);
  }
  canvas.toBlob((blob) => blob && download(fileName(key, "png"), blob));
}

/** The buckets or points that are drawn, one row each; a raw point has the same least and greatest. */
export function toCsv(key: string, x: string, drawing: Drawing, runs: ReadonlyMap<string, Run>): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [
    ["run", "name", x, `${x}_last`, key, `${key}_min`, `${key}_max`, "points", "nan", "smoothed"].map(quote).join(","),
  ];
  for (const line of drawing.lines) {
    const curve = drawing.curves.get(line.id);
    if (!curve) continue;
    const name = quote(runs.get(line.id)?.name ?? "");
    for (let i = 0; i < curve.length; i++)
      rows.push(
        [
          quote(line.id),
          name,
          curve.xMin[i],
          curve.xMax[i],
          curve.mean[i],
          curve.low[i],
          curve.high[i],
          curve.count[i],
          curve.nan[i]! + curve.posInf[i]! + curve.negInf[i]!,
          line.smoothed ? line.y[i] : "",
        ].join(","),
      );
  }
  return `${rows.join("\n")}\n`;
}

export function saveCsv(key: string, x: string, drawing: Drawing, runs: ReadonlyMap<string, Run>): void {
  download(fileName(key, "csv"), new Blob([toCsv(key, x, drawing, runs)], { type: "text/csv" }));
}
