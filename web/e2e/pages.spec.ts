import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, type Page } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

const root = fileURLToPath(new URL("../..", import.meta.url));
let server: TestServer & { link?: string };
let runId = "";
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startServer("--live");
  runId = await train("quick-fox-1", 120);
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

/** One real run by the SDK; its id. */
async function train(name: string, steps: number): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "gnomon-pages-"));
  const { stdout } = await promisify(execFile)(
    process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`,
    [`${root}web/e2e/train.py`, String(steps), "0.01"],
    {
      cwd: scratch,
      env: {
        ...process.env,
        RUN_NAME: name,
        GNOMON_BASE_URL: server.url,
        GNOMON_API_KEY: server.key,
        GNOMON_STATE_DIR: join(scratch, "state"),
        GNOMON_CONFIG_DIR: join(scratch, "config"),
      },
    },
  );
  return stdout.trim().split("\n").at(-1) ?? "";
}

const at = (path: string) => `${server.url}/${server.entity}/${path}`;
const runsPage = () => at(`${server.project}/runs`);
const runPage = (tab = "") => at(`digits/runs/${runId}${tab && `/${tab}`}`);
const row = (page: Page, name: string) => page.locator(".runs-row.of-run", { hasText: name });

test.describe("signing in", () => {
  test("a one-time link opens the page by itself, once", async ({ browser }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const token = new URL(server.link ?? "").searchParams.get("link");
    await page.goto(`${server.url}/sign-in?link=${token}`);
    await expect(page.getByRole("heading", { name: "Running now" })).toBeVisible();
    // a page that finds itself signed out would go to sign in by itself, beside the next step
    await page.goto("about:blank");
    await context.clearCookies();
    await page.goto(`${server.url}/sign-in?link=${token}`);
    await expect(page.getByText("This link does not work any more")).toBeVisible();
    await expect(page.getByText("gnomon admin link")).toBeVisible();
    await context.close();
  });

  test("a page asked for without a session comes back after signing in with a key", async ({ browser }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(runsPage());
    await expect(page).toHaveURL(/sign-in\?next=/);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByText("Enter your API key.")).toBeVisible();
    await page.getByLabel("API key", { exact: true }).last().fill("0".repeat(40));
    await page.keyboard.press("Enter");
    await expect(page.getByText("That is not known here.")).toBeVisible();
    await page.getByLabel("API key", { exact: true }).last().fill(server.key);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(runsPage());
    await context.close();
  });
});

test("home shows what runs now, with growing curves, what ran last, and the projects", async ({ page }) => {
  await page.goto(`${server.url}/home`);
  await expect(page.locator(".home-card")).toHaveCount(2);
  await expect(page.locator(".home-card .sparkline path").first()).toBeVisible();
  const step = page.locator(".home-card-foot .t2").first();
  const before = await step.textContent();
  await expect(step).not.toHaveText(before ?? "", { timeout: 15_000 });
  await expect(page.locator(".run-line").first()).toContainText("quick-fox-1");
  await page.locator(".project-row", { hasText: "digits" }).click();
  await expect(page).toHaveURL(/\/digits\/workspace/);
  expect(noise).toEqual([]);
});

test("a project tells what it is about, and what was written stays", async ({ page }) => {
  await page.goto(at(`${server.project}/overview`));
  await expect(page.locator(".overview-totals dd").first()).toHaveText("14");
  await page.getByRole("button", { name: "Add a description" }).click();
  await page.getByLabel("Description").fill("# Diffusion\n\nWhat **beats** the baseline?");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".markdown strong")).toHaveText("beats");
  await page.reload();
  await expect(page.locator(".markdown").getByRole("heading")).toHaveText("Diffusion");
  expect(noise).toEqual([]);
});

test.describe("the runs table", () => {
  test("sorts by a click on the server's side, and the address remembers", async ({ page }) => {
    await page.goto(runsPage());
    await page.locator(".runs-th", { hasText: "val/loss" }).locator(".runs-th-name").click();
    await expect(page).toHaveURL(/sort=summary\.val\/loss/);
    await expect(page.locator(".runs-th[aria-sort=ascending]")).toContainText("val/loss");
    const values = page.locator(".runs-row.of-run .runs-td:nth-child(3)");
    await expect(async () => {
      const shown = (await values.allTextContents()).map(Number);
      expect(shown.length).toBe(14);
      // the first ones still run, and move while one looks
      const settled = shown.slice(4);
      expect(settled).toEqual([...settled].sort((a, b) => a - b));
    }).toPass();
    await page.goBack();
    await expect(page.locator(".runs-th[aria-sort]")).toHaveCount(0);
    expect(noise).toEqual([]);
  });

  test("filters by a query, says how many are hidden, and where a query is wrong", async ({ page }) => {
    await page.goto(runsPage());
    const query = page.getByRole("search").getByRole("textbox").first();
    await query.fill('config.model.arch = "dit-b" and state = finished');
    await expect(page.locator(".runs-row.of-run")).toHaveCount(3);
    await expect(page.locator(".runs-total")).toHaveText("3 of 14 runs · 11 hidden by filter");
    await query.fill("config.lr <");
    await expect(page.locator(".runs-query-error")).toBeVisible();
    await query.fill("nothing-is-called-so");
    await expect(page.getByText("No run matches")).toBeVisible();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect(page.locator(".runs-row.of-run")).toHaveCount(14);
  });

  test("filters by chips that can be taken off", async ({ page }) => {
    await page.goto(runsPage());
    await page.getByRole("button", { name: "Add filter" }).click();
    const form = page.getByRole("dialog", { name: "Add filter" });
    await form.getByRole("textbox").fill("model.arch");
    await form.getByRole("button", { name: /model\.arch/ }).click();
    await form.getByLabel("Value").fill("uvit");
    await form.getByRole("button", { name: "Add" }).click();
    await expect(page.locator(".runs-row.of-run")).toHaveCount(4);
    await expect(page.locator(".runs-filters .ui-tag")).toHaveText("model.arch = uvit");
    await page.locator(".runs-filters .ui-tag button").click();
    await expect(page.locator(".runs-row.of-run")).toHaveCount(14);
    expect(noise).toEqual([]);
  });

  test("groups by a config key with mean, spread and number", async ({ page }) => {
    await page.goto(`${runsPage()}?group=config.model.arch`);
    const group = page.locator(".runs-row.of-group", { hasText: "uvit" });
    await expect(group).toContainText(/± [\d.]+ \(4\)/);
    await group.locator(".runs-name").click();
    await expect(row(page, "uvit-m-base-s0")).toHaveCount(0);
    await expect(page.locator(".runs-foot")).toContainText("4 groups");
    expect(noise).toEqual([]);
  });

  test("edits tags and notes in place", async ({ page }) => {
    await page.goto(`${runsPage()}?cols=name,tags,notes`);
    const tags = row(page, "dit-b2-base-s1").locator(".runs-td").nth(1);
    await tags.dblclick();
    await page.getByRole("textbox", { name: "Edit tags" }).fill("checked, twice");
    await page.keyboard.press("Enter");
    await expect(tags.locator(".ui-tag")).toHaveText(["checked", "twice"]);
    const notes = row(page, "dit-b2-base-s1").locator(".runs-td").nth(2);
    await notes.dblclick();
    await page.getByRole("textbox", { name: "Edit notes" }).fill("look at this again");
    await page.keyboard.press("Enter");
    await page.reload();
    await expect(tags.locator(".ui-tag")).toHaveText(["checked", "twice"]);
    await expect(notes).toHaveText("look at this again");
    expect(noise).toEqual([]);
  });

  test("does things to many runs at once, and takes a deletion back", async ({ page }) => {
    await page.goto(runsPage());
    await page.getByRole("checkbox", { name: "Select uvit-m-base-s0" }).click();
    await page.getByRole("checkbox", { name: "Select uvit-m-base-s1" }).click();
    const bar = page.getByRole("toolbar", { name: "2 selected" });
    await bar.getByRole("button", { name: "Tag" }).click();
    await page.getByLabel("Tag name").fill("second look");
    await page.getByRole("button", { name: "Add to selected" }).click();
    await expect(row(page, "uvit-m-base-s0")).toContainText("second look");
    await bar.getByRole("button", { name: "Delete" }).click();
    await expect(row(page, "uvit-m-base-s0")).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(row(page, "uvit-m-base-s0")).toHaveCount(1);
    expect(noise).toEqual([]);
  });

  test("chooses columns, and exports them as CSV", async ({ page }) => {
    await page.goto(runsPage());
    await page.getByRole("button", { name: /^Columns/ }).click();
    const picker = page.getByRole("dialog", { name: "Columns" });
    await picker.getByRole("textbox").fill("ema");
    await picker.getByRole("checkbox", { name: "ema" }).click();
    await page.keyboard.press("Escape");
    await expect(page.locator(".runs-head")).toContainText("ema");
    await page.getByRole("button", { name: "Export" }).click();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const text = readFileSync((await (await saved).path()) ?? "", "utf8");
    expect(text.split("\r\n")).toHaveLength(16);
    expect(text.split("\r\n")[0]).toContain("config.ema");
    expect(noise).toEqual([]);
  });

  test("is walked through with the keyboard", async ({ page }) => {
    await page.goto(runsPage());
    await expect(page.locator(".runs-row.of-run").first()).toBeVisible();
    await page.getByRole("grid").focus();
    for (const key of ["ArrowDown", "ArrowDown", "Space", "ArrowUp", "Shift+Space"]) await page.keyboard.press(key);
    await expect(page.getByRole("toolbar", { name: "2 selected" })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/runs\/demo\d+/);
  });
});

test.describe("the page of a run", () => {
  test("overview has config, summary, machine and command, and takes notes", async ({ page }) => {
    await page.goto(runPage("overview"));
    await expect(page.getByRole("heading", { name: "quick-fox-1" })).toBeVisible();
    await expect(page.getByRole("tree", { name: "Config" })).toContainText("adamw");
    await page.getByRole("heading", { name: "Config", exact: true }).locator("..").getByRole("textbox").fill("betas");
    await expect(page.getByRole("tree", { name: "Config" }).getByRole("treeitem")).toHaveCount(2);
    await expect(page.getByRole("tree", { name: "Summary" })).toContainText("loss");
    await expect(page.locator(".run-command")).toContainText("train.py 120");
    await expect(page.locator(".run-notes strong")).toHaveText("augment");
    await page.getByRole("button", { name: "Edit notes" }).click();
    await page.getByRole("textbox", { name: "Notes" }).fill("Good enough.");
    await page.getByRole("button", { name: "Save" }).click();
    await page.reload();
    await expect(page.locator(".run-notes")).toHaveText("Good enough.");
    expect(noise).toEqual([]);
  });

  test("is renamed and tagged in its header", async ({ page }) => {
    await page.goto(runPage("overview"));
    await page.getByRole("heading", { name: "quick-fox-1" }).dblclick();
    await page.getByRole("textbox", { name: "Rename" }).fill("quick-fox-2");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "quick-fox-2" })).toBeVisible();
    await page.getByRole("button", { name: "Add tag" }).click();
    await page.getByRole("textbox", { name: "Add tag" }).fill("kept");
    await page.keyboard.press("Enter");
    await page.reload();
    await expect(page.locator(".run-tags .ui-tag")).toHaveText(["baseline", "cnn", "kept"]);
    await page.getByRole("heading", { name: "quick-fox-2" }).dblclick();
    await page.getByRole("textbox", { name: "Rename" }).fill("quick-fox-1");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "quick-fox-1" })).toBeVisible();
  });

  test("charts has a panel a metric, and images with their captions", async ({ page }) => {
    await page.goto(runPage());
    await expect(page.locator("[data-panel='train/loss'] canvas").first()).toBeVisible();
    await page.locator(".cb-search input").fill("samples");
    await expect(page.locator(".ws-slot")).toHaveCount(1);
    await expect(page.locator(".ws-slot img").first()).toBeVisible();
    await expect(page.locator(".ws-slot")).toContainText("after step 100");
    expect(noise).toEqual([]);
  });

  test("system has charts with named devices", async ({ page }) => {
    await page.goto(at(`${server.project}/runs/demo0000/system`));
    await expect(page.getByRole("heading", { name: "GPU 3 panels" })).toBeVisible();
    await expect(page.locator(".run-legend").first()).toContainText("GPU 0");
    await expect(page.locator(".run-plot canvas").first()).toBeVisible();
    expect(noise).toEqual([]);
  });

  test("logs keep colours and progress bars, and are searched", async ({ page }) => {
    await page.goto(runPage("logs"));
    await expect(page.locator(".logs-line .c-green").first()).toHaveText("INFO");
    await expect(page.locator(".logs-text", { hasText: "epoch 1:" }).last()).toHaveText(/^epoch 1: +\d+%\|[█ ]+\|$/);
    await page.getByLabel("Search logs").fill("val/loss");
    await expect(page.locator(".logs-hits")).toHaveText("1 of 6");
    await page.keyboard.press("Enter");
    await expect(page.locator(".logs-hits")).toHaveText("2 of 6");
    await expect(page.locator("mark.on")).toHaveCount(1);
    await page.getByLabel("Search logs").fill("");
    await page.getByRole("radio", { name: "stderr" }).click();
    await expect(page.locator(".logs-line.err")).toContainText("truncated member");
    await expect(page.locator(".logs-stream").filter({ hasText: "out" })).toHaveCount(0);
    await page.getByRole("radio", { name: "All" }).click();
    await page.locator(".logs-number").nth(1).click();
    await expect(page).toHaveURL(/line=2/);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    expect(readFileSync((await (await saved).path()) ?? "", "utf8")).toContain("digits training on cpu, 120 steps\n");
    expect(noise).toEqual([]);
  });

  test("files are previewed by what they are", async ({ page }) => {
    await page.goto(runPage("files"));
    await page.getByRole("treeitem", { name: /results\.csv/ }).click();
    await expect(page.getByRole("columnheader")).toHaveText(["epoch", "loss", "note"]);
    await expect(page.locator(".files-csv-row").nth(1)).toContainText("ok, 1");
    await page.getByRole("treeitem", { name: /README\.md/ }).click();
    await expect(page.locator(".files-markdown strong")).toHaveText("good");
    await page.getByRole("treeitem", { name: /^metrics\.json/ }).click();
    await expect(page.getByRole("tree", { name: "metrics.json" })).toContainText("180");
    await page.getByRole("treeitem", { name: /requirements\.txt/ }).click();
    await expect(page.locator(".files-line", { hasText: "msgspec==" })).toBeVisible();
    await page.getByLabel("Find a file").fill("digits_100");
    await page.getByRole("treeitem", { name: /digits_100/ }).click();
    await expect(page.locator(".files-picture figcaption")).toHaveText("16 × 16");
    expect(noise).toEqual([]);
  });

  test("that is not there says so", async ({ page }) => {
    await page.goto(at("digits/runs/no-such-run"));
    await expect(page.getByText("No such run")).toBeVisible();
  });
});

test("what is not there says so and leads to the list of what is", async ({ page }) => {
  for (const [list, address, title, back] of [
    ["runs", "no-such-run", "No such run", "Back to runs"],
    ["artifacts", "model/no-such-artifact", "No such artifact", "All artifacts"],
    ["sweeps", "no-such-sweep", "No such sweep", "All sweeps"],
    ["reports", "Nothing--Vmlldzo5OTk", "No such report", "All reports"],
  ]) {
    await page.goto(at(`digits/${list}/${address}`));
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    await page.getByRole("link", { name: back }).click();
    await expect(page).toHaveURL(new RegExp(`/digits/${list}$`));
  }
  for (const list of ["artifacts", "sweeps", "reports"]) {
    await page.goto(at(`no-such-project/${list}`));
    await expect(page.getByRole("heading", { name: "There is no such project" })).toBeVisible();
  }
});

test("a key is shown once, works, and is revoked", async ({ page, request }) => {
  await page.goto(`${server.url}/settings/keys`);
  await page.getByLabel("Label").fill("cluster");
  await page.getByRole("button", { name: "Make key" }).click();
  const secret = await page.getByRole("dialog").locator("pre").first().textContent();
  expect(secret).toMatch(/^[0-9a-z]{40}$/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("cell", { name: "cluster" })).toBeVisible();
  const ask = () => request.get(`${server.url}/api/projects`, { headers: { Authorization: `Bearer ${secret}` } });
  expect((await ask()).status()).toBe(200);
  await page
    .getByRole("row", { name: /cluster/ })
    .getByRole("button", { name: "Revoke" })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  // as long as there is a dialog, nothing else on the page has a role
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("cell", { name: "cluster" })).toHaveCount(0);
  expect((await ask()).status()).toBe(401);
  expect(noise).toEqual([]);
});

test("the page speaks Chinese and is dark, and remembers both", async ({ page }) => {
  await page.goto(`${server.url}/settings/appearance`);
  await page.getByRole("radio", { name: "简体中文" }).click();
  await expect(page.getByRole("heading", { name: "外观" })).toBeVisible();
  await page.getByRole("radio", { name: "深色" }).click();
  await page.goto(runPage("overview"));
  await expect(page.getByRole("link", { name: "概览" }).first()).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh");
  expect(noise).toEqual([]);
});

test("lists that failed say why and read again on request", async ({ page }) => {
  let broken = true;
  await page.route("**/api/projects/*/*/runs", (route) =>
    broken
      ? route.fulfill({ status: 503, json: { error: { kind: "Unavailable", message: "too busy" } } })
      : route.continue(),
  );
  await page.goto(runsPage());
  await expect(page.getByRole("alert")).toContainText("The server is busy just now.", { timeout: 20_000 });
  const again = page.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  broken = false;
  // a live event may have it read again before we press
  await again.click({ timeout: 3000 }).catch(() => undefined);
  await expect(page.locator(".runs-row.of-run")).toHaveCount(14);
});

test("a run that begins while one looks appears in the workspace by itself, with its images and nothing missing", async ({
  page,
}) => {
  await page.goto(at("digits/workspace"));
  await expect(page.locator(".rs-list .rs-row").first()).toBeVisible();
  await train("newcomer", 60);
  await expect(page.locator(".rs-list .rs-row", { hasText: "newcomer" })).toBeVisible({ timeout: 15_000 });
  await expect(page.locator('article[aria-label="samples/digits"]')).toContainText("newcomer", { timeout: 20_000 });
  expect(noise).toEqual([]);
});
