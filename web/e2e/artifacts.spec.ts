import { expect } from "@playwright/test";
import { faults } from "./faults";
import { complaints, logged, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(240_000);
  server = await startServer("--runs", "0");
  for (const script of ["lineage.py", "versions.py"]) await logged(server, script);
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
  for (const words of [/digits:v0/, /prepare/, /train-\d\d\+49/, /net:v\d+\+149/])
    await expect(nodes.filter({ hasText: words })).toHaveCount(1);
  const sheet = page.locator(".graph-pose");
  const pose = () => sheet.evaluate((each) => getComputedStyle(each).transform);
  // its place is found again as the frame around it finds its size
  const fit = page.getByRole("button", { name: "Fit" });
  await fit.click();
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
  await expect.poll(pose).not.toBe(moved);
  await fit.click();
  await expect.poll(pose).toBe(before);

  await nodes.filter({ hasText: "train-" }).click();
  const card = page.locator(".graph-card");
  await expect(card).toContainText("50 that stand alike");
  await card.getByPlaceholder("Find one").fill("train-42");
  await expect(card.getByRole("link")).toHaveText(["train-42"]);
  await card.getByRole("button", { name: "Show each" }).click();
  await expect(nodes).toHaveCount(53);
  await expect(page.locator(".graph-box.root")).toBeInViewport();
});

test("a click on a node says what it is and leads there", async ({ page }) => {
  await page.goto(at("model/net/v149/lineage"));
  const nodes = page.locator(".graph-body");
  await nodes.filter({ hasText: "digits:v0" }).click();
  const card = page.locator(".graph-card");
  await expect(card).toContainText("dataset");
  await expect(card).toContainText("1 file");
  await nodes.filter({ hasText: "train-49" }).click();
  await expect(card).toContainText("Finished");
  await card.getByRole("link", { name: "Open run" }).click();
  await expect(page).toHaveURL(/\/runs\/[^/]+$/);
});

test("two versions differ by what was added, removed and changed, with sizes, and by their metadata", async ({
  page,
}) => {
  await page.goto(at("model/net/v149/diff"));
  await expect(page.locator(".af-diff-bar").first()).toContainText("+1");
  const row = (name: string) => page.locator(".af-diff-row", { hasText: name });
  await expect(row("notes-1.md")).toHaveClass(/added/);
  await expect(row("notes-0.md")).toHaveClass(/removed/);
  await expect(row("weights.txt")).toHaveClass(/changed/);
  await expect(row("weights.txt")).toContainText("800 B");
  await expect(row("vocabulary.txt")).toHaveCount(0);
  const depth = page.locator(".af-diff-meta tr", { hasText: "depth" });
  await expect(depth).toContainText("148");
  await expect(depth).toContainText("149");
  await expect(page.locator(".af-diff-meta tr", { hasText: "width" })).toHaveCount(0);
});

test("a table goes through the versions of its artifact, and says where a version has none", async ({ page }) => {
  await page.goto(at("evaluation/judged/v0/files?file=cases.table.json"));
  await expect(page.locator(".tb-count")).toHaveText("12 rows · 5 columns");
  await expect(page.locator(".tb-row img").first()).toBeVisible();
  await page.getByPlaceholder("Filter by an expression").fill("said != truth");
  await expect(page.locator(".tb-count")).toHaveText("4 of 12 rows");
  await page.getByRole("button", { name: "Next version" }).click();
  await expect(page).toHaveURL(/judged\/v1\/files\?/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("judged");
  await expect(page.locator(".tb-steps")).toContainText("Version v1 2 of 3");
  // the same look at it: nothing is wrong any more
  await expect(page.locator(".tb-count")).toHaveText("0 of 15 rows");
  await page.getByRole("slider", { name: "Version" }).press("End");
  await expect(page.getByText("v2 has no table cases.table.json")).toBeVisible();
  await page.getByRole("button", { name: "Version before" }).click();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.locator(".tb-count")).toHaveText("15 rows · 5 columns");
  // another file is looked at anew
  await page.goto(at("evaluation/judged/v1/files?file=cases.table.json&where=id+%3E+9"));
  await expect(page.locator(".tb-count")).toHaveText("5 of 15 rows");
  await page.getByRole("treeitem", { name: /about/ }).click();
  await expect(page.locator(".tb-count")).toHaveText("1 row · 1 column");
});

test("two versions of a table stand beside each other by a key, and what changed is marked", async ({ page }) => {
  await page.goto(at("evaluation/judged/v1/files?file=cases.table.json"));
  await page.getByRole("button", { name: "Compare with" }).click();
  await page.getByRole("menuitem", { name: "v0" }).click();
  const bar = page.locator(".tb-compare");
  await expect(bar).toContainText("v0");
  await expect(bar).toContainText(/Match by\s*id/);
  await expect(bar.getByRole("button", { name: /^Changed 12$/ })).toBeVisible();
  await expect(bar.getByRole("button", { name: /^Added 3$/ })).toBeVisible();
  await expect(page.locator(".tb-cell.differs").first()).toHaveText("zero");
  await expect(page).toHaveURL(/with=v0/);
  await page.getByRole("button", { name: "SQL", exact: true }).click();
  const editor = page.getByRole("textbox", { name: "Query in SQL" });
  await editor.fill("select t.id, u.said as before, t.said as now from t join u using (id) where t.said != u.said");
  await editor.press("Control+Enter");
  await expect(page.getByText("Answer of the query: 4 rows")).toBeVisible();
  await page.getByRole("button", { name: "Back to the table" }).click();
  await bar.getByRole("button", { name: "End comparison" }).click();
  await expect(bar).toHaveCount(0);
  await page.goto(at("evaluation/judged/v1/files?file=cases.table.json&with=v2"));
  await expect(bar).toContainText("v2 has no table cases.table.json");
});

test("a table in many parts is one, and so is one that is joined of two", async ({ page }) => {
  await page.goto(at("dataset/whole/v0/files?file=all.partitioned-table.json"));
  await expect(page.locator(".tb-count")).toHaveText("12 rows · 3 columns");
  await expect(page.locator(".tb-row img").first()).toBeVisible();
  await page.getByRole("button", { name: "SQL", exact: true }).click();
  const editor = page.getByRole("textbox", { name: "Query in SQL" });
  await editor.fill("select part, count(*) as n from t group by part");
  await editor.press("Control+Enter");
  await expect(page.getByText("Answer of the query: 3 rows")).toBeVisible();
  await page.goto(at("dataset/whole/v0/files?file=both.joined-table.json"));
  await expect(page.locator(".tb-count")).toHaveText("6 rows · 4 columns");
  // its first is itself in parts
  await page.goto(at("dataset/whole/v0/files?file=marked.joined-table.json"));
  await expect(page.locator(".tb-count")).toHaveText("13 rows · 4 columns");
});

test("a phone shows a comparison of two versions, and axe finds no serious fault", async ({ page }) => {
  await page.goto(at("evaluation/judged/v1/files?file=cases.table.json&with=v0"));
  await expect(page.locator(".tb-compare")).toBeVisible();
  expect(await faults(page, ".run-table")).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.locator(".tb-row").first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.goto(at("evaluation/judged/v2/files?file=cases.table.json"));
  await expect(page.getByText("v2 has no table cases.table.json")).toBeVisible();
});
