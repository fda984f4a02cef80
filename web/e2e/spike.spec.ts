import { expect, type Locator, type Page, type Request } from "@playwright/test";
import { complaints, signIn, startScript, type TestServer } from "./server";
import { test } from "./story";

interface Planted extends TestServer {
  points: number;
  spikes: { metric: string; step: number; height: number; odd?: number[] }[];
}

let server: Planted;
let said: string[];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startScript<Planted>("planted.py");
});
test.afterAll(() => server?.stop());
test.beforeEach(async ({ page, context }) => {
  said = complaints(page);
  await signIn(context, server);
});
test.afterEach(() => {
  expect(said).toEqual([]);
});

const panel = (page: Page, key: string): Locator => page.locator(`article[aria-label="${key}"]`);
const isSeries = (request: Request) => request.url().endsWith("/series");

/** The range of steps that a panel shows. */
function shown(page: Page): [number, number] {
  const zoom = /[?&]z=[^~&]*~(-?[\d.e+]+)\.\.(-?[\d.e+]+)/.exec(decodeURIComponent(page.url()));
  return zoom ? [Number(zoom[1]), Number(zoom[2])] : [0, server.points - 1];
}

/**
 * The columns of a plot, as shares of its width, in which the curve's colour stands between the noise and the top:
 * in nine of ten rows from `from` to `to`, shares of its height.
 */
function inked(page: Page, key: string, from: number, to: number, rows = 0.9): Promise<number[]> {
  return panel(page, key).evaluate(
    (article, { from, to, rows }) => {
      const over = article.querySelector(".u-over")!.getBoundingClientRect();
      const canvas = article.querySelector("canvas")!;
      const box = canvas.getBoundingClientRect();
      const ratio = canvas.width / box.width;
      const left = Math.round((over.left - box.left) * ratio);
      const width = Math.round(over.width * ratio);
      const top = Math.round((over.top - box.top + over.height * from) * ratio);
      const height = Math.max(1, Math.round(over.height * (to - from) * ratio));
      const copy = document.createElement("canvas"); // read back often, which the page's own canvas is not made for
      [copy.width, copy.height] = [width, height];
      const pixels = copy.getContext("2d", { willReadFrequently: true })!;
      pixels.drawImage(canvas, -left, -top);
      const { data } = pixels.getImageData(0, 0, width, height);
      const coloured = (x: number, y: number) => {
        const at = (y * width + x) * 4;
        const [r, g, b, a] = [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!];
        return a > 40 && Math.max(r, g, b) - Math.min(r, g, b) > 30; // grid and text are grey
      };
      const out: number[] = [];
      for (let x = 0; x < width; x++) {
        let found = 0;
        for (let y = 0; y < height; y++) if (coloured(x, y) || (x + 1 < width && coloured(x + 1, y))) found++;
        if (found >= rows * height) out.push(x / width);
      }
      return out;
    },
    { from, to, rows },
  );
}

/** What the page asked for last, as the server answers it: the greatest value, and in how many buckets it is. */
async function asked(page: Page, request: Request): Promise<{ highs: number[]; steps: number[]; mean: number[] }> {
  const answer = await page.request.post(request.url(), {
    data: request.postDataJSON(),
    headers: { Accept: "application/json", "X-Gnomon-Page": "1" },
  });
  const { columns } = await answer.json();
  return { highs: columns.high, steps: columns.step_high, mean: columns.mean };
}

for (const where of [0, 1])
  test(`one point of ten million that stands out is seen at every zoom ${where ? "where blocks of points meet" : "within a block of points"}`, async ({
    page,
  }) => {
    const { metric, step, height } = server.spikes[where]!;
    let last: Request | null = null;
    page.on("request", (request) => {
      if (isSeries(request) && request.postDataJSON().keys.includes(metric)) last = request;
    });
    await page.goto(`${server.url}/${server.entity}/${server.project}/workspace?m=${metric}`);
    await expect(panel(page, metric).locator("canvas").first()).toBeVisible();
    const plot = panel(page, metric).locator(".u-over");
    let levels = 0;
    for (;;) {
      const [first, end] = shown(page);
      const place = (step - first) / (end - first);
      // the whole height from above the noise to the spike's tip, at its place, and nowhere else
      await expect
        .poll(() => inked(page, metric, 0.12, 0.7), { message: `level ${levels}: steps ${first} to ${end}` })
        .not.toEqual([]);
      const columns = await inked(page, metric, 0.12, 0.7);
      for (const column of columns) expect(Math.abs(column - place)).toBeLessThan(0.03);
      const { highs, steps, mean } = await asked(page, last!);
      expect(highs.filter((high) => high === height)).toHaveLength(1);
      expect(steps[highs.indexOf(height)]).toBe(step);
      expect(mean.every((value) => value === null || value <= height)).toBe(true);
      levels++;
      if (end - first < 150) break;
      const box = (await plot.boundingBox())!;
      const from = Math.max(0.01, place - 0.13);
      const to = Math.min(0.99, place + 0.11);
      const before = page.url();
      await page.mouse.move(box.x + box.width * from, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * to, box.y + 64, { steps: 5 });
      await page.mouse.up();
      await page.mouse.move(5, 500);
      await expect(page).not.toHaveURL(before);
    }
    expect(levels).toBeGreaterThanOrEqual(8);
  });

test("NaN and infinities are marked where they are, and no mean takes them in", async ({ page }) => {
  const { metric, odd } = server.spikes[1]!;
  let last: Request | null = null;
  page.on("request", (request) => {
    if (isSeries(request) && request.postDataJSON().keys.includes(metric)) last = request;
  });
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace?m=${metric}`);
  await expect(panel(page, metric).getByText(/▽ 2/)).toBeVisible();
  // an infinity is a triangle at the top, a NaN one at the bottom
  const top = await inked(page, metric, 0, 0.02, 0.5);
  expect(top.some((column) => Math.abs(column - odd![1]! / server.points) < 0.03)).toBe(true);
  const { mean } = await asked(page, last!);
  expect(mean.every((value) => value !== null && Number.isFinite(value) && value < 1.1)).toBe(true);
});
