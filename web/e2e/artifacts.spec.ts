import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";

const root = fileURLToPath(new URL("../..", import.meta.url));
let server: TestServer;
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(240_000);
  server = await startServer("--runs", "0");
  const scratch = mkdtempSync(join(tmpdir(), "gnomon-lineage-"));
  await promisify(execFile)(process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`, [`${root}web/e2e/lineage.py`], {
    cwd: scratch,
    env: {
      ...process.env,
      GNOMON_BASE_URL: server.url,
      GNOMON_API_KEY: server.key,
      GNOMON_STATE_DIR: join(scratch, "state"),
      GNOMON_CONFIG_DIR: join(scratch, "config"),
      GNOMON_DIR: scratch,
    },
  });
});
test.afterAll(() => server?.stop());
test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
});
test.afterEach(() => expect(noise).toEqual([]));

const at = (path: string) => `${server.url}/${server.entity}/lineage/artifacts/${path}`;

test("a lineage of two hundred nodes is a few, which are moved, zoomed, searched and shown each", async ({ page }) => {
  await page.goto(at("dataset/digits/v0/lineage"));
  const nodes = page.locator(".graph-body");
  await expect(nodes).toHaveCount(4);
  for (const words of [/digits:v0/, /prepare/, /train-\d\d\+99/, /net:v\d+\+99/])
    await expect(nodes.filter({ hasText: words })).toHaveCount(1);
  const sheet = page.locator(".graph-pose");
  const pose = () => sheet.evaluate((each) => getComputedStyle(each).transform);
  const before = await pose();
  const canvas = (await page.locator(".graph-canvas").boundingBox())!;
  await page.mouse.move(canvas.x + 40, canvas.y + 40);
  await page.mouse.down();
  await page.mouse.move(canvas.x + 120, canvas.y + 90, { steps: 4 });
  await page.mouse.up();
  const moved = await pose();
  expect(moved).not.toBe(before);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, 200);
  await page.keyboard.up("Control");
  expect(await pose()).not.toBe(moved);
  await page.getByRole("button", { name: "Fit" }).click();
  expect(await pose()).toBe(before);

  await nodes.filter({ hasText: "train-" }).click();
  const card = page.locator(".graph-card");
  await expect(card).toContainText("100 that stand alike");
  await card.getByPlaceholder("Find one").fill("train-42");
  await expect(card.getByRole("link")).toHaveText(["train-42"]);
  await card.getByRole("button", { name: "Show each" }).click();
  await expect(nodes).toHaveCount(103);
  await expect(page.locator(".graph-box.root")).toBeInViewport();
});

test("a click on a node says what it is and leads there", async ({ page }) => {
  await page.goto(at("model/net/v99/lineage"));
  const nodes = page.locator(".graph-body");
  await nodes.filter({ hasText: "digits:v0" }).click();
  const card = page.locator(".graph-card");
  await expect(card).toContainText("dataset");
  await expect(card).toContainText("1 file");
  await nodes.filter({ hasText: "train-99" }).click();
  await expect(card).toContainText("Finished");
  await card.getByRole("link", { name: "Open run" }).click();
  await expect(page).toHaveURL(/\/runs\/[^/]+$/);
});

test("two versions differ by what was added, removed and changed, with sizes, and by their metadata", async ({
  page,
}) => {
  await page.goto(at("model/net/v99/diff"));
  await expect(page.locator(".af-diff-bar").first()).toContainText("+1");
  const row = (name: string) => page.locator(".af-diff-row", { hasText: name });
  await expect(row("notes-1.md")).toHaveClass(/added/);
  await expect(row("notes-0.md")).toHaveClass(/removed/);
  await expect(row("weights.txt")).toHaveClass(/changed/);
  await expect(row("weights.txt")).toContainText("600 B");
  await expect(row("vocabulary.txt")).toHaveCount(0);
  const depth = page.locator(".af-diff-meta tr", { hasText: "depth" });
  await expect(depth).toContainText("98");
  await expect(depth).toContainText("99");
  await expect(page.locator(".af-diff-meta tr", { hasText: "width" })).toHaveCount(0);
});
