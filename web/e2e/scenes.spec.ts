import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, expect, type Locator, type Page, test } from "@playwright/test";
import { CHROMIUM } from "./browser";
import { complaints, signIn, startServer, type TestServer } from "./server";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PLAIN = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"];

// pictures in three dimensions are drawn by the processor
test.use({
  launchOptions: {
    executablePath: CHROMIUM,
    args: [...PLAIN, "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
  },
});

let server: TestServer;
let runs: string[] = [];
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer("--runs", "0");
  const python = process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`;
  const scratch = mkdtempSync(join(tmpdir(), "gnomon-scenes-"));
  const { stdout } = await promisify(execFile)(python, [`${root}web/e2e/scenes.py`, "60000"], {
    cwd: scratch,
    env: { ...process.env, HOME: scratch, GNOMON_BASE_URL: server.url, GNOMON_API_KEY: server.key },
  });
  runs = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
});
test.afterAll(() => server?.stop());

test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && hostname !== "127.0.0.1") noise.push(`asked another host: ${request.url()}`);
  });
});
test.afterEach(() => expect(noise).toEqual([]));

const at = (path: string) => `${server.url}/${server.entity}/scenes/${path}`;

async function panelOf(page: Page, key: string): Promise<Locator> {
  await page.getByPlaceholder(/^Search metric/).fill(key);
  const panel = page.locator(`article[aria-label="${key}"]`);
  await expect(panel).toBeVisible();
  return panel;
}

/** How many pixels a canvas has that are drawn, and how many of them are of a colour rather than grey. */
function pixels(canvas: Locator): Promise<{ drawn: number; colourful: number; red: number; blue: number }> {
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
const look = (canvas: Locator) =>
  canvas.evaluate((element: HTMLCanvasElement) =>
    [...element.toDataURL()].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 0),
  );

async function drag(page: Page, canvas: Locator): Promise<void> {
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 70, box.y + box.height / 2 + 20, { steps: 5 });
  await page.mouse.up();
}

test("clouds are drawn in their colours and turn with the mouse and with the keys", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  const canvas = (await panelOf(page, "cloud/bands")).locator(".sc-canvas");
  await expect.poll(async () => (await pixels(canvas)).colourful).toBeGreaterThan(2000);
  const found = await pixels(canvas);
  expect(found.red).toBeGreaterThan(200);
  const before = await look(canvas);
  await drag(page, canvas);
  await expect.poll(() => look(canvas)).not.toBe(before);
  const dragged = await look(canvas);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => look(canvas)).not.toBe(dragged);
  await page.keyboard.press("0");
  await expect.poll(() => look(canvas)).toBe(before);
});

test("a category is hidden, points grow, and the height gives the colour", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  const panel = await panelOf(page, "cloud/bands");
  const canvas = panel.locator(".sc-canvas");
  await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(200);
  const before = await pixels(canvas);
  await panel.hover();
  await panel.getByRole("button", { name: "How it is drawn" }).click();
  const settings = page.getByRole("dialog", { name: "How it is drawn" });
  for (const category of ["1", "2", "3", "4"]) await settings.getByRole("checkbox", { name: category }).click();
  await expect.poll(async () => (await pixels(canvas)).colourful).toBeLessThan(before.colourful * 0.4);
  await settings.getByRole("radio", { name: "Height" }).click();
  await expect.poll(async () => (await pixels(canvas)).red).toBeLessThan(50);
  const thin = (await pixels(canvas)).drawn;
  await settings.getByRole("slider").focus();
  for (let n = 0; n < 8; n++) await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await pixels(canvas)).drawn).toBeGreaterThan(thin * 1.1);
});

test("a scene shows its boxes with labels, which are switched off one by one", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  const panel = await panelOf(page, "cloud/street");
  const canvas = panel.locator(".sc-canvas");
  await expect(panel).toContainText("8 boxes · 2 arrows");
  await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(5);
  const before = await look(canvas);
  await panel.hover();
  await panel.getByRole("button", { name: "How it is drawn" }).click();
  const settings = page.getByRole("dialog", { name: "How it is drawn" });
  await expect(settings.getByText("pedestrian")).toBeVisible();
  await settings.getByRole("switch", { name: "Labels of boxes" }).click();
  await expect.poll(() => look(canvas)).not.toBe(before);
  const bare = await look(canvas);
  await settings.getByRole("checkbox", { name: "pedestrian" }).click();
  await expect.poll(() => look(canvas)).not.toBe(bare);
});

test("shapes of every kind of file are drawn; a broken one says what is wrong", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  for (const kind of ["obj", "stl", "ply", "glb", "gltf"]) {
    const canvas = (await panelOf(page, `mesh/${kind}`)).locator(".sc-canvas");
    await expect.poll(async () => (await pixels(canvas)).drawn, { message: kind }).toBeGreaterThan(3000);
    const { colourful } = await pixels(canvas);
    if (kind === "ply" || kind.startsWith("gl")) expect(colourful, kind).toBeGreaterThan(1500);
    else expect(colourful, kind).toBeLessThan(500);
  }
  const broken = await panelOf(page, "mesh/broken");
  await expect(broken).toContainText("it does not begin as GLB files do");
  await expect(broken.getByRole("link", { name: "Download" })).toBeVisible();
});

test("the scenes of two runs are turned together, and saved as a picture", async ({ page }) => {
  await page.goto(at("workspace"));
  const panel = await panelOf(page, "cloud/plain");
  await expect(panel.locator(".sc-canvas")).toHaveCount(2);
  const [first, second] = [panel.locator(".sc-canvas").first(), panel.locator(".sc-canvas").last()];
  await expect.poll(async () => (await pixels(second)).drawn).toBeGreaterThan(1000);
  const before = await look(second);
  await drag(page, first);
  await expect.poll(() => look(second)).not.toBe(before);
  await panel.locator(".sc").first().getByRole("button", { name: "Download" }).click();
  const saved = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Picture as PNG" }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.png$/);
});

test("nothing is drawn while nothing moves", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  const canvas = (await panelOf(page, "cloud/large")).locator(".sc-canvas");
  await expect.poll(async () => (await pixels(canvas)).drawn).toBeGreaterThan(1000);
  await page.mouse.move(5, 5);
  await page.waitForTimeout(600);
  const draws = await page.evaluate(async () => {
    let many = 0;
    const real = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...given) {
      many += 1;
      real.apply(this, given);
    };
    await new Promise((done) => setTimeout(done, 1000));
    CanvasRenderingContext2D.prototype.clearRect = real;
    return many;
  });
  expect(draws).toBe(0);
});

test("a browser without WebGL draws points and edges, and says so", async () => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...PLAIN, "--disable-gpu", "--disable-3d-apis"],
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await signIn(context, server);
  const page = await context.newPage();
  const heard = complaints(page);
  await page.goto(at(`runs/${runs[0]}`));
  for (const key of ["cloud/bands", "mesh/obj"]) {
    const panel = await panelOf(page, key);
    await expect(panel.getByRole("note")).toContainText("no WebGL");
    await expect.poll(async () => (await pixels(panel.locator(".sc-canvas"))).drawn).toBeGreaterThan(500);
  }
  expect(heard).toEqual([]);
  await browser.close();
});

test("scenes have no serious fault of access, and fit a phone", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  await panelOf(page, "cloud/street");
  const found = await new AxeBuilder({ page }).include("article").analyze();
  expect(found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")).toEqual([]);
  await page.setViewportSize({ width: 390, height: 780 });
  await expect(page.locator(".sc-canvas").first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test("molecules are drawn in every style, small ones by element and chains as ribbons", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  const caffeine = await panelOf(page, "molecule/caffeine");
  const canvas = caffeine.locator(".sc-molecule canvas");
  await expect(caffeine).toContainText("24 atoms");
  // oxygen is red, nitrogen is blue
  await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(100);
  expect((await pixels(canvas)).blue).toBeGreaterThan(200);
  await caffeine.hover();
  await caffeine.getByRole("button", { name: "How it is drawn" }).click();
  let before = await look(canvas);
  for (const style of ["Balls", "Spheres", "Lines", "Surface"]) {
    await page.getByRole("radio", { name: style }).click();
    await expect.poll(() => look(canvas), { message: style }).not.toBe(before);
    expect((await pixels(canvas)).colourful, style).toBeGreaterThan(30);
    before = await look(canvas);
  }
  await page.keyboard.press("Escape");
  await drag(page, canvas);
  await expect.poll(() => look(canvas)).not.toBe(before);
  const helix = await panelOf(page, "molecule/helix");
  const ribbon = helix.locator(".sc-molecule canvas");
  await expect.poll(async () => (await pixels(ribbon)).colourful).toBeGreaterThan(1000);
});

test("a molecule among the files of a run is drawn too", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}/files/water.xyz`));
  const canvas = page.locator(".sc-molecule canvas");
  await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(300);
  await expect(page.locator(".sc-told")).toHaveText("3 atoms · XYZ");
});

test("a logged page reaches neither the page around it, nor its session, nor any server", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  const asked: string[] = [];
  page.on("requestfinished", (request) => asked.push(request.url()));
  const nosy = (await panelOf(page, "page/nosy")).frameLocator("iframe");
  await expect(nosy.locator("#told")).toHaveText(
    "parent=refused cookies=refused storage=refused api=refused other=refused",
  );
  expect(asked.filter((address) => address.includes("example.com"))).toEqual([]);
  // what was refused is said in the console, and the page that asked is to blame
  const refused = /Content Security Policy/;
  expect(noise.filter((line) => refused.test(line)).length).toBeGreaterThan(1);
  noise = noise.filter((line) => !refused.test(line) && !line.includes("example.com"));
  const report = (await panelOf(page, "page/report")).frameLocator("iframe");
  await expect(report.getByRole("heading", { name: "Report" })).toBeVisible();
});

test("a figure of Bokeh is drawn in a frame that does not reach the page", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  const panel = await panelOf(page, "figure/bokeh");
  await expect(panel.locator("iframe")).toHaveAttribute("sandbox", "allow-scripts");
  const canvas = panel.frameLocator("iframe").locator("canvas").first();
  await expect.poll(async () => (await pixels(canvas)).blue).toBeGreaterThan(200);
  expect((await pixels(canvas)).red).toBeGreaterThan(200);
  const reached = await panel
    .frameLocator("iframe")
    .locator("body")
    .evaluate(() => {
      try {
        return parent.document.title;
      } catch {
        return "refused";
      }
    });
  expect(reached).toBe("refused");
});

test("figures of Plotly move through their frames, and take the colours of the page", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(at(`runs/${runs[0]}`));
  const frames = await panelOf(page, "figure/frames");
  const line = frames.locator(".scatterlayer path.js-line");
  await expect(line).toBeVisible();
  const before = await line.getAttribute("d");
  await frames.locator(".updatemenu-button").click();
  await expect.poll(() => line.getAttribute("d")).not.toBe(before);
  const heat = await panelOf(page, "figure/heat");
  await expect(heat.locator(".heatmaplayer image")).toBeVisible();
  expect(await heat.locator(".gtitle").evaluate((title) => getComputedStyle(title).fill)).toBe("rgb(230, 234, 240)");
});
