/** The table of runs and the list beside the charts, by what a person does with them. */
import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { complaints, forgetWorkspace, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer();
});
test.afterAll(() => server?.stop());
test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  await forgetWorkspace(context, server);
  noise = complaints(page);
});
test.afterEach(() => expect(noise).toEqual([]));

const table = (search = "") => `${server.url}/${server.entity}/${server.project}/runs${search}`;
const workspace = (search = "") => `${server.url}/${server.entity}/${server.project}/workspace${search}`;
const row = (page: Page, name: string) => page.locator(".runs-row.of-run", { hasText: name });
const group = (page: Page, name: string) => page.locator(".runs-row.of-group", { hasText: name });
const names = (page: Page) => page.locator(".runs-row.of-run a").allTextContents();

test("a filter is written with what can stand next, down to the values that runs have", async ({ page }) => {
  await page.goto(table());
  await expect(row(page, "dit-b2-base-s0")).toBeVisible();
  const query = page.locator(".runs-query input");
  await query.click();
  await page.keyboard.type("arch");
  await expect(page.getByRole("option", { name: /^config\.model\.arch/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.type("= u");
  await expect(page.getByRole("option", { name: /^"uvit"/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(query).toHaveValue('config.model.arch = "uvit" ');
  await expect(page.locator(".runs-row.of-run")).toHaveCount(4);
  await expect(page.locator(".runs-total")).toContainText("4 of 14 runs");
});

test("seeds are put together within settings, sorted by their mean, and said as a range", async ({ page }) => {
  await page.goto(table("?group=config.model.arch,config.lr&sort=-summary.val/loss"));
  await expect(group(page, "dit-l").first()).toContainText("5");
  await expect(page.locator(".runs-row.of-group")).toHaveCount(10);
  const means = await page
    .locator(".runs-row.of-group", { has: page.locator('.runs-name[style*="margin-left: 0"]') })
    .locator(".runs-td.num:nth-of-type(3)")
    .allTextContents();
  const found = means.map((text) => Number.parseFloat(text));
  expect(found).toEqual([...found].sort((a, b) => b - a));
  await page.getByRole("button", { name: "How the table looks" }).click();
  await page.getByRole("menuitem", { name: "least – greatest (n)" }).click();
  await expect(group(page, "uvit").first()).toContainText(/– [\d.]+ \(4\)/);
  await page.getByRole("button", { name: "How the table looks" }).click();
  await page.getByRole("menuitem", { name: "Fold all groups", exact: true }).click();
  await expect(page.locator(".runs-row")).toHaveCount(4);
});

test("metrics are shown by the least that was logged, and sorted by it", async ({ page }) => {
  await page.goto(table("?cols=name,summary.val/loss,config.lr"));
  await expect(row(page, "uvit-m-base-s0")).toBeVisible();
  const cell = row(page, "uvit-m-base-s0").locator(".runs-td").nth(1);
  const last = Number.parseFloat((await cell.textContent()) ?? "");
  await page.getByRole("button", { name: /^Values/ }).click();
  await page.getByRole("menuitem", { name: /^Least/ }).click();
  await expect(page.locator(".runs-th", { hasText: "val/loss" })).toContainText("min");
  await expect(async () =>
    expect(Number.parseFloat((await cell.textContent()) ?? "")).toBeLessThanOrEqual(last),
  ).toPass();
  await page.locator(".runs-th", { hasText: "val/loss" }).locator(".runs-th-name").click();
  await expect(page).toHaveURL(/sort=min\.val\/loss/);
  const values = page.locator(".runs-row.of-run .runs-td:nth-of-type(2)");
  await expect(async () => {
    const shown = (await values.allTextContents()).map(Number.parseFloat);
    expect(shown).toHaveLength(14);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
  }).toPass();
});

test("a second column decides where the first leaves it open", async ({ page }) => {
  await page.goto(table("?cols=name,config.lr,summary.val/loss"));
  await expect(row(page, "uvit-m-base-s0")).toBeVisible();
  await page.locator(".runs-th", { hasText: "lr" }).locator(".runs-th-name").click();
  await page
    .locator(".runs-th", { hasText: "val/loss" })
    .locator(".runs-th-name")
    .click({ modifiers: ["Shift"] });
  await expect(page).toHaveURL(/sort=config\.lr,summary\.val\/loss/);
  await expect(page.getByRole("button", { name: /^Sort/ })).toContainText("+1");
  await expect(page.locator(".runs-th[aria-sort]")).toHaveCount(2);
});

test("runs are measured against a baseline", async ({ page }) => {
  await page.goto(table("?cols=name,summary.val/loss"));
  await row(page, "baseline-adm-256").hover();
  await page.getByRole("button", { name: "More for baseline-adm-256" }).click();
  await page.getByRole("menuitem", { name: "Make it the baseline" }).click();
  await expect(page).toHaveURL(/base=/);
  await expect(row(page, "dit-l2-cfg1.5-s0").locator(".runs-delta.better")).toContainText("−");
  await expect(row(page, "baseline-adm-256").getByText("Baseline", { exact: true })).toBeAttached();
  await page.getByRole("button", { name: "No longer the baseline" }).click();
  await expect(page.locator(".runs-delta")).toHaveCount(0);
});

test("what is done with a line knows what was done before: a second run is hidden too, details follow a click", async ({
  page,
}) => {
  await page.goto(table());
  const choose = async (name: string, item: string) => {
    await row(page, name).hover();
    await page.getByRole("button", { name: `More for ${name}` }).click();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };
  await expect(row(page, "baseline-adm-256")).toBeVisible();
  const all = await names(page);
  const [first, second, last] = [all[1]!, all[2]!, all.at(-1)!];
  // the pointer has been there before anything was hidden
  await row(page, first).hover();
  await choose(last, "Hide");
  await expect(row(page, last)).toHaveCount(0);
  await choose(first, "Hide");
  await expect(row(page, first)).toHaveCount(0);
  await expect(page.getByText("2 hidden", { exact: true })).toBeVisible();
  await expect(row(page, last)).toHaveCount(0);
  await choose(second, "Show beside the table");
  await expect(page.locator(".runs-detail")).toContainText(second);
  const other = all[3]!;
  await row(page, other).locator(".runs-td").nth(1).click();
  await expect(page.locator(".runs-detail")).toContainText(other);
});

test("groups leave for a paper as mean ± σ, the best in bold", async ({ page }) => {
  await page.goto(table("?group=config.model.arch&cols=name,summary.val/loss"));
  await expect(group(page, "uvit")).toBeVisible();
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog", { name: "Export the table" });
  await dialog.getByText("LaTeX", { exact: true }).click();
  const saved = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download" }).click();
  const text = readFileSync((await (await saved).path()) ?? "", "utf8");
  expect(text).toContain("\\begin{tabular}{lrr}");
  expect(text).toMatch(/uvit & \$4\$ & (\{\\boldmath )?\$[\d.]+ \\pm [\d.]+\$/);
  expect(text.match(/\\boldmath/g)).toHaveLength(1);
});

test("a deletion is taken back, and the run is where it was", async ({ page }) => {
  await page.goto(table());
  await expect(row(page, "uvit-m-skip-off")).toBeVisible();
  const before = await names(page);
  await page.getByRole("checkbox", { name: "Select uvit-m-skip-off" }).click();
  await page.getByRole("toolbar").getByRole("button", { name: "Delete" }).click();
  await expect(row(page, "uvit-m-skip-off")).toHaveCount(0);
  await expect(page.locator(".runs-total")).toHaveText("13 runs");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row(page, "uvit-m-skip-off")).toHaveCount(1);
  await expect(async () => expect(await names(page)).toEqual(before)).toPass();
});

test("a range is selected with Shift and moved to a group at once", async ({ page }) => {
  await page.goto(table("?cols=name,group"));
  await page.getByRole("checkbox", { name: "Select dit-b2-base-s1" }).click();
  await page.getByRole("checkbox", { name: "Select dit-b2-minsnr-s0" }).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("toolbar", { name: "2 selected" });
  await bar.getByRole("button", { name: "Group" }).click();
  await page.getByLabel("Name of the group").fill("second try");
  await page.getByRole("button", { name: "Move to second try" }).click();
  await expect(row(page, "dit-b2-base-s1")).toContainText("second try");
  await expect(row(page, "dit-b2-minsnr-s0")).toContainText("second try");
  await page.reload();
  await expect(row(page, "dit-b2-minsnr-s0")).toContainText("second try");
});

test("a column pinned in the table stands in the list beside the charts, which opens the table on its runs", async ({
  page,
}) => {
  await page.goto(table());
  const head = page.locator(".runs-th", { hasText: "model.depth" });
  await head.hover();
  await head.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Pin to the left" }).click();
  await expect(page.locator(".runs-th.sticky", { hasText: "model.depth" })).toBeVisible();
  await page.goto(workspace("?q=uvit&g=config.lr"));
  await expect(page.locator(".rs-names .v")).toHaveText(["depth"]);
  await page.getByRole("button", { name: "Open as table" }).first().click();
  await expect(page).toHaveURL(/group=config\.lr/);
  await expect(page.locator(".runs-row.of-run")).toHaveCount(4);
});

test("a run pinned in the list stays on top, whatever is searched, and its colour is a person's choice", async ({
  page,
}) => {
  await page.goto(workspace());
  const list = page.locator(".rs-list .rs-row");
  const own = list.filter({ hasText: "dit-b2-base-s0" });
  await own.hover();
  await own.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Pin to the top" }).click();
  await expect(list.first()).toContainText("dit-b2-base-s0");
  await page.getByPlaceholder("Filter by name or regex").fill("^uvit");
  await expect(list).toHaveCount(5);
  await expect(list.first()).toContainText("dit-b2-base-s0");
  await page.getByRole("button", { name: "Colour of dit-b2-base-s0" }).click();
  await page.getByRole("button", { name: "Colour 12", exact: true }).click();
  await page.keyboard.press("Escape");
  await page.goto(table());
  const dot = row(page, "dit-b2-base-s0").locator('[style*="--r12"]');
  await expect(dot.first()).toBeVisible();
});
