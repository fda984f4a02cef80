import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "@playwright/test";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

const root = fileURLToPath(new URL("../..", import.meta.url));
let server: TestServer;
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer("--runs", "3", "--live");
  const python = process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`;
  await promisify(execFile)(python, [`${root}web/e2e/deep.py`, server.url, server.key, "50000"]);
});
test.afterAll(() => server?.stop());

test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
});
test.afterEach(() => expect(noise).toEqual([]));

const at = (path = "") => `${server.url}/${server.entity}/${server.project}/runs/deep0001${path}`;

test("one step cursor moves values, pictures, machine and terminal, by mouse and by keys", async ({ page }) => {
  await page.goto(at());
  const strip = page.getByRole("complementary", { name: "At step" });
  await expect(strip.locator(".strip-step")).toHaveText("599");
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/step=598/);
  await expect(strip.locator(".strip-step")).toHaveText("598");
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/step=599/);
  // snapped to a metric that comes every 60 steps
  await page.locator(".timeline-snap").click();
  await page.getByRole("menuitem", { name: /val\/fid/ }).click();
  await expect(page.locator(".timeline-ticks i.on")).toHaveCount(10);
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/step=540/);
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/step=480/);
  await expect(strip.locator(".strip-values").first()).toContainText(/val\/fid.*▼/);
  await expect(strip).toContainText("GPU · power mean of 4");
  await expect(strip.locator(".strip-lines .at")).toContainText("step=480");
  // a panel of histograms stands at the last one by then
  await page.getByPlaceholder(/^Search metric/).fill("gradients/embed.bias");
  await expect(page.locator('article[aria-label="gradients/embed.bias"]')).toContainText("450");
  await page.getByPlaceholder(/^Search metric/).fill("");
  // the other tabs stand at the same step
  await page.getByRole("link", { name: /^Logs/ }).click();
  await expect(page.locator(".logs-line.cursor")).toContainText("step=480");
  await page.getByRole("link", { name: /^System/ }).click();
  await expect(page.locator(".run-system-cursor")).toContainText("step 480");
});

test("logs are found by pattern, level and place, however many there are", async ({ page }) => {
  await page.goto(at("/logs"));
  await page.getByLabel("Search logs").fill("step=59\\d\\b");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await expect(page.locator(".logs-hits")).toHaveText(/^1 of 8\d\d$/);
  await expect(page.locator("mark.on")).toHaveText(["step=", /^59\d$/]);
  await page.keyboard.press("Escape");
  await page.getByLabel("Search logs").fill("(");
  await expect(page.getByRole("alert")).toContainText("not a");
  await page.getByLabel("Search logs").fill("");
  await page.getByRole("button", { name: /^Level/ }).click();
  await page.getByRole("menuitem", { name: "error" }).click();
  await page.keyboard.press("Escape");
  await expect(page.locator(".logs-text")).toHaveText([
    "Traceback (most recent call last):",
    '  File "wds.py", line 118',
    "OSError: truncated",
  ]);
  await expect(page.locator(".logs-foot")).toContainText("3 of 50,000 lines");
  await page.getByRole("button", { name: /^Level/ }).click();
  await page.getByRole("menuitem", { name: "error" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Go to/ }).click();
  await page.getByRole("textbox", { name: "Go to" }).fill("step 200");
  await page.keyboard.press("Enter");
  await expect(page.locator(".logs-line.at")).toContainText("step=200");
  await expect(page).toHaveURL(/line=16\d{3}/);
  // a link to a line opens at it, and only what is in sight is there
  await page.goto(at("/logs?line=40000"));
  await expect(page.locator(".logs-line.at .logs-number")).toHaveText("40,000");
  expect(await page.locator(".logs-line").count()).toBeLessThan(90);
  await page.getByRole("button", { name: "Wrap" }).click();
  await expect(page.locator(".logs-line.at")).toBeVisible();
});

test("the machine is told in charts that share their units, and in numbers that say when GPUs wait", async ({
  page,
}) => {
  await page.goto(at("/system"));
  await expect(page.locator(".run-tiles")).toContainText(/Energy, GPUs\s*1\.9\d kWh/);
  await expect(page.locator(".run-idle")).toContainText("the GPUs were less than 30% busy");
  await expect(page.locator(".run-idle")).toContainText("The processors were 92% busy meanwhile");
  await expect(page.getByRole("heading", { name: /^GPU 4 panels/ })).toContainText("4 × NVIDIA H100");
  const power = page.getByRole("article", { name: "power", exact: true });
  await expect(power.locator(".run-legend i")).toHaveCount(4);
  const cores = page.getByRole("article", { name: "by core" });
  await expect(cores.getByRole("img", { name: "by core" })).toBeVisible();
  await cores.getByRole("button", { name: "As lines" }).click();
  await expect(cores.locator(".run-legend i")).toHaveCount(8);
});

test("the model has layers, a graph, and gradients that say which layer does not learn", async ({ page }) => {
  await page.goto(at("/model"));
  const tree = page.getByRole("treegrid", { name: "Layers" });
  await expect(tree.getByRole("row")).toHaveCount(10);
  await tree.getByRole("row", { name: /^blocks/ }).click();
  await expect(tree.getByRole("row")).toHaveCount(4);
  await expect(page.locator(".model-trouble")).toContainText("head.bias");
  await tree.getByRole("row", { name: /^head/ }).click();
  await expect(page).toHaveURL(/layer=head/);
  const layer = page.getByRole("complementary", { name: "head" });
  await expect(layer).toContainText("Linear(8, 10)");
  await expect(layer.getByRole("heading", { name: /Gradients of weight/ })).toBeVisible();
  await expect(layer.locator("svg.md-histogram rect").first()).toBeVisible();
  await page.getByRole("radio", { name: "Graph" }).click();
  const within = page.getByRole("button", { name: /^blocks\.0\.fc, Linear/ });
  await expect(within).toBeVisible();
  await page.getByRole("button", { name: "Fold blocks" }).click();
  await expect(within).toHaveCount(0);
  await page.getByRole("button", { name: "Open blocks" }).click();
  await expect(within).toBeVisible();
  await page.goto(`${server.url}/${server.entity}/${server.project}/runs/demo0000/model`);
  await expect(page.getByRole("heading", { name: "No model was watched" })).toBeVisible();
  await expect(page.locator(".ui-snippet")).toContainText("run.watch(model");
});

test("the overview shows what was changed, how to run it again, and trees one can search", async ({ page }) => {
  await page.goto(at("/overview"));
  await page.getByRole("button", { name: /^Uncommitted changes/ }).click();
  await expect(page.locator(".diff-line.added")).toHaveText([/rope = "2d"/, /axes = 2/, /TABLES = 2/]);
  await expect(page.locator(".run-recipe")).toContainText("git checkout a41c9e2f00d3b5c7");
  await expect(page.locator(".run-recipe")).toContainText("git apply run/diff.patch");
  await page.getByLabel("Find a package").fill("torch");
  await expect(page.getByRole("list", { name: "Packages" }).getByRole("listitem")).toHaveText(["torch2.4.1"]);
  const config = page.getByRole("tree", { name: "Config" });
  await expect(config).toContainText("8.59 GB");
  await expect(config.getByRole("treeitem", { name: /layers/ })).toHaveAttribute("aria-expanded", "false");
});

test("files have addresses of their own, previews of tensors and lines of JSON, and come as an archive", async ({
  page,
}) => {
  await page.goto(at("/files/ckpt/last.safetensors"));
  await expect(page.getByRole("cell", { name: "blocks.0.fc.weight" })).toBeVisible();
  await page.getByRole("treeitem", { name: /results\.jsonl/ }).click();
  await expect(page).toHaveURL(/files\/eval\/results\.jsonl$/);
  await expect(page.getByRole("columnheader")).toHaveText(["id", "fid"]);
  await page.goBack();
  await expect(page.getByRole("cell", { name: "blocks.0.fc.weight" })).toBeVisible();
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "All as ZIP" }).click();
  expect(
    readFileSync((await (await saved).path()) ?? "")
      .subarray(0, 2)
      .toString(),
  ).toBe("PK");
  await page.getByRole("link", { name: /^Code/ }).click();
  await expect(page.locator(".files-head")).toContainText("code/exp/train.py");
  await page.getByRole("treeitem", { name: /diff\.patch/ }).click();
  await expect(page.locator(".diff-line.removed")).toContainText('rope = "1d"');
});

test("a run that goes on grows on all tabs within two seconds", async ({ page }) => {
  await page.goto(`${server.url}/${server.entity}/${server.project}/runs/demo0001`);
  const step = page.locator(".strip-step");
  await expect(step).toBeVisible();
  const before = Number((await step.textContent())?.replace(/\D/g, ""));
  await expect(async () => {
    expect(Number((await step.textContent())?.replace(/\D/g, ""))).toBeGreaterThan(before);
  }).toPass({ timeout: 2500 });
});

test("on a phone every tab is there and nothing scrolls sideways", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const tab of ["overview", "", "system", "model?layer=head", "logs", "files", "artifacts", "code"]) {
    await page.goto(at(tab && `/${tab}`));
    await expect(page.locator(".ui-skeleton")).toHaveCount(0);
    await expect(page.locator(".run-tabs .on")).toBeInViewport();
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      tab,
    ).toBeLessThanOrEqual(0);
  }
  await page.goto(at());
  await page.getByRole("button", { name: "Show values at this step" }).click();
  await expect(page.getByRole("complementary", { name: "At step" })).toBeVisible();
});
