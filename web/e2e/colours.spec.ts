import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer();
});
test.afterAll(() => server?.stop());
test.beforeEach(({ context }) => signIn(context, server));

const at = (path: string) => `${server.url}/${server.entity}/${server.project}/${path}`;

type Rgb = [number, number, number];

const rgbOf = (colour: string): Rgb => colour.match(/\d+/g)!.slice(0, 3).map(Number) as Rgb;

/** The colour in a space where equal distances look equal: Björn Ottosson, "A perceptual color space", 2020. */
function oklab([red, green, blue]: Rgb): Rgb {
  const [r, g, b] = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const apart = (a: Rgb, b: Rgb) => Math.hypot(...oklab(a).map((part, i) => part - oklab(b)[i]!));

/** The colours of runs by their numbers, as the theme has them. */
const palette = (page: Page) =>
  page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement("i"));
    const found = Array.from({ length: 20 }, (_, place) => {
      probe.style.color = `var(--r${place + 1})`;
      return getComputedStyle(probe).color;
    });
    const card = document.body.appendChild(document.createElement("i"));
    card.style.color = "var(--card)";
    return { runs: found, card: getComputedStyle(card).color };
  });

for (const colorScheme of ["light", "dark"] as const)
  test(`ten runs after one another differ at a glance, and from what they are drawn on, ${colorScheme}`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ colorScheme });
    await signIn(context, server);
    const page = await context.newPage();
    await page.goto(at("workspace"));
    const { runs, card } = await palette(page);
    const colours = runs.map(rgbOf);
    for (let first = 0; first < colours.length; first++)
      for (let second = first + 1; second < first + 10; second++) {
        const other = second % colours.length;
        // a tenth of the way from black to white: told apart side by side by nearly everybody
        expect.soft(apart(colours[first]!, colours[other]!), `${first + 1} and ${other + 1}`).toBeGreaterThan(0.06);
      }
    for (const [place, colour] of colours.entries())
      expect.soft(apart(colour, rgbOf(card)), `${place + 1} and the card`).toBeGreaterThan(0.2);
    await context.close();
  });

test("a run has one colour in the list, the chart, its tooltip, the table, a comparison and what leaves the page", async ({
  page,
}) => {
  /** The colour of the mark beside a run's name, listed or in a table. */
  const dot = (name: string) =>
    page
      .locator(".rs-row, .runs-row, [role=columnheader], th")
      .filter({ hasText: name })
      .locator(".sw, .ui-dot")
      .first()
      .evaluate((each) => getComputedStyle(each).backgroundColor);
  await page.goto(at("workspace?m=^val/fid$"));
  const panel = page.locator('article[aria-label="val/fid"]');
  await expect(panel.locator("canvas").first()).toBeVisible();
  const name = (await page.locator(".rs-row .n button").first().innerText()).trim();
  const runs = await page.request.post(`${server.url}/api/projects/${server.entity}/${server.project}/runs`, {
    data: { limit: 100 },
    headers: { "X-Gnomon-Page": "1" },
  });
  const { id } = (await runs.json()).runs.find((run: { name: string }) => run.name === name);
  const listed = await dot(name);
  expect(listed).toMatch(/^rgb/);
  const wanted = rgbOf(listed!);
  // the curve is drawn in it
  const drawn = await panel.locator("canvas").evaluateAll((all, [red, green, blue]) => {
    for (const canvas of all as HTMLCanvasElement[]) {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4)
        if (
          data[i + 3]! > 250 &&
          Math.abs(data[i]! - red) + Math.abs(data[i + 1]! - green) + Math.abs(data[i + 2]! - blue) < 12
        )
          return true;
    }
    return false;
  }, wanted);
  expect(drawn).toBe(true);
  // so are the line of the tooltip and the picture that leaves
  const box = (await panel.locator(".u-over").boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const told = page.getByRole("tooltip").locator("tr", { hasText: name }).locator("i");
  expect(await told.evaluate((each) => getComputedStyle(each).backgroundColor)).toBe(listed);
  await panel.getByRole("button", { name: "More" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Save as SVG" }).click(),
  ]);
  const hex = `#${wanted.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  expect((await readFile(await file.path(), "utf8")).toLowerCase()).toContain(hex);
  for (const path of ["runs", `compare?runs=${id},demo0000`]) {
    await page.goto(at(path));
    await expect(page.getByText(name).first()).toBeVisible();
    expect(await dot(name), path).toBe(listed);
  }
});
