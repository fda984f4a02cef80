/** What is shown, as a picture and as numbers. */
import { inkOf } from "@/theme/colours";
import type { Drawing } from "./data";
import { type SvgAxes, toSvg } from "./svg";

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
export function savePng(host: HTMLElement | null, key: string, drawing: Drawing): void {
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
    const { name } = line;
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

/**
 * What is drawn, one row a point or bucket. A raw point has the same least and greatest; of a group they are its band,
 * and `runs` says how many runs stand behind the point.
 */
export function toCsv(key: string, x: string, drawing: Drawing): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [
    ["run", "name", x, `${x}_last`, key, `${key}_min`, `${key}_max`, "points", "nan", "smoothed", "runs"]
      .map(quote)
      .join(","),
  ];
  for (const line of drawing.lines) {
    const curve = drawing.curves.get(line.id);
    for (let i = 0; i < line.x.length; i++)
      rows.push(
        [
          quote(line.owner),
          quote(line.name),
          curve ? curve.xMin[i] : line.x[i],
          curve ? curve.xMax[i] : line.x[i],
          line.value[i],
          curve ? curve.low[i] : (line.low?.[i] ?? ""),
          curve ? curve.high[i] : (line.high?.[i] ?? ""),
          curve ? curve.count[i] : "",
          curve ? curve.nan[i]! + curve.posInf[i]! + curve.negInf[i]! : "",
          line.smoothed ? line.y[i] : "",
          line.runs ? line.runs[i] : "",
        ].join(","),
      );
  }
  return `${rows.join("\n")}\n`;
}

export function saveCsv(key: string, x: string, drawing: Drawing): void {
  download(fileName(key, "csv"), new Blob([toCsv(key, x, drawing)], { type: "text/csv" }));
}

export function saveSvg(title: string, drawing: Drawing, axes: SvgAxes): void {
  const svg = toSvg(title, drawing, axes, inkOf);
  download(fileName(title, "svg"), new Blob([svg], { type: "image/svg+xml" }));
}
