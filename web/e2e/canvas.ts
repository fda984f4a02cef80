import { expect, type Locator, type Page } from "@playwright/test";
import { CHROMIUM } from "./browser";

const PLAIN = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"];

/** The page around the pictures is drawn as ever: by the pretended graphics card it takes twice as long. */
const FLAT = "--disable-gpu-rasterization";

/** A browser whose pictures in three dimensions are drawn by the processor. */
export const WITH_WEBGL = {
  executablePath: CHROMIUM,
  args: [...PLAIN, "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", FLAT],
};
export const WITHOUT_WEBGL = { executablePath: CHROMIUM, args: [...PLAIN, "--disable-gpu", "--disable-3d-apis"] };

export async function panelOf(page: Page, key: string): Promise<Locator> {
  await page.getByPlaceholder(/^Search metric/).fill(key);
  const panel = page.locator(`article[aria-label="${key}"]`);
  await expect(panel).toBeVisible();
  return panel;
}

/** How many pixels a canvas has that are drawn, and how many of them are of a colour rather than grey. */
export function pixels(canvas: Locator): Promise<{ drawn: number; colourful: number; red: number; blue: number }> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const copy = new OffscreenCanvas(element.width, element.height);
    const pen = copy.getContext("2d", { willReadFrequently: true })!;
    pen.drawImage(element, 0, 0);
    const { data } = pen.getImageData(0, 0, element.width, element.height);
    const found = { drawn: 0, colourful: 0, red: 0, blue: 0 };
    for (let p = 0; p < data.length; p += 4) {
      const [r, g, b, a] = [data[p]!, data[p + 1]!, data[p + 2]!, data[p + 3]!];
      if (a < 128) continue;
      found.drawn += 1;
      if (Math.max(r, g, b) - Math.min(r, g, b) > 40) found.colourful += 1;
      if (r > b + 60 && r > g + 30) found.red += 1;
      if (b > r + 60) found.blue += 1;
    }
    return found;
  });
}

/** The picture as a number that changes when it does. */
export const look = (canvas: Locator) =>
  canvas.evaluate((element: HTMLCanvasElement) =>
    [...element.toDataURL()].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 0),
  );

export async function drag(page: Page, canvas: Locator): Promise<void> {
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 70, box.y + box.height / 2 + 20, { steps: 5 });
  await page.mouse.up();
}

export interface Spot {
  x: number;
  y: number;
}

/** Fingers put down, moved in steps and lifted, as a phone tells of them. */
export async function fingers(page: Page, from: readonly Spot[], to: readonly Spot[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const STEPS = 8;
  const at = (share: number) =>
    from.map(({ x, y }, id) => ({ id, x: x + (to[id]!.x - x) * share, y: y + (to[id]!.y - y) * share }));
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let step = 1; step <= STEPS; step++)
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(step / STEPS) });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await session.detach();
}

/** The middle of an element, moved by so much. */
export async function middleOf(element: Locator, right = 0, down = 0): Promise<Spot> {
  const box = (await element.boundingBox())!;
  return { x: box.x + box.width / 2 + right, y: box.y + box.height / 2 + down };
}
