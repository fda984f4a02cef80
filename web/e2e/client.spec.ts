import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, type Page } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

const root = fileURLToPath(new URL("../..", import.meta.url));
let server: TestServer;
let logged: { run: string; sweep: string };
let noise: string[] = [];

/** The Python of the newest official client; `make clients` makes it. */
function clientPython(): string | null {
  const folder = `${root}.clients`;
  const versions = existsSync(folder) ? readdirSync(folder).filter((name) => /^\d+\.\d+\.\d+$/.test(name)) : [];
  versions.sort(new Intl.Collator("en", { numeric: true }).compare);
  const python = `${folder}/${versions.at(-1)}/bin/python`;
  return versions.length > 0 && existsSync(python) ? python : null;
}

test.skip(clientPython() === null, "there is no official client here; `make clients` installs it");

test.beforeAll(async () => {
  test.setTimeout(240_000);
  server = await startServer("--runs", "0");
  const scratch = mkdtempSync(join(tmpdir(), "gnomon-client-"));
  const { stdout } = await promisify(execFile)(clientPython() ?? "", [`${root}web/e2e/client.py`], {
    cwd: scratch,
    env: {
      PATH: process.env.PATH,
      HOME: scratch,
      WANDB_BASE_URL: server.url,
      WANDB_API_KEY: server.key,
      WANDB_DIR: scratch,
      WANDB_SILENT: "true",
    },
  });
  logged = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
});
test.afterAll(() => server?.stop());

test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
  page.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (!["127.0.0.1", "localhost", ""].includes(hostname)) noise.push(`asked another host: ${request.url()}`);
  });
});

const at = (path: string) => `${server.url}/${server.entity}/official/${path}`;
const panel = (page: Page, name: string) => page.locator(`article[aria-label="${name}"]`);

test("the address the client prints gives a key to whoever signs in, and the key works", async ({
  browser,
  request,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.url}/authorize?signup=true&ref=models`);
  await expect(page).toHaveURL(/sign-in\?next=/);
  await page.getByLabel("API key", { exact: true }).last().fill(server.key);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/authorize\?signup=true&ref=models/);
  await expect(page.getByText("wandb: Paste an API key from your profile")).toBeVisible();
  await page.getByRole("button", { name: "Make a key" }).click();
  const secret = (await page.getByTestId("key").textContent()) ?? "";
  expect(secret).toMatch(/^[0-9a-z]{40}$/);
  await expect(page.getByText(`wandb login --host ${server.url} ${secret}`)).toBeVisible();
  const ask = await request.get(`${server.url}/api/viewer`, { headers: { Authorization: `Bearer ${secret}` } });
  expect(ask.status()).toBe(200);
  await context.close();
});

test("media of the client are shown as what they are, at the step one looks at", async ({ page }) => {
  await page.goto(at(`runs/${logged.run}`));
  await expect(panel(page, "pictures").locator("img")).toHaveCount(2);
  await expect(panel(page, "pictures")).toContainText("shade 2");
  await expect(panel(page, "found").locator(".md-box")).toHaveText("sun · p 0.90");
  await panel(page, "weights").scrollIntoViewIfNeeded();
  await expect(panel(page, "weights").locator("rect").first()).toBeAttached();
  await panel(page, "sound").scrollIntoViewIfNeeded();
  await expect(panel(page, "sound")).toContainText("a fading note");
  await panel(page, "Two bars").scrollIntoViewIfNeeded();
  await expect(panel(page, "Two bars").locator(".fg-rows rect")).toHaveCount(2);
  await expect(panel(page, "bars_table")).toHaveCount(0);
  await panel(page, "pictures").getByRole("slider").focus();
  await page.keyboard.press("Home");
  await expect(panel(page, "pictures")).toContainText("shade 0");
  expect(noise).toEqual([]);
});

test("a logged page runs its scripts in a frame that reaches nothing", async ({ page }) => {
  await page.goto(at(`runs/${logged.run}?panel=page`));
  const frame = page.frameLocator(".ws-full iframe");
  await expect(frame.locator("#here")).toHaveText("step 2 by a script");
  const reached = await frame.locator("#here").evaluate(async () => {
    const cookies = (() => {
      try {
        return document.cookie;
      } catch {
        return "none";
      }
    })();
    return { origin: window.origin, cookies };
  });
  expect(reached).toEqual({ origin: "null", cookies: "none" });
  expect(noise).toEqual([]);
});

test("a table has its pictures, from the artifact it was logged to", async ({ page }) => {
  await page.goto(at(`runs/${logged.run}?panel=rows`));
  const table = page.locator(".ws-full [role=grid]");
  await expect(table.locator(".tb-row")).toHaveCount(4);
  await expect(table.locator(".tb-row img").first()).toBeVisible();
  await table.getByRole("button", { name: "n", exact: true }).dblclick();
  await expect(table.locator(".tb-row").first()).toContainText("3");
  expect(noise).toEqual([]);
});

test("a version of an artifact tells what is in it, who made it and who used it", async ({ page }) => {
  await page.goto(at("artifacts"));
  await page.getByRole("link", { name: /net model/ }).click();
  await expect(page).toHaveURL(/artifacts\/model\/net\/v2/);
  await page.getByRole("link", { name: /v1 good/ }).click();
  await expect(page.getByRole("link", { name: "maker-1" })).toBeVisible();
  await expect(page.locator(".af-users")).toContainText("user");
  await expect(page.locator(".ui-snippet")).toContainText("official/net:v1");
  await page.getByRole("link", { name: /^Files/ }).click();
  await expect(page.locator(".files-view")).toContainText("Version 1");
  await page.getByRole("treeitem", { name: /part\.csv/ }).click();
  await expect(page.getByRole("columnheader", { name: "y" })).toBeVisible();
  await page.getByRole("link", { name: /^Metadata/ }).click();
  await expect(page.getByRole("tree")).toContainText("depth");
  await page.getByRole("link", { name: /^Lineage/ }).click();
  await expect(page.locator(".graph-body")).toHaveText([/net:v1/, /maker-1/, /user/], { useInnerText: true });
  expect(noise).toEqual([]);
});

test("an alias is moved from one version to another", async ({ page }) => {
  await page.goto(at("artifacts/model/net/v0"));
  await page.getByRole("button", { name: "Add alias" }).click();
  await page.getByLabel("Add alias").last().fill("v7");
  await expect(page.getByText("v and a number always name a version")).toBeVisible();
  await page.getByLabel("Add alias").last().fill("good");
  await page.keyboard.press("Enter");
  await expect(page.locator(".af-versions a", { hasText: "v0" })).toContainText("good");
  await expect(page.locator(".af-versions a", { hasText: "v1" })).not.toContainText("good");
  expect(noise).toEqual([]);
});

test("a sweep shows its best run, what mattered, and can be ended and taken up again", async ({ page }) => {
  await page.goto(at("sweeps"));
  await page.getByRole("link", { name: /hill/ }).click();
  await expect(page).toHaveURL(new RegExp(logged.sweep));
  await expect(page.locator(".sw-table tbody tr")).toHaveCount(6);
  await expect(page.locator(".sw-table tbody tr").first()).toContainText("3");
  await expect(page.locator(".fg-parallel path")).toHaveCount(6);
  await expect(page.locator(".sw-ties")).toContainText("way");
  const state = page.locator(".sw-head .ui-state");
  if (await page.getByRole("button", { name: "Stop", exact: true }).isVisible()) {
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  }
  await expect(state).toHaveText("Finished");
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(state).toHaveText(/Running|No agent/);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(state).toHaveText("Paused");
  expect(noise).toEqual([]);
});

test("nothing scrolls sideways on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const pages = [
    `runs/${logged.run}`,
    `runs/${logged.run}/artifacts`,
    "sweeps",
    `sweeps/${logged.sweep}`,
    "artifacts",
    ...["overview", "files", "metadata", "lineage"].map((tab) => `artifacts/model/net/v1/${tab}`),
    "reports",
  ];
  for (const address of [...pages.map(at), `${server.url}/authorize`]) {
    await page.goto(address);
    await page.waitForLoadState("domcontentloaded");
    await expect(page.locator(".ui-skeleton")).toHaveCount(0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide, address).toBeLessThanOrEqual(0);
  }
  expect(noise).toEqual([]);
});
