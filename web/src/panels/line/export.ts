/** What is shown, as a picture and as numbers. */
import { inkOf } from "@/theme/colours";
import { download, fileName } from "@/ui/download";
import type { Drawing } from "./data";
import { type Size, type SvgAxes, sizeOf, toSvg } from "./svg";

/** How much finer than CSS pixels a saved picture is. */
const SHARP = 2;

/** The chart as vectors, with title, axes and legend, in the colours of the theme. */
export function saveSvg(title: string, drawing: Drawing, axes: SvgAxes, plot: Size): void {
  const svg = toSvg(title, drawing, axes, inkOf, sizeOf(plot));
  download(fileName(title, "svg"), new Blob([svg], { type: "image/svg+xml" }));
}

/** The same picture in pixels, twice as fine as the screen counts them. */
export async function savePng(title: string, drawing: Drawing, axes: SvgAxes, plot: Size): Promise<void> {
  const svg = toSvg(title, drawing, axes, inkOf, sizeOf(plot));
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width * SHARP;
    canvas.height = image.height * SHARP;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
    if (blob) download(fileName(title, "png"), blob);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * What is drawn, one row a point or bucket. A raw point has the same least and greatest; of a group they are its band,
 * and `runs` says how many runs stand behind the point.
 */
export function toCsv(key: string, x: string, drawing: Drawing): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const several = new Set(drawing.lines.map((line) => line.metric)).size > 1;
  const value = several ? "value" : key;
  const head = ["run", "name", ...(several ? ["metric"] : []), x, `${x}_last`, value, `${value}_min`, `${value}_max`];
  const rows = [[...head, "points", "nan", "smoothed", "runs"].map(quote).join(",")];
  for (const line of drawing.lines) {
    const curve = drawing.curves.get(line.id);
    for (let i = 0; i < line.x.length; i++)
      rows.push(
        [
          quote(line.owner),
          quote(line.name),
          ...(several ? [quote(line.metric)] : []),
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
