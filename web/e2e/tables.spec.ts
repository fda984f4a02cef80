import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, type Page } from "@playwright/test";
import { faults } from "./faults";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

const root = fileURLToPath(new URL("../..", import.meta.url));
const python = process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`;
let server: TestServer;
let runs: string[] = [];
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer("--runs", "1");
  const home = mkdtempSync(join(tmpdir(), "gnomon-tables-"));
  const told = await promisify(execFile)(python, [`${root}web/e2e/tables.py`, server.url, server.key, "20000", "40"], {
    cwd: home,
    env: { ...process.env, HOME: home, GNOMON_DIR: home },
  });
  runs = JSON.parse(told.stdout.trim().split("\n").at(-1) ?? "{}").runs;
});
test.afterAll(() => server?.stop());

test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
});
// the software that draws 3D here says when it is slow
test.afterEach(() => expect(noise.filter((line) => !line.includes("GPU stall"))).toEqual([]));

const at = (key: string, search = "", run = 0) =>
  `${server.url}/${server.entity}/cases/runs/${runs[run]}/tables/${key}${search}`;
const rows = (page: Page) => page.locator(".tb-row");
const head = (page: Page, name: string) =>
  page.getByRole("columnheader").filter({ has: page.getByRole("button", { name, exact: true }) });

test("a table among the charts leads to its page, which finds, filters and sorts, all in the address", async ({
  page,
}) => {
  await page.goto(`${server.url}/${server.entity}/cases/runs/${runs[0]}`);
  const panel = page.locator('article[aria-label="eval/cases"]');
  await expect(panel.locator(".tb-row img").first()).toBeVisible();
  await panel.getByRole("link", { name: "Open table" }).click();
  await expect(page).toHaveURL(/\/tables\/eval\/cases/);
  await expect(page.getByText("40 rows · 10 columns")).toBeVisible();
  await expect(rows(page).first().locator("img")).toBeVisible();
  await page.getByPlaceholder("Find rows").fill("open");
  await expect(page.locator(".tb-row mark").first()).toHaveText("open");
  await page.getByPlaceholder("Find rows").fill("");
  await page.goto(at("eval/cases", "?step=0"));
  await expect(page.getByText("37 rows · 10 columns")).toBeVisible();
  // a value in a head leaves its rows alone
  await head(page, "right")
    .getByRole("button", { name: /^false/ })
    .click();
  await expect(page.locator(".tb-chips")).toContainText("right: false");
  await expect(page.locator(".tb-count")).toHaveText(/^\d+ of 37 rows$/);
  const wrong = await page.locator(".tb-count").textContent();
  await head(page, "truth").getByRole("button", { name: "truth", exact: true }).click();
  await head(page, "sure")
    .getByRole("button", { name: "sure", exact: true })
    .click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(/sort=truth,sure/);
  await expect(page).toHaveURL(/f=right(~|%7E)in(~|%7E)false/);
  await page.reload();
  await expect(page.locator(".tb-count")).toHaveText(wrong ?? "");
  await expect(head(page, "truth")).toHaveAttribute("aria-sort", "ascending");
  await page.locator(".tb-chips .ui-tag").filter({ hasText: "right" }).getByRole("button").click();
  await expect(page.getByText("37 rows · 10 columns")).toBeVisible();
});

test("an expression filters, and one that cannot be read says where and what may have been meant", async ({ page }) => {
  await page.goto(at("eval/cases", "?step=0"));
  const box = page.getByPlaceholder("Filter by an expression");
  await box.fill("sur < 0.6");
  await expect(page.getByRole("alert")).toContainText("There is no column sur. Did you mean sure?");
  await box.fill("sure < 0.6 and said != truth");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.locator(".tb-count")).toHaveText(/^\d+ of 37 rows$/);
  await page.getByRole("button", { name: /^Columns/ }).click();
  await page.getByRole("button", { name: "Compute a column" }).click();
  await page.getByLabel("Name", { exact: true }).fill("doubt");
  await page.getByLabel("Expression", { exact: true }).fill("round(1 - sure, 2)");
  await page.getByRole("button", { name: "Compute a column" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("grid").press("Control+End");
  await expect(head(page, "doubt")).toBeVisible();
});

test("a range is brushed over the bars of a column", async ({ page }) => {
  await page.goto(at("big"));
  await expect(page.getByText("20,000 rows · 40 columns")).toBeVisible();
  const bars = head(page, "m00").locator(".tb-brush");
  const box = (await bars.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(box.x + box.width * 0.55, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 10, { steps: 4 });
  await page.mouse.up();
  await expect(page.locator(".tb-chips")).toContainText("≤ m00 ≤");
  await expect(page.locator(".tb-count")).toHaveText(/^[\d,]+ of 20,000 rows$/);
});

test("rows are grouped with their means, unfolded, and looked at closely by keys", async ({ page }) => {
  await page.goto(at("eval/cases", "?group=truth"));
  await expect(page.locator(".tb-group")).toHaveCount(5);
  await expect(page.locator(".tb-group").first()).toContainText(/zero8/);
  await expect(page.locator(".tb-spread b").first()).toBeVisible();
  await page.locator(".tb-group-name button").first().click();
  await expect(page.locator(".tb-row:not(.tb-group)").first()).toBeVisible();
  await page.goto(at("eval/cases"));
  const grid = page.getByRole("grid");
  await rows(page).first().locator(".tb-cell.text").first().click();
  await grid.press("ArrowDown");
  await grid.press("Enter");
  const drawer = page.getByRole("complementary", { name: "Row 1" });
  await expect(drawer.locator("img").first()).toBeVisible();
  await expect(page).toHaveURL(/row=1/);
  await drawer.getByRole("button", { name: "Next row" }).click();
  await expect(page.getByRole("complementary", { name: "Row 2" })).toBeVisible();
});

test("cells that are chosen are copied as a spreadsheet takes them", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(at("big"));
  const grid = page.getByRole("grid");
  await rows(page).first().getByRole("gridcell").first().click();
  await grid.press("Shift+ArrowDown");
  await grid.press("Shift+ArrowRight");
  await page.keyboard.press("Control+c");
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text.replaceAll("\r", "")).toMatch(/^id\tword\n0\t\w+\n1\t\w+\n$/);
});

test("of 20,000 rows and 40 columns only those in sight are drawn, wherever one scrolls", async ({ page }) => {
  await page.goto(at("big"));
  await expect(rows(page).first()).toBeVisible();
  const grid = page.getByRole("grid");
  await grid.evaluate((box) => box.scrollTo(2400, 300_000));
  await expect(page.locator(".tb-row").last()).toContainText(/10,\d\d\d/);
  expect(await page.locator(".tb-cell").count()).toBeLessThan(900);
  // what a head tells of all rows comes when the page has nothing else to do
  await expect(head(page, "m20").locator("path.all")).toBeAttached();
});

test("the slider goes through the steps, and another step stands beside with what changed", async ({ page }) => {
  await page.goto(at("eval/cases"));
  await page.getByRole("button", { name: "Version before" }).click();
  await expect(page).toHaveURL(/step=100/);
  await expect(page.locator(".tb-steps")).toContainText("Step 100 2 of 3");
  await page.getByRole("button", { name: "Compare with" }).click();
  await page.getByRole("menuitem", { name: "step 0", exact: true }).click();
  const bar = page.locator(".tb-compare");
  await expect(bar.getByRole("button", { name: /^Added 3$/ })).toBeVisible();
  await expect(bar).toContainText(/Match by\s*id/);
  await expect(page.locator(".tb-cell.differs .tb-delta").first()).toContainText(/[▲▼]/);
  await bar.getByRole("button", { name: /^Added/ }).click();
  await expect(rows(page)).toHaveCount(3);
  await expect(page).toHaveURL(/with=(@|%40)0/);
  await expect(rows(page).first().locator("img").first()).toBeVisible();
  await bar.getByRole("button", { name: /^All/ }).click();
  await page.getByRole("switch", { name: "Changed columns only" }).click();
  await expect(head(page, "u.truth")).toHaveCount(0);
  await expect(head(page, "u.said")).toBeVisible();
  await bar.getByRole("button", { name: "End comparison" }).click();
  await expect(bar).toHaveCount(0);
});

test("two tables that were joined stand side by side, also where one has no row", async ({ page }) => {
  await page.goto(at("both"));
  await expect(page.getByText("8 rows · 3 columns")).toBeVisible();
  await expect(head(page, "0.name")).toBeVisible();
  await expect(head(page, "1.mark")).toBeVisible();
  await page.getByPlaceholder("Filter by an expression").fill("0.name = null");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByPlaceholder("Filter by an expression").fill("`0.name` = null");
  await expect(page.locator(".tb-count")).toHaveText("3 of 8 rows");
});

test("another run's table is compared, and both are asked in SQL", async ({ page }) => {
  await page.goto(at("eval/cases", `?with=${runs[1]}`));
  await expect(page.locator(".tb-compare")).toContainText("wide-net");
  const query =
    "select t.id, t.sure - u.sure as better, t.picture from t join u using (id) where t.said != u.said order by 2";
  await page.getByRole("button", { name: "SQL", exact: true }).click();
  const editor = page.getByRole("textbox", { name: "Query in SQL" });
  await editor.fill("select nope from t");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("nope");
  noise.length = 0; // the browser tells of the refusal, too
  await editor.fill(query);
  await editor.press("Control+Enter");
  await expect(page.getByText(/Answer of the query: \d+ rows?/)).toBeVisible();
  await expect(head(page, "better")).toBeVisible();
  await page.getByRole("button", { name: "Back to the table" }).click();
  await expect(page.locator(".tb-compare")).toBeVisible();
});

test("what is shown is kept as a table with its pictures, which a script reads", async ({ page }) => {
  await page.goto(at("eval/cases", "?where=said+%3D+truth+and+id+%3C+9&hide=weights,sound,page&sort=-sure&step=200"));
  const count = Number(/^\d+/.exec((await page.locator(".tb-count").textContent()) ?? "")?.[0]);
  expect(count).toBeGreaterThan(3);
  await page.getByRole("button", { name: "Save slice" }).click();
  await page.getByLabel("Name of the artifact").fill("sure-cases");
  await page.getByRole("dialog").getByRole("button", { name: "Save slice" }).click();
  await expect(page.getByText("Saved as sure-cases:v0")).toBeVisible();
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page).toHaveURL(/artifacts\/table\/sure-cases\/v0\/files/);
  await expect(page.getByText(`${count} rows · 7 columns`)).toBeVisible();
  await expect(page.locator(".tb-row img").first()).toBeVisible();
  const script = `
import os, sys
os.environ |= {"GNOMON_BASE_URL": sys.argv[1], "GNOMON_API_KEY": sys.argv[2], "GNOMON_SILENT": "true"}
import gnomon
artifact = gnomon.Api().artifact("cases/sure-cases:v0")
table = artifact.get("sure-cases")
sure = table.get_column("sure")
assert sure == sorted(sure, reverse=True), sure
image = table.data[0][table.columns.index("picture")]
print(len(table.data), type(image).__name__, artifact.logged_by().name)
`;
  const home = mkdtempSync(join(tmpdir(), "gnomon-tables-"));
  const told = await promisify(execFile)(python, ["-c", script, server.url, server.key], {
    cwd: home,
    env: { ...process.env, HOME: home },
  });
  expect(told.stdout.trim()).toBe(`${count} Image small-net`);
});

test("what is shown is exported as CSV, JSON and Parquet", async ({ page }) => {
  await page.goto(at("big", "?where=id+%3C+3&sort=-id"));
  await expect(page.locator(".tb-count")).toHaveText("3 of 20,000 rows");
  const exported = async (format: string) => {
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: format, exact: true }).click();
    return readFileSync(await (await download).path());
  };
  const lines = (await exported("CSV")).toString().trim().split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(/^2,/);
  expect(JSON.parse((await exported("JSON")).toString())[0].id).toBe(2);
  expect((await exported("Parquet")).subarray(0, 4).toString()).toBe("PAR1");
});

test("a phone shows it without scrolling sideways, and axe finds no serious fault", async ({ page }) => {
  await page.goto(at("eval/cases", "?where=sure+%3E+0.5&sort=sure&with=@0"));
  await expect(page.locator(".tb-compare")).toBeVisible();
  expect(await faults(page, ".run-table")).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(rows(page).first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
