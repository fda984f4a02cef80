/** What a person reads from line charts, and does in them. */
import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";
import { complaints, forgetWorkspace, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer("--live");
});
test.afterAll(() => server?.stop());

let said: string[];

test.beforeEach(async ({ page, context }) => {
  said = complaints(page);
  await signIn(context, server);
  await forgetWorkspace(context, server);
});
test.afterEach(() => {
  expect(said).toEqual([]);
});

const panel = (page: Page, name: string): Locator => page.locator(`article[aria-label="${name}"]`);
const plot = (page: Page, name: string): Locator => panel(page, name).locator(".u-over");
const tip = (page: Page): Locator => page.getByRole("tooltip");

async function open(page: Page, search: string, name: string): Promise<void> {
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace${search}`);
  await expect(panel(page, name).locator("canvas").first()).toBeVisible();
}

/** A point of a plot, by shares of its area. */
async function at(page: Page, name: string, across: number, down = 0.5): Promise<{ x: number; y: number }> {
  await plot(page, name).scrollIntoViewIfNeeded();
  const box = (await plot(page, name).boundingBox())!;
  return { x: box.x + box.width * across, y: box.y + box.height * down };
}

async function hover(page: Page, name: string, across: number, down = 0.5): Promise<void> {
  const { x, y } = await at(page, name, across, down);
  await page.mouse.move(x, y);
  await expect(tip(page)).toBeVisible();
}

/** A workspace with one line panel of this config. */
async function withPanel(page: Page, title: string, config: object): Promise<void> {
  const id = "panel-abcdefgh";
  const def = { id, kind: "line", title, config, size: { columns: 1, rows: 1 }, settings: {} };
  const answer = await page.request.put(
    `${server.url}/api/projects/${server.entity}/${server.project}/views/own/project`,
    {
      data: { spec: { address: "", layout: { version: 1, panels: { [id]: def }, places: { [id]: "val" } } } },
      headers: { "X-Gnomon-Page": "1" },
    },
  );
  expect(answer.ok()).toBe(true);
}

test("a group is one line with a band, and the tooltip says of how many runs; one that has ended does not count", async ({
  page,
}) => {
  await open(page, "?m=^val/loss$&g=config.model.arch&v=all", "val/loss");
  await expect(panel(page, "val/loss").getByText("mean · min–max")).toBeVisible();
  const runsOf = (group: string) =>
    tip(page)
      .getByRole("row", { name: new RegExp(`^${group} `) })
      .locator("td")
      .last();
  await hover(page, "val/loss", 0.1);
  const early = Number(await runsOf("dit-l").innerText());
  expect(early).toBe(5);
  // of five, those that go on are two
  await hover(page, "val/loss", 0.97);
  expect(Number(await runsOf("dit-l").innerText())).toBeLessThan(early);
  await page.keyboard.down("Shift");
  await expect(tip(page).getByRole("columnheader", { name: "low" })).toBeVisible();
  await page.keyboard.up("Shift");
});

test("a formula is a line of each run; a wrong one says where, one over what nobody logged says what", async ({
  page,
}) => {
  await withPanel(page, "Gap", { expressions: ["`val/loss` - train/loss"] });
  await open(page, "?v=all", "Gap");
  await hover(page, "Gap", 0.15);
  await expect(tip(page).getByRole("row")).not.toHaveCount(1);
  await withPanel(page, "Gap", { expressions: ["val/loss - train/loss)"] });
  await page.reload();
  await expect(panel(page, "Gap").getByRole("alert")).toHaveText("“)” at column 22 is not expected here");
  await withPanel(page, "Gap", { expressions: ["val/loss / nothing"] });
  await page.reload();
  await expect(panel(page, "Gap")).toContainText("No run shown has logged nothing");
});

test("a pinned tooltip has every run, is searched and copied, and measures against the baseline", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, "?m=^val/fid$&v=all&base=demo0005", "val/fid");
  await hover(page, "val/fid", 0.1);
  await expect(tip(page).getByRole("columnheader", { name: "Δ base" })).toBeVisible();
  const { x, y } = await at(page, "val/fid", 0.1);
  await page.mouse.click(x, y);
  await expect(tip(page).getByRole("row")).toHaveCount(15);
  await tip(page).getByPlaceholder("Find a line").fill("UVIT");
  await expect(tip(page).getByRole("row")).toHaveCount(5);
  // better and worse are words of colour and of sign
  const [delta] = await tip(page).locator("td.better, td.worse").allInnerTexts();
  expect(delta).toMatch(/^[+−]\d/);
  await tip(page).getByRole("button", { name: "Copy as a table" }).click();
  const copied = (await page.evaluate(() => navigator.clipboard.readText())).split("\n");
  expect(copied[0]).toBe("name\t_step\tval/fid\tdelta");
  expect(copied).toHaveLength(5);
  expect(copied[1]).toMatch(/^uvit-m-\S+\t\d+\t[\d.]+\t-?[\d.]+$/);
  await tip(page).getByPlaceholder("Find a line").press("Escape");
  await expect(tip(page)).toHaveCount(0);
});

test("a name in the legend leaves its line alone, with Ctrl it is switched, and all come back", async ({ page }) => {
  await open(page, "?m=^val/fid$&legend=table&c=1", "val/fid");
  const names = panel(page, "val/fid").locator(".pn-legend-table .pn-key");
  await expect(names).toHaveCount(10);
  await names.nth(2).click();
  await expect(panel(page, "val/fid").getByRole("button", { name: "9 hidden" })).toBeVisible();
  await names.nth(3).click({ modifiers: ["Control"] });
  await hover(page, "val/fid", 0.1);
  await expect(tip(page).getByRole("row")).toHaveCount(3);
  await panel(page, "val/fid").getByRole("button", { name: "8 hidden" }).click();
  await hover(page, "val/fid", 0.12);
  await expect(tip(page).getByRole("row")).toHaveCount(11);
});

test("what is shown leaves as vectors and as a picture twice as fine", async ({ page }) => {
  await open(page, "?m=^val/fid$&g=config.model.arch&v=all", "val/fid");
  const save = async (item: string) => {
    await panel(page, "val/fid").hover();
    await panel(page, "val/fid").getByRole("button", { name: "More" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: item }).click(),
    ]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  const svg = await save("Save as SVG");
  expect(svg.name).toBe("val_fid.svg");
  const text = svg.bytes.toString("utf8");
  expect(text).not.toContain("NaN");
  expect(text).toContain(">dit-l<");
  expect(text).toContain(">Step<");
  expect(text.match(/fill-opacity="0.15"/g)!.length).toBeGreaterThanOrEqual(4);
  const width = Number(/width="(\d+)"/.exec(text)![1]);
  const png = await save("Download PNG");
  expect(png.name).toBe("val_fid.png");
  expect(png.bytes.readUInt32BE(16)).toBe(width * 2);
});

test("a note stands at its place, is found after a reload, and is taken away", async ({ page }) => {
  await open(page, "?m=^val/fid$", "val/fid");
  const dialog = page.getByRole("dialog", { name: "A note in the chart" });
  const write = async () => {
    await panel(page, "val/fid").hover();
    await panel(page, "val/fid").getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Add a note…" }).click();
  };
  await write();
  await dialog.getByLabel("Step").fill("3000");
  await dialog.getByLabel("Words").fill("warmup ends");
  const kept = page.waitForResponse((answer) => answer.url().endsWith("/views/own/project") && answer.ok());
  await dialog.getByRole("button", { name: "Save" }).click();
  await kept;
  await page.reload();
  await expect(panel(page, "val/fid").locator("canvas").first()).toBeVisible();
  await write();
  await expect(dialog.getByText("warmup ends")).toBeVisible();
  await dialog.getByRole("button", { name: "Take the note away" }).click();
  await expect(dialog.getByText("warmup ends")).toHaveCount(0);
});

test("Shift draws a zoomed view along, and more runs are drawn when one asks for them", async ({ page }) => {
  await open(page, "?m=^val/fid$&v=all&most=4&z=val/fid~1000..2000", "val/fid");
  const { x, y } = await at(page, "val/fid", 0.5);
  await page.keyboard.down("Shift");
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 60, y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await expect
    .poll(() => Number(/z=[^~]*~([\d.]+)\.\./.exec(decodeURIComponent(page.url()))?.[1]))
    .toBeGreaterThan(1050);
  await panel(page, "val/fid").getByRole("button", { name: "4 of 14 runs" }).click();
  await expect(panel(page, "val/fid").getByText("4 of 14 runs")).toHaveCount(0);
});

test("a finger moves the crosshair, and what it pointed at stays until one taps elsewhere", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await signIn(context, server);
  const page = await context.newPage();
  await open(page, "?m=^val/fid$", "val/fid");
  const { x, y } = await at(page, "val/fid", 0.3);
  await page.touchscreen.tap(x, y);
  await expect(tip(page)).toBeVisible();
  const box = (await tip(page).boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  await page.touchscreen.tap(20, 830);
  await expect(tip(page)).toHaveCount(0);
  await context.close();
});
