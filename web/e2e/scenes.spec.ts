import { chromium, expect } from "@playwright/test";
import { drag, fingers, look, middleOf, panelOf, pixels, WITH_WEBGL, WITHOUT_WEBGL } from "./canvas";
import { faults } from "./faults";
import { DARK, inksOnPaper, LIGHT } from "./paper";
import { complaints, logged, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

test.use({ launchOptions: WITH_WEBGL });

let server: TestServer;
let runs: string[] = [];
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer("--runs", "0");
  runs = JSON.parse(await logged(server, "scenes.py", "60000"));
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

test("WebGL that the browser takes away is made anew, and until then the cloud is drawn simply", async ({ page }) => {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext as (...given: unknown[]) => unknown;
    const taken: WebGL2RenderingContext[] = [];
    Object.assign(window, { taken });
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...given: unknown[]) {
      const context = real.apply(this, given);
      if (given[0] === "webgl2" && context) taken.push(context as WebGL2RenderingContext);
      return context;
    } as typeof HTMLCanvasElement.prototype.getContext;
  });
  await page.goto(at(`runs/${runs[0]}`));
  const panel = await panelOf(page, "cloud/bands");
  const canvas = panel.locator(".sc-canvas");
  await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(200);
  const before = await pixels(canvas);
  await page.evaluate(() => {
    const { taken } = window as unknown as { taken: WebGL2RenderingContext[] };
    taken.at(-1)!.getExtension("WEBGL_lose_context")!.loseContext();
  });
  await expect(panel.getByRole("note")).toContainText("taken WebGL away");
  expect((await pixels(canvas)).drawn).toBeGreaterThan(1000);
  await expect(panel.getByRole("note")).toHaveCount(0, { timeout: 10_000 });
  await expect.poll(async () => (await pixels(canvas)).colourful).toBe(before.colourful);
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
  const browser = await chromium.launch(WITHOUT_WEBGL);
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
  const surface = await panelOf(page, "figure/surface");
  await expect(surface).toContainText("A figure with surface, which WebGL draws; this browser has none");
  await expect(surface.getByRole("link", { name: "Download" })).toBeVisible();
  expect(heard).toEqual([]);
  await browser.close();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });

  test("one finger turns a scene, two move and pinch it, and beside it the page scrolls", async ({ page }) => {
    await page.goto(at(`runs/${runs[0]}`));
    const panel = await panelOf(page, "mesh/ply");
    const canvas = panel.locator(".sc-canvas");
    await expect.poll(async () => (await pixels(canvas)).colourful).toBeGreaterThan(500);
    const top = async () => (await canvas.boundingBox())!.y;
    const [start, before] = [await top(), await look(canvas)];
    await fingers(page, [await middleOf(canvas, 0, 20)], [await middleOf(canvas, 60, -30)]);
    await expect.poll(() => look(canvas)).not.toBe(before);
    expect(await top()).toBe(start);
    await canvas.press("r");
    await expect.poll(() => look(canvas)).toBe(before);
    const { drawn } = await pixels(canvas);
    // apart is near
    const near = [await middleOf(canvas, -20, 0), await middleOf(canvas, 20, 0)];
    const apart = [await middleOf(canvas, -90, 0), await middleOf(canvas, 90, 0)];
    await fingers(page, near, apart);
    await expect.poll(async () => (await pixels(canvas)).drawn).toBeGreaterThan(drawn * 1.3);
    const pinched = await look(canvas);
    await fingers(page, near, [await middleOf(canvas, 10, 30), await middleOf(canvas, 50, 30)]);
    await expect.poll(() => look(canvas)).not.toBe(pinched);
    expect(await top()).toBe(start);
  });
});

test("scenes have no serious fault of access, and fit a phone", async ({ page }) => {
  await page.goto(at(`runs/${runs[0]}`));
  await panelOf(page, "cloud/street");
  expect(await faults(page, "article")).toEqual([]);
  await page.setViewportSize({ width: 390, height: 780 });
  await expect(page.locator(".sc-canvas").first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
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

test("of many figures of Plotly in three dimensions eight can be turned, the others are pictures of how they were left", async ({
  page,
}) => {
  test.setTimeout(90_000);
  await page.setViewportSize({ width: 1440, height: 1300 });
  await page.goto(at(`runs/${runs[1]}`));
  await page.getByPlaceholder(/^Search metric/).fill("solid/");
  const solid = page.locator(".md-solid");
  const canvases = page.locator(".md-solid .gl-container canvas");
  await expect(solid).toHaveCount(9);
  await expect(canvases).toHaveCount(8, { timeout: 40_000 });
  const picture = page.locator(".md-solid > img:visible");
  await expect(picture).toHaveAttribute("src", /^data:image\/png/, { timeout: 40_000 });
  const untouched = (await picture.getAttribute("src"))!;
  const first = page.locator('article[aria-label="solid/0"] .md-solid');
  await first.hover();
  await expect(first.locator("canvas")).toHaveCount(1);
  await drag(page, first.locator("canvas"));
  // one after another of the others is pointed at, until the first is the one that has waited longest
  for (let number = 1; number < 9; number++) {
    const other = page.locator(`article[aria-label="solid/${number}"] .md-solid`);
    await other.hover();
    await expect(other.locator("canvas")).toHaveCount(1);
  }
  await expect(first.locator("canvas")).toHaveCount(0);
  await expect(first.locator("img")).toHaveAttribute("src", /^data:image\/png/, { timeout: 40_000 });
  expect(await first.locator("img").getAttribute("src")).not.toBe(untouched);
  await expect(canvases).toHaveCount(8);
  // what Plotly measures its letters with
  noise = noise.filter((line) => !line.includes("willReadFrequently"));
});

test("printed from a dark page, figures of Plotly have the colours of paper", async ({ page }) => {
  const printed = async (scheme: "light" | "dark") => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(at(`runs/${runs[0]}`));
    await expect((await panelOf(page, "figure/frames")).locator(".scatterlayer path.js-line")).toBeVisible();
    return inksOnPaper(page);
  };
  const light = await printed("light");
  const dark = await printed("dark");
  for (const ink of DARK) expect(dark.has(ink), ink).toBe(false);
  for (const ink of LIGHT) expect(dark.get(ink), ink).toBe(light.get(ink));
});

test("printed from a dark page, a cloud has the colours of paper, and is dark again after", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.addInitScript(() => {
    // the first listener there is: it sees what the printer was given, before the page turns back
    addEventListener("afterprint", () => {
      const canvas = document.querySelector<HTMLCanvasElement>(".sc-canvas")!;
      const copy = canvas.cloneNode() as HTMLCanvasElement;
      copy.getContext("2d")!.drawImage(canvas, 0, 0);
      copy.id = "printed";
      document.body.append(copy);
    });
  });
  await page.goto(at(`runs/${runs[0]}`));
  const canvas = (await panelOf(page, "cloud/bands")).locator(".sc-canvas");
  await expect.poll(async () => (await pixels(canvas)).colourful).toBeGreaterThan(1000);
  const dark = await look(canvas);
  await inksOnPaper(page);
  const seen = await look(page.locator("#printed"));
  await expect.poll(() => look(canvas)).toBe(dark);
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(() => look(canvas)).toBe(seen);
  expect(seen).not.toBe(dark);
});
