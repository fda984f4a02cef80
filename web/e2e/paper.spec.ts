import { expect, type Page } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer();
});
test.afterAll(() => server?.stop());

/** How many pixels of the first chart have the colour that words of axes have in each theme. */
async function inks(page: Page): Promise<{ light: number; dark: number }> {
  return page.evaluate(() => (window as unknown as { inksNow: () => { light: number; dark: number } }).inksNow());
}

test("printed by the browser's own command from a dark page, curves have the colours of paper, and are dark again after", async ({
  browser,
}) => {
  const context = await browser.newContext({ colorScheme: "dark" });
  await signIn(context, server);
  const page = await context.newPage();
  const said = complaints(page);
  await page.addInitScript(() => {
    const words = { light: [95, 105, 120], dark: [140, 152, 168] };
    const inksNow = () => {
      const canvas = document.querySelector<HTMLCanvasElement>("article.pn-panel .u-wrap canvas")!;
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true })!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      const found = { light: 0, dark: 0 };
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3]! < 128) continue; // the edges of letters
        for (const theme of ["light", "dark"] as const)
          if (words[theme].every((value, channel) => Math.abs(value - data[at + channel]!) <= 2)) found[theme] += 1;
      }
      return found;
    };
    Object.assign(window, { inksNow, seen: null });
    // this listener is the first: it sees what the printer was given, before the page turns back
    addEventListener("afterprint", () => Object.assign(window, { seen: inksNow() }));
  });
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace`);
  await expect(page.locator("article.pn-panel .u-wrap canvas").first()).toBeVisible();
  await expect.poll(async () => (await inks(page)).dark).toBeGreaterThan(20);
  expect((await inks(page)).light).toBe(0);

  await page.pdf({ format: "A4" });
  const printed = await page.evaluate(() => (window as unknown as { seen: { light: number; dark: number } }).seen);
  expect(printed.light).toBeGreaterThan(20);
  expect(printed.dark).toBe(0);
  await expect.poll(async () => (await inks(page)).dark).toBeGreaterThan(20);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");

  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect.poll(async () => (await inks(page)).light).toBeGreaterThan(20);
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await expect.poll(async () => (await inks(page)).dark).toBeGreaterThan(20);
  expect(said).toEqual([]);
  await context.close();
});
