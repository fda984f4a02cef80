import { createHash } from "node:crypto";
import { expect, type Locator, type Page } from "@playwright/test";
import { faults } from "./faults";
import { complaints, logged, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;
let runs: string[] = [];
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer("--runs", "0");
  runs = JSON.parse(await logged(server, "media.py", "500"));
});
test.afterAll(() => server?.stop());

test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  const own = `${server.url}/api/projects/${server.entity}/media/views/own`;
  for (const kind of ["project", "run"])
    await context.request.put(`${own}/${kind}`, { data: { spec: {} }, headers: { "X-Gnomon-Page": "1" } });
  noise = complaints(page);
});
test.afterEach(() => expect(noise).toEqual([]));

const at = (path: string) => `${server.url}/${server.entity}/media/${path}`;
const viewer = (page: Page): Locator => page.getByRole("dialog", { name: /^Picture viewer/ });

/** The panel alone, on the whole board. */
async function full(page: Page, key: string): Promise<Locator> {
  await page.goto(at(`workspace?panel=${key}`));
  const panel = page.locator(`.ws-full article[aria-label="${key}"]`);
  await expect(panel).toBeVisible();
  return panel;
}

async function opened(page: Page, key: string): Promise<Locator> {
  const panel = await full(page, key);
  await expect(panel.locator("img").first()).toBeVisible();
  await panel.locator(".pn-open").first().click();
  await expect(viewer(page).locator(".pv-stage canvas").first()).toBeVisible();
  return viewer(page);
}

/** How many pixels of a canvas are painted, how strongly at most, and a number for the whole picture. */
function painted(canvas: Locator): Promise<{ count: number; alpha: number; sum: number }> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const copy = new OffscreenCanvas(element.width, element.height);
    const pen = copy.getContext("2d", { willReadFrequently: true })!;
    pen.drawImage(element, 0, 0);
    const { data } = pen.getImageData(0, 0, element.width, element.height);
    const found = { count: 0, alpha: 0, sum: 0 };
    for (let p = 0; p < data.length; p += 4) {
      if (data[p + 3]! === 0) continue;
      found.count += 1;
      found.alpha = Math.max(found.alpha, data[p + 3]!);
      found.sum = (found.sum * 31 + data[p]! + 3 * data[p + 1]! + 7 * data[p + 2]!) % 1_000_003;
    }
    return found;
  });
}

test("classes are hidden and shown in the pixels of masks, boxes by their class and by their score", async ({
  page,
}) => {
  const panel = await full(page, "val/street");
  const mask = panel.locator("canvas[data-layer=guess]").first();
  await expect.poll(async () => (await painted(mask)).count).toBe(240 * 160);
  await panel.getByRole("button", { name: "Boxes and masks" }).click();
  await page.getByRole("group", { name: "mask guess" }).getByRole("button", { name: /^tree/ }).click();
  await expect.poll(async () => (await painted(mask)).count).toBeLessThan(240 * 160 * 0.8);
  const left = await painted(mask);
  expect(left.count).toBeGreaterThan(240 * 160 * 0.2);

  const boxes = panel.locator(".md-box");
  await expect(boxes).toHaveCount(2 * (4 + 5 + 4));
  await page.getByRole("slider", { name: "Least confidence" }).focus();
  for (let press = 0; press < 6; press++) await page.keyboard.press("PageUp");
  await expect(boxes).toHaveCount(2 * (4 + 4));
  await page.getByRole("group", { name: "boxes found" }).getByRole("checkbox").click();
  await expect(boxes).toHaveCount(2 * 4);

  await page.getByRole("slider", { name: "Opacity of masks" }).focus();
  await page.keyboard.press("End");
  await expect.poll(async () => (await painted(mask)).alpha).toBe(255);
  // what was chosen is kept with the panel
  await page.waitForTimeout(1500);
  await page.reload();
  await expect(boxes).toHaveCount(2 * 4);
  await expect.poll(async () => painted(mask)).toMatchObject({ count: left.count, alpha: 255 });
});

test("a picture opens large, tells its pixels under the pointer, and is closed where one was", async ({ page }) => {
  const dialog = await opened(page, "val/street");
  expect(page.url()).toContain("pic=");
  const stage = dialog.locator(".pv-stage canvas");
  const box = (await stage.boundingBox())!;
  const before = await painted(stage);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(dialog.locator(".pv-readout")).toContainText(/RGB \d+ \d+ \d+/);
  await expect(dialog.locator(".pv-readout")).toContainText("road");
  const said = await dialog.locator(".pv-readout").innerText();
  for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, -240);
  await expect
    .poll(async () => Number.parseInt(await dialog.locator(".pv-zoom .num").innerText(), 10))
    .toBeGreaterThan(800);
  // what is under the pointer stays there
  expect(await dialog.locator(".pv-readout").innerText()).toBe(said);
  const withGrid = await painted(stage);
  expect(withGrid.sum).not.toBe(before.sum);
  await dialog.getByRole("button", { name: "Pixel grid" }).click();
  await expect.poll(async () => (await painted(stage)).sum).not.toBe(withGrid.sum);
  await page.keyboard.press("0");
  await expect
    .poll(async () => Number.parseInt(await dialog.locator(".pv-zoom .num").innerText(), 10))
    .toBeLessThan(800);
  await expect(dialog.getByRole("list", { name: "Boxes" }).getByRole("listitem")).toHaveCount(13);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(page.url()).not.toContain("pic=");
  await expect(page.locator(".ws-full")).toBeVisible();
  await expect(page.locator(".ws-full .pn-open").first()).toBeFocused();
});

test("arrows go on through pictures, with Ctrl through steps, and a link opens the same", async ({ page }) => {
  const dialog = await opened(page, "val/streets");
  await expect(dialog.locator(".pv-count")).toHaveText("1 of 6");
  await page.keyboard.press("ArrowRight");
  await expect(dialog.locator(".pv-count")).toHaveText("2 of 6");
  await expect(dialog.locator("figcaption")).toContainText("street 1");
  await page.keyboard.press("Control+ArrowLeft");
  await expect(dialog.locator("figcaption")).toContainText("Step 20");
  await page.goto(page.url());
  await expect(viewer(page).locator("figcaption")).toContainText("Step 20");
  await expect(viewer(page).locator(".pv-count")).toHaveText("2 of 6");
});

test("pictures of runs and steps stand side by side, zoom together, and are taken from one another", async ({
  page,
}) => {
  const dialog = await opened(page, "val/street");
  await dialog.getByRole("button", { name: "Compare with" }).click();
  await page.getByRole("menuitem", { name: /net-/ }).click();
  const stages = dialog.locator(".pv-stage canvas");
  await expect(stages).toHaveCount(2);
  const [first, second] = [await painted(stages.first()), await painted(stages.last())];
  expect(first.sum).not.toBe(second.sum);
  const box = (await stages.first().boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(dialog.locator(".pv-readout").last()).toContainText("RGB");
  await page.mouse.wheel(0, -600);
  await expect.poll(async () => (await painted(stages.last())).sum).not.toBe(second.sum);
  await dialog.getByRole("radio", { name: "Difference" }).click();
  // both runs saw the same picture
  await expect(dialog.locator(".pv-readout").first()).toContainText("0 % of the pixels differ");
  await dialog.getByRole("radio", { name: "Swipe" }).click();
  await expect(dialog.getByRole("slider", { name: "Where the pictures meet" })).toBeVisible();
  await dialog.getByRole("radio", { name: "Side by side" }).click();
  await dialog.getByRole("button", { name: "Compare with" }).click();
  await page.getByRole("menuitem", { name: "Step 10" }).click();
  await expect(stages).toHaveCount(3);
});

test("rows of runs have columns of steps or of pictures, and the number says how many are shown", async ({ page }) => {
  const panel = await full(page, "digits");
  await expect(panel.locator(".ui-badge")).toHaveText("128 of 128");
  await panel.getByRole("button", { name: "Layout" }).click();
  await page.getByRole("radio", { name: "Rows of runs, columns of steps" }).click();
  await expect(panel.locator(".pn-rows-head span")).toHaveText(["0", "10", "20", "30"]);
  await expect(panel.locator(".pn-row")).toHaveCount(2);
  await expect(panel.locator(".ui-badge")).toHaveText("8 of 512");
  await page.getByRole("radio", { name: "Gallery" }).click();
  await expect(panel.locator(".pn-open")).toHaveCount(128);
});

test("the step cursor of a run moves its pictures, and a panel's slider moves the cursor", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}?step=10`));
  const stepper = (key: string) => page.locator(`article[aria-label="${key}"] .pn-stepper`);
  await expect(stepper("val/street")).toContainText("step 10");
  await expect(stepper("val/streets")).toContainText("step 10");
  await stepper("val/street").getByRole("slider").focus();
  await page.keyboard.press("ArrowRight");
  await expect(stepper("val/streets")).toContainText("step 20");
  await expect.poll(() => page.url()).toContain("step=20");
  await expect(page.locator("article[aria-label='val/streets'] img").first()).toHaveAttribute("src", /streets_20_/);
});

test("a sound shows its wave, then its pitches, plays alone, and is moved by keys", async ({ page }) => {
  const panel = await full(page, "tone");
  const waves = panel.getByRole("slider", { name: /^Where in the sound/ });
  await expect(waves).toHaveCount(2);
  const drawing = waves.first().locator("canvas");
  await expect.poll(async () => (await painted(drawing)).count).toBeGreaterThan(2000);
  await expect(panel.locator(".md-audio").first()).toContainText("16,000 Hz · stereo");
  await expect(panel.locator(".md-audio").first()).toContainText("0:00.0 / 0:01.5");
  const wave = await painted(drawing);
  await panel.getByRole("button", { name: "Spectrogram" }).first().click();
  await expect.poll(async () => (await painted(drawing)).sum).not.toBe(wave.sum);
  await waves.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect(waves.first()).toHaveAttribute("aria-valuenow", "1");
  await page.keyboard.press("Home");
  await panel.getByRole("button", { name: "Play", exact: true }).first().click();
  const sounds = panel.locator("audio");
  await expect.poll(() => sounds.first().evaluate((each: HTMLAudioElement) => each.currentTime)).toBeGreaterThan(0);
  await panel.getByRole("button", { name: "Play", exact: true }).last().click();
  await expect.poll(() => sounds.first().evaluate((each: HTMLAudioElement) => each.paused)).toBe(true);
});

test("a film is stepped by one picture, alone or with those beside it, and so is a gif", async ({ page }) => {
  const panel = await full(page, "film");
  const films = panel.locator(".fm");
  await expect(films.first().locator(".fm-at")).toHaveText("1 / 20");
  await films.first().getByRole("button", { name: "One frame on" }).click();
  await expect(films.locator(".fm-at")).toHaveText(["2 / 20", "2 / 20"]);
  const time = () =>
    films
      .last()
      .locator("video")
      .evaluate((each: HTMLVideoElement) => each.currentTime);
  expect(await time()).toBeCloseTo(0.15, 2);
  await panel.getByRole("button", { name: /^Play and step all/ }).click();
  await films.first().focus();
  await page.keyboard.press(".");
  await page.keyboard.press(".");
  await page.keyboard.press(",");
  await expect(films.locator(".fm-at")).toHaveText(["3 / 20", "2 / 20"]);

  const loop = (await full(page, "loop")).locator(".fm").first();
  const before = await painted(loop.locator("canvas"));
  await loop.getByRole("button", { name: "One frame on" }).click();
  await expect(loop.locator(".fm-at")).toHaveText("2 / 12");
  expect((await painted(loop.locator("canvas"))).sum).not.toBe(before.sum);
});

test("a file that is broken and a sound that cannot be played say so with their names", async ({ page }) => {
  const files = `${server.url}/api/runs/${server.entity}/media/${runs[0]}/files`;
  const listed: { path: string }[] = await (await page.request.get(files)).json();
  const path = listed.find((file) => file.path.includes("odd/broken"))!.path;
  const bytes = Buffer.from("no picture at all");
  const digest = createHash("sha256").update(bytes).digest("hex");
  const headers = { "X-Gnomon-Digest": digest, "X-Gnomon-Page": "1" };
  expect((await page.request.put(`${files}/${path}`, { data: bytes, headers })).ok()).toBe(true);
  const pictures = await full(page, "odd/broken");
  await expect(pictures.locator(".md-none")).toContainText(path.split("/").at(-1)!);
  await expect(pictures.locator(".md-none")).toContainText("cannot read it");
  await expect((await full(page, "odd/sound")).getByRole("alert").first()).toContainText("cannot play it");
});

test("five hundred pictures have a place each, and those out of sight are not drawn", async ({ page }) => {
  const panel = await full(page, "many");
  await expect(panel.locator(".pn-tile")).toHaveCount(500);
  await panel.getByRole("button", { name: "Layout" }).click();
  await page.getByRole("slider", { name: "Size of pictures" }).focus();
  for (let press = 0; press < 3; press++) await page.keyboard.press("PageUp");
  await page.keyboard.press("Escape");
  await expect.poll(() => panel.locator("img").count()).toBeLessThan(250);
  await expect(panel.locator("img").first()).toBeVisible();
  const shape = (await panel.locator(".pn-tile").first().boundingBox())!;
  expect(shape.height / shape.width).toBeCloseTo(1, 1);
  await panel.locator(".pn-tile").last().scrollIntoViewIfNeeded();
  await expect(panel.locator(".pn-tile").last().locator("img")).toBeVisible();
  await expect.poll(() => panel.locator("img").count()).toBeLessThan(250);
});

test("on a phone the viewer fits, in the dark too, and nothing is at fault for those who cannot see it", async ({
  page,
}) => {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const panel = await full(page, "film");
    await expect(panel.locator(".fm-at").first()).toHaveText("1 / 20");
    expect(await faults(page, ".ws-full")).toEqual([]);
    await full(page, "tone");
    expect(await faults(page, ".ws-full")).toEqual([]);
    await opened(page, "val/street");
    expect(await faults(page, ".pv")).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await expect(viewer(page).locator(".pv-stage canvas")).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  for (const button of await viewer(page).locator(".pv-bar button").all()) {
    const box = (await button.boundingBox())!;
    expect(box.x + box.width).toBeLessThanOrEqual(390);
  }
});
