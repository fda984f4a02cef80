import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, type Locator, type Page } from "@playwright/test";
import { faults } from "./faults";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

const root = fileURLToPath(new URL("../..", import.meta.url));
let server: TestServer;
let sweeps: { waiting: string; over: string };
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(240_000);
  server = await startServer("--runs", "0");
  const scratch = mkdtempSync(join(tmpdir(), "gnomon-sweeps-"));
  const { stdout } = await promisify(execFile)(
    process.env.GNOMON_PYTHON ?? `${root}.venv/bin/python`,
    [`${root}web/e2e/search.py`],
    {
      cwd: scratch,
      env: {
        ...process.env,
        HOME: scratch,
        GNOMON_DIR: scratch,
        GNOMON_BASE_URL: server.url,
        GNOMON_API_KEY: server.key,
        GNOMON_SILENT: "true",
      },
    },
  );
  sweeps = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
});
test.afterAll(() => server?.stop());

test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
});
test.afterEach(() => expect(noise).toEqual([]));

const at = (path = "") => `${server.url}/${server.entity}/searches/sweeps${path}`;
const card = (page: Page, name: string) => page.getByRole("region", { name });
const rows = (page: Page) => page.locator(".sw-runs tbody tr");

/** Drags between two places of an element, given as shares of its width and height. */
async function drag(page: Page, over: Locator, from: [number, number], to: [number, number]): Promise<void> {
  await over.hover(); // waits until it stands still
  const box = await over.boundingBox();
  if (!box) throw new Error("nothing to drag over");
  const at = ([x, y]: [number, number]) => [box.x + box.width * x, box.y + box.height * y] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 6 });
  await page.mouse.up();
}

test("a sweep whose agent left says so, since when, and what to type", async ({ page }) => {
  await page.goto(at());
  await expect(page.getByRole("link", { name: /by hand/ })).toContainText("No agent");
  await page.getByRole("link", { name: /by hand/ }).click();
  const notice = page.getByRole("status").filter({ hasText: "No agent is at work" });
  await expect(notice).toContainText("was heard of");
  await expect(notice).toContainText(`gnomon agent ${server.entity}/searches/${sweeps.waiting}`);
  await expect(card(page, "Agents")).toContainText("12 runs");
});

test("a sweep that has made all its runs reads finished, with the front of its metrics", async ({ page }) => {
  await page.goto(at(`/${sweeps.over}`));
  await expect(page.locator(".sw-head")).toContainText("Finished");
  await expect(page.locator(".sw-head")).toContainText("6 of 6 runs");
  await expect(card(page, "Front").locator("circle")).toHaveCount(6);
  await expect(page.locator(".sw-runs").getByText("front", { exact: true }).first()).toBeVisible();
});

test("a span along an axis chooses for the charts and the table, and stands in the address", async ({ page }) => {
  await page.goto(at(`/${sweeps.waiting}`));
  await expect(rows(page)).toHaveCount(12);
  await drag(page, page.locator(".fg-parallel .grip").last(), [0.5, 0.99], [0.5, 0.55]);
  const chip = page.getByRole("button", { name: /of 12 chosen/ });
  await expect(chip).toBeVisible();
  const chosen = Number(((await chip.textContent()) ?? "").split(" ")[0]);
  expect(chosen).toBeGreaterThan(0);
  expect(chosen).toBeLessThan(12);
  await expect(rows(page)).toHaveCount(chosen);
  for (const name of ["Best of the chosen", "One parameter"])
    await expect(card(page, name).locator("circle.out")).toHaveCount(12 - chosen);
  await expect(page).toHaveURL(/brush=/);
  await page.reload();
  await expect(rows(page)).toHaveCount(chosen);
  await page.getByRole("button", { name: /of 12 chosen/ }).click();
  await expect(rows(page)).toHaveCount(12);
});

test("a frame drawn around dots chooses them; a row lights its dot", async ({ page }) => {
  await page.goto(at(`/${sweeps.waiting}`));
  const plot = card(page, "One parameter").locator("svg").last();
  await expect(plot.locator("circle")).toHaveCount(12);
  await drag(page, plot, [0.15, 0.5], [0.96, 0.84]);
  await expect(page.getByRole("button", { name: /of 12 chosen/ })).toBeVisible();
  await expect(page).toHaveURL(/brush=/);
  await rows(page).first().hover();
  await expect(card(page, "Best of the chosen").locator("circle.hi")).toHaveCount(1);
  await expect(page.locator(".fg-parallel path.hi")).toHaveCount(1);
});

test("the best run shows its parameters and what begins it again", async ({ page }) => {
  await page.goto(at(`/${sweeps.waiting}`));
  const best = card(page, "Best run");
  await expect(best).toContainText("python train.py");
  await expect(best).toContainText("--depth=");
  const starred = rows(page)
    .filter({ has: page.locator(".ui-icon") })
    .first();
  await expect(starred).toHaveClass(/best/);
  await expect(starred).toContainText((await best.getByRole("link").textContent()) ?? "");
});

test("a sweep is paused, resumed, stopped after a question, and taken up again", async ({ page }) => {
  await page.goto(at(`/${sweeps.waiting}`));
  const head = page.locator(".sw-head");
  await head.getByRole("button", { name: "Pause" }).click();
  await expect(head).toContainText("Paused");
  await head.getByRole("button", { name: "Resume" }).click();
  await expect(head).toContainText("No agent");
  await head.getByRole("button", { name: "Stop" }).click();
  const dialog = page.getByRole("dialog", { name: "Stop this sweep?" });
  await dialog.getByRole("button", { name: "Let it go on" }).click();
  await expect(head).toContainText("No agent");
  await head.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await expect(head).toContainText("Finished");
  await head.getByRole("button", { name: "Resume" }).click();
  await expect(head.getByRole("button", { name: "Pause" })).toBeVisible();
});

test("a sweep is made by form; YAML says the line of what is wrong", async ({ page }) => {
  await page.goto(at());
  await page.getByRole("button", { name: "New sweep" }).click();
  const dialog = page.getByRole("dialog", { name: "New sweep" });
  await expect(dialog.getByText("The server can search by this.")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("made here");
  await dialog.getByRole("textbox", { name: "least, lr" }).fill("5");
  await expect(dialog.getByText("The greatest has to be more than the least.")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Create" })).toBeDisabled();
  await dialog.getByRole("radio", { name: "YAML" }).click();
  await expect(dialog.getByText(/^Line 9:/)).toBeVisible();
  const text = dialog.getByRole("textbox", { name: "YAML" });
  await text.fill((await text.inputValue()).replace("min: 5.0", "min: 1.0e-4"));
  await expect(dialog.getByText("The server can search by this.")).toBeVisible();
  await dialog.getByRole("radio", { name: "Form" }).click();
  await expect(dialog.getByRole("textbox", { name: "least, lr" })).toHaveValue("0.0001");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(page.locator(".sw-head h1")).toHaveText("made here");
  await expect(page.locator(".sw-head")).toContainText("Pending");
  await page.getByRole("button", { name: "Edit the config" }).click();
  const again = page.getByRole("dialog", { name: "Edit the config" });
  const yaml = again.getByRole("textbox", { name: "YAML" });
  await yaml.fill((await yaml.inputValue()).replace("run_cap: 50", "run_cap: 7"));
  await again.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".sw-head")).toContainText("0 of 7 runs");
});

for (const scheme of ["light", "dark"] as const)
  test(`no serious fault of access, ${scheme}; nothing goes sideways on a phone`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const path of ["", `/${sweeps.over}`, `/${sweeps.waiting}`]) {
      await page.goto(at(path));
      await expect(page.locator(".sw-row, .sw-runs").first()).toBeVisible();
      expect(await faults(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(page.locator(".sw-runs")).toBeVisible();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
