import { inflateSync } from "node:zlib";
import type { Page } from "@playwright/test";

/** The colours that are filled with on the paper a page is printed on, as `red,green,blue`, and how often each is taken up. */
export async function inksOnPaper(page: Page): Promise<Map<string, number>> {
  const { width, height } = page.viewportSize()!;
  const pdf = await page.pdf({ width: `${width}px`, height: `${height}px`, printBackground: true });
  const text = pdf.toString("latin1");
  const inks = new Map<string, number>();
  for (const { 0: start, index } of text.matchAll(/stream\r?\n/g)) {
    const body = pdf.subarray(index + start.length, text.indexOf("endstream", index));
    for (const [, red, green, blue] of drawn(body).matchAll(/([\d.]+) ([\d.]+) ([\d.]+) rg\b/g)) {
      const ink = [red, green, blue].map((part) => Math.round(Number(part) * 255)).join();
      inks.set(ink, (inks.get(ink) ?? 0) + 1);
    }
  }
  return inks;
}

/** What a part of the file draws; nothing where it is a picture or a font. */
function drawn(body: Buffer): string {
  try {
    return inflateSync(body).toString("latin1");
  } catch {
    return "";
  }
}

/** Words and grounds as they are in each theme. */
export const LIGHT = ["27,36,48", "95,105,120", "255,255,255"];
export const DARK = ["230,234,240", "177,186,199", "140,152,168", "22,27,34"];
