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
});
test.afterEach(() => expect(noise).toEqual([]));

/** The panel of a trace at its full size. */
async function whole(page: Page, key: string): Promise<Locator> {
  await page.goto(`${server.url}/${server.entity}/graphs/runs/${run}?panel=${key}`);
  return page.getByRole("dialog", { name: key });
}

test("a trace is a tree beside its times, walked through by keys, with all that a call was given and gave", async ({
  page,
}) => {
  const trace = await whole(page, "trace");
  await expect(trace.locator(".tr-line")).toHaveCount(10);
  const card = trace.locator(".tr-card");
  await expect(card.getByRole("heading", { name: "agent" })).toBeVisible();
  await expect(card).toContainText("Took1.5 s");
  await trace.getByRole("tree", { name: "agent" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(card.getByRole("heading", { name: "plan" })).toBeVisible();
  await expect(card).toContainText("Of it by itself");
  await page.keyboard.press("ArrowRight");
  await expect(card.getByRole("heading", { name: "search 0" })).toBeVisible();
  await expect(card).toContainText("height of K2, 0");
  await page.getByRole("button", { name: "Show its time alone" }).click();
  await expect(trace.locator(".tr-ticks")).toContainText("40 ms");
  await trace.getByRole("button", { name: "Time of search 0" }).click();
  await expect(trace.locator(".tr-ticks")).toContainText("1.5 s");
  // what is chosen in a call that is folded gives way to that call
  await trace.getByRole("button", { name: "Fold plan" }).click();
  await expect(card.getByRole("heading", { name: "plan" })).toBeVisible();
  await expect(trace.locator(".tr-line")).toHaveCount(3);
  await trace.getByRole("tree", { name: "agent" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(trace.locator(".tr-line")).toHaveCount(10);
  await page.keyboard.press("End");
  await expect(card.getByRole("heading", { name: "answer" })).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await expect(card.getByRole("heading", { name: "agent" })).toBeVisible();
});

test("calls are found by what they were given, errors are a press away, and a kind is lit alone", async ({ page }) => {
  const trace = await whole(page, "trace");
  const card = trace.locator(".tr-card");
  await trace.getByRole("button", { name: "1 error" }).click();
  await expect(card.getByRole("heading", { name: "calculator" })).toBeVisible();
  await expect(card).toContainText("ZeroDivisionError: division by zero");
  await trace.getByRole("button", { name: "Fold all" }).click();
  await expect(trace.locator(".tr-line")).toHaveCount(3);
  await trace.getByPlaceholder("Find in the trace").fill("height of K2");
  await expect(trace.locator(".tr-bar output")).toHaveText("6 hits");
  await trace.getByPlaceholder("Find in the trace").press("Enter");
  await expect(card.getByRole("heading", { name: "search 0" })).toBeVisible();
  await expect(trace.locator(".tr-bar output")).toHaveText("1 of 6");
  await trace.getByRole("button", { name: "Next hit" }).click();
  await expect(card.getByRole("heading", { name: "search 1" })).toBeVisible();
  await trace.getByRole("button", { name: /^LLM/ }).click();
  await expect(trace.locator(".tr-line.dim")).toHaveCount(9);
});

test("of 3,001 calls that share their ids those in sight are drawn, each with both its results", async ({ page }) => {
  const trace = await whole(page, "trace/long");
  await expect(trace.locator(".tr-card")).toContainText("small-2");
  expect(await trace.getByRole("treeitem").count()).toBeLessThan(120);
  await trace.getByRole("tree", { name: "evaluation" }).focus();
  await page.keyboard.press("End");
  const card = trace.locator(".tr-card");
  await expect(card.getByRole("heading", { name: "ask" })).toBeVisible();
  await expect(trace.locator(".tr-line.on")).toBeVisible();
  await expect(trace.locator(".tr-line.on")).toHaveCount(1);
  for (const part of ["Inputs 1 · prompt", "Outputs 1", "Inputs 2", "Outputs 2"])
    await expect(card.getByRole("heading", { name: part, exact: true })).toBeVisible();
  await expect(card.locator("pre").first()).toContainText("39. What was said before is said again.");
});

for (const [scheme, width] of [
  ["light", 1440],
  ["dark", 390],
] as const)
  test(`axe finds no serious fault in a trace, ${scheme}, ${width} pixels wide, and nothing scrolls sideways`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme: scheme });
    const trace = await whole(page, "trace");
    await trace.locator(".tr-line").nth(3).click();
    await expect(trace.locator(".tr-card")).toBeVisible();
    expect(await faults(page, ".ws-full .tr")).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
