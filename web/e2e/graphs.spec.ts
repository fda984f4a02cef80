import { expect, type Locator, type Page } from "@playwright/test";
import { faults } from "./faults";
import { complaints, logged, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;
let run = "";
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer("--runs", "0");
  run = await logged(server, "graphs.py");
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

const at = (path = "") => `${server.url}/${server.entity}/graphs/runs/${run}${path}`;

async function panelOf(page: Page, key: string): Promise<Locator> {
  await page.getByPlaceholder(/^Search metric/).fill(key);
  const panel = page.locator(`article[aria-label="${key}"]`);
  await expect(panel).toBeVisible();
  return panel;
}

/** The graph of the watched model. */
async function openModel(page: Page): Promise<void> {
  await page.goto(at("/model"));
  await page.getByRole("radio", { name: "graph_0" }).click();
  await page.getByRole("radio", { name: "Graph", exact: true }).click();
}

/** Where a graph is drawn, and how large. */
const poseOf = (graph: Locator) =>
  graph.locator(".graph-pose").evaluate((each) => (each as HTMLElement).style.transform);

test("a model is a few boxes at first: blocks that are alike stand as one, and are opened and folded", async ({
  page,
}) => {
  await openModel(page);
  const boxes = page.locator(".graph-box");
  await expect(boxes).toHaveCount(4);
  const blocks = boxes.filter({ hasText: "0 … 11" });
  await expect(blocks).toContainText("12 alike · 84 layers");
  await blocks.locator(".graph-body").click();
  await expect(page.getByRole("complementary")).toContainText("Linear× 48");
  const stood = (await blocks.boundingBox())!.y;
  await blocks.getByRole("button", { name: "Open 0 … 11" }).click();
  await expect(boxes).toHaveCount(87);
  const frame = (await page.locator(".graph-frame", { hasText: "0 … 11" }).last().boundingBox())!.y;
  expect(Math.abs(frame - stood)).toBeLessThan(2);
  await page.getByRole("button", { name: "Fold 0 … 11" }).click();
  await expect(boxes).toHaveCount(4);
  await page.getByRole("button", { name: "Fold all" }).click();
  await expect(boxes).toHaveCount(4);
  await page.getByRole("button", { name: "Open all" }).click();
  await expect(boxes).toHaveCount(87);
});

test("what one looks for is marked, gone through, opened where it is folded, and told with all its facts", async ({
  page,
}) => {
  await openModel(page);
  const search = page.getByPlaceholder("Find in the graph");
  await search.fill("mlp.fc1");
  await expect(page.locator(".graph-bar output")).toHaveText("12 hits");
  await expect(page.locator(".graph-box.hit")).toHaveText(/0 … 11/);
  await search.press("Enter");
  await expect(page.locator(".graph-bar output")).toHaveText("1 of 12");
  const current = page.locator(".graph-box.current");
  await expect(current).toBeInViewport();
  await expect(current).toContainText("mlp.fc1");
  const card = page.getByRole("complementary", { name: "blocks.0.mlp.fc1" });
  await expect(card).toContainText("Linear(in_features=384, out_features=1536)");
  await expect(card).toContainText("8 × 196 × 384");
  await expect(card).toContainText("1536 × 384");
  await expect(card).toContainText("float32");
  // along the arrow from the norm before it comes what that gives, and leads there
  await expect(card).toContainText("Goes inblocks.0.norm28 × 196 × 384");
  await card.getByRole("button", { name: "blocks.0.norm2" }).click();
  await expect(page.getByRole("complementary", { name: "blocks.0.norm2" })).toContainText("Goes on toblocks.0.mlp.fc1");
  await search.press("Shift+Enter");
  await expect(page.locator(".graph-bar output")).toHaveText("12 of 12");
  await expect(page.getByRole("complementary", { name: "blocks.11.mlp.fc1" })).toBeVisible();
  await expect(current).toBeInViewport();
});

test("a graph is dragged, zoomed by wheel and keys, walked through by arrows, and moved on its map", async ({
  page,
}) => {
  await openModel(page);
  await page.getByRole("button", { name: "Open all" }).click();
  const graph = page.locator(".graph");
  const canvas = page.locator(".graph-canvas");
  await page.getByRole("button", { name: "Fit" }).click();
  const first = await poseOf(graph);
  const box = (await canvas.boundingBox())!;
  await page.mouse.move(box.x + 40, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 100, box.y + 130, { steps: 4 });
  await page.mouse.up();
  const dragged = await poseOf(graph);
  expect(dragged).not.toBe(first);
  await canvas.focus();
  await page.mouse.wheel(0, 200);
  await expect.poll(() => poseOf(graph)).not.toBe(dragged);
  await page.keyboard.press("0");
  await expect.poll(() => poseOf(graph)).toBe(first);
  await page.keyboard.press("-");
  await expect.poll(() => poseOf(graph)).not.toBe(first);
  await page.getByRole("button", { name: "Fit" }).click();
  const map = (await page.getByRole("img", { name: "Map of the graph" }).boundingBox())!;
  await page.mouse.click(map.x + map.width / 2, map.y + map.height - 3);
  await expect(page.locator("[data-box=head]")).toBeInViewport();
  await page.locator("[data-box=head]").focus();
  await page.keyboard.press("ArrowUp");
  await expect(page.locator("[data-box=norm]")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "norm" })).toBeVisible();
});

test("a thousand boxes are drawn at once, and are moved without being drawn again", async ({ page }) => {
  await page.goto(at());
  const panel = await panelOf(page, "graph/large");
  await panel.getByRole("button", { name: "Open all" }).click();
  await expect(panel.locator(".graph-box")).toHaveCount(1000);
  await panel.locator(".graph-sheet").evaluate((sheet) => {
    const count = { changes: 0 };
    new MutationObserver((found) => {
      count.changes += found.length;
    }).observe(sheet, { subtree: true, childList: true, attributes: true });
    Object.assign(window, { count });
  });
  const before = await poseOf(panel);
  const box = (await panel.locator(".graph-canvas").boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  for (let n = 0; n < 20; n++) await page.mouse.move(box.x + box.width / 2 - n * 2, box.y + box.height / 2 - n * 3);
  await page.mouse.up();
  expect(await poseOf(panel)).not.toBe(before);
  expect(await page.evaluate(() => (window as unknown as { count: { changes: number } }).count.changes)).toBe(0);
});

test("graphs have no serious fault of access, and fit a phone", async ({ page }) => {
  await openModel(page);
  await page.getByRole("button", { name: "Open 0 … 11" }).click();
  await page.locator("[data-box=norm]").click();
  expect(await faults(page, ".model-graph")).toEqual([]);
  await page.setViewportSize({ width: 390, height: 780 });
  await expect(page.getByRole("complementary", { name: "norm" })).toBeInViewport();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

/** How tall the frame of a page is, borders included, and whether the page scrolls in it. */
async function sizeOf(frame: Locator): Promise<{ tall: number; scrolls: boolean }> {
  const page = await (await frame.elementHandle())!.contentFrame();
  const scrolls = await page!.evaluate(() => {
    const sheet = document.scrollingElement;
    return sheet !== null && sheet.scrollHeight > sheet.clientHeight + 1;
  });
  return { tall: Math.round((await frame.boundingBox())!.height), scrolls };
}

/** Opens the row of a table of pages, and gives the frame of its page. */
async function pageOfRow(page: Page, row: number): Promise<Locator> {
  await page.goto(at(`/tables/pages?row=${row}`));
  const frame = page.getByRole("complementary", { name: `Row ${row}` }).locator("iframe");
  await expect(frame.contentFrame().locator("body")).not.toBeEmpty();
  return frame;
}

test("a page in a row is as tall as what it says, and grows and shrinks with it", async ({ page }) => {
  const short = await pageOfRow(page, 0);
  await expect.poll(() => sizeOf(short)).toEqual({ tall: expect.closeTo(100, -1.7), scrolls: false });
  const grows = await pageOfRow(page, 2);
  await expect.poll(async () => (await sizeOf(grows)).tall).toBeLessThan(60);
  const body = grows.contentFrame().locator("body");
  await body.getByRole("button", { name: "More" }).click();
  await expect.poll(() => sizeOf(grows)).toEqual({ tall: expect.closeTo(450, -1.7), scrolls: false });
  await body.evaluate(() => {
    for (const each of [...document.querySelectorAll("p")].slice(1)) each.remove();
  });
  await expect.poll(async () => (await sizeOf(grows)).tall).toBeLessThan(220);
});

test("a page that is long in a row scrolls until all of it is asked for", async ({ page }) => {
  const long = await pageOfRow(page, 1);
  await expect.poll(() => sizeOf(long)).toEqual({ tall: 480, scrolls: true });
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(async () => (await sizeOf(long)).scrolls).toBe(false);
  expect((await sizeOf(long)).tall).toBeGreaterThan(1000);
  expect(await faults(page, ".tb-drawer")).toEqual([]);
  await page.getByRole("button", { name: "Show less" }).click();
  await expect.poll(() => sizeOf(long)).toEqual({ tall: 480, scrolls: true });
});

test("a page that fills its room, whatever that is, comes to rest", async ({ page }) => {
  const fills = await pageOfRow(page, 3);
  await page.waitForTimeout(3000);
  const { tall } = await sizeOf(fills);
  expect(tall).toBeLessThan(520);
  await page.waitForTimeout(1000);
  expect((await sizeOf(fills)).tall).toBe(tall);
});

test("a page in a panel scrolls in the panel, and takes its own height on a full screen", async ({ page }) => {
  await page.goto(at());
  const panel = await panelOf(page, "page/long");
  const box = (await panel.boundingBox())!;
  const frame = panel.locator("iframe");
  await expect.poll(async () => (await sizeOf(frame)).scrolls).toBe(true);
  expect((await frame.boundingBox())!.height).toBeLessThan(box.height);
  const short = await panelOf(page, "page/short");
  await short.hover();
  await short.getByRole("button", { name: "Full screen" }).click();
  const large = page.getByRole("dialog").locator("iframe");
  await expect.poll(() => sizeOf(large)).toEqual({ tall: expect.closeTo(100, -1.7), scrolls: false });
});

test("pages of one step stand beside each other, wide enough to be read, each as tall as it is on a full screen", async ({
  page,
}) => {
  await page.goto(at());
  const panel = await panelOf(page, "page/both");
  const frames = panel.locator("iframe");
  await expect(frames).toHaveCount(2);
  expect((await frames.first().boundingBox())!.width).toBeGreaterThan(150);
  await panel.hover();
  await panel.getByRole("button", { name: "Full screen" }).click();
  const large = page.getByRole("dialog").locator("iframe");
  await expect.poll(() => sizeOf(large.first())).toEqual({ tall: expect.closeTo(100, -1.7), scrolls: false });
  await expect.poll(() => sizeOf(large.last())).toEqual({ tall: 480, scrolls: true });
  expect((await large.first().boundingBox())!.width).toBeGreaterThan(350);
});

test("the height that a page says is heard from its own frame alone, and never beyond measure", async ({ page }) => {
  const short = await pageOfRow(page, 0);
  await expect.poll(async () => (await sizeOf(short)).tall).toBeLessThan(200);
  const { tall } = await sizeOf(short);
  await page.evaluate(() => postMessage({ page: { height: 600, width: 300, view: 100 } }, "*"));
  await page.waitForTimeout(300);
  expect((await sizeOf(short)).tall).toBe(tall);
  await short
    .contentFrame()
    .locator("body")
    .evaluate(() => {
      for (const height of ["700px", Number.NaN, -5]) parent.postMessage({ page: { height, width: 1, view: 1 } }, "*");
      parent.postMessage("page", "*");
    });
  await page.waitForTimeout(300);
  expect((await sizeOf(short)).tall).toBe(tall);
  await short
    .contentFrame()
    .locator("body")
    .evaluate(() => {
      parent.postMessage({ page: { height: 1e9, width: 1, view: 1 } }, "*");
    });
  await expect.poll(async () => (await sizeOf(short)).tall).toBe(480);
});

test("pages in rows fit a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 780 });
  const long = await pageOfRow(page, 1);
  await expect(long).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
