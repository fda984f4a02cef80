import { expect, type Locator, type Page } from "@playwright/test";
import { complaints, forgetWorkspace, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer("--live");
});
test.afterAll(() => server?.stop());

let said: string[];

test.beforeEach(async ({ page, context }) => {
  said = complaints(page);
  await signIn(context, server);
  await forgetWorkspace(context, server);
});
test.afterEach(() => {
  expect(said).toEqual([]);
});

async function open(page: Page, search = ""): Promise<void> {
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace${search}`);
  await expect(panel(page, "train/loss").locator("canvas").first()).toBeVisible();
}

const panel = (page: Page, key: string): Locator => page.locator(`article[aria-label="${key}"]`);
const plot = (page: Page, key: string): Locator => panel(page, key).locator(".u-over");
const tip = (page: Page): Locator => page.getByRole("tooltip");

async function middle(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = (await locator.boundingBox())!;
  return { ...box, x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test("at 1440 × 900 the sidebar and six whole panels are to be seen", async ({ page }) => {
  await open(page);
  await expect(page.getByText("10 of 14 shown")).toBeVisible();
  const boxes = await page
    .locator("article.pn-panel")
    .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
  const whole = boxes.filter((box) => box.top >= 80 && box.bottom <= 900 && box.width > 300);
  expect(whole.length).toBeGreaterThanOrEqual(6);
});

test("a panel that is not drawn yet says its title, in one element, where it will say it", async ({ page }) => {
  // no frame is painted, so that no panel is let in
  await page.addInitScript(() => {
    window.requestAnimationFrame = () => 0;
  });
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace`);
  const waiting = page.locator(".ws-slot > .pn-place");
  await expect(waiting.filter({ hasText: /^train\/loss$/ })).toBeVisible();
  const said = await waiting.evaluateAll((all) => all.map((each) => [each.textContent, each.childElementCount]));
  expect(said.length).toBeGreaterThanOrEqual(6);
  for (const [title, elements] of said) expect([title !== "", elements]).toEqual([true, 0]);
  await expect(page.locator("article.pn-panel")).toHaveCount(0);
});

test("nothing jumps while panels come in", async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  await open(page);
  await page.waitForTimeout(1500);
  // CLS as https://web.dev/articles/cls has it, where everything after 0.1 is felt
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((a, b) => a + b, 0)).toBeLessThan(0.05);
});

test("hovering a curve shows its run in every panel and in the list, and the crosshair stands in all panels", async ({
  page,
}) => {
  await open(page);
  const at = await middle(plot(page, "val/loss"));
  await page.mouse.move(at.x, at.y + at.height * 0.38);
  await expect(tip(page)).toBeVisible();
  const highlighted = page.locator(".rs-row.hv .n");
  await expect(highlighted).toHaveCount(1);
  const name = await highlighted.locator("button").first().innerText();
  await expect(panel(page, "train/loss").locator(".pn-legend .hi")).toHaveText(name);
  const painted = await page.locator(".plot-overlay").evaluateAll(
    (all) =>
      all.filter((each) => {
        const canvas = each as HTMLCanvasElement;
        const data = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
        return data.some((v) => v > 0);
      }).length,
  );
  expect(painted).toBeGreaterThanOrEqual(6);
});

test("the tooltip has ten rows at most, stays on the screen, is pinned by a click and released by Esc", async ({
  page,
}) => {
  await open(page, "?v=all&s=ema:0.9");
  const box = (await plot(page, "val/delta").boundingBox())!;
  for (const share of [0.95, 0.05, 0.5]) {
    await page.mouse.move(box.x + box.width * share, box.y + box.height * 0.5);
    await expect(tip(page)).toBeVisible();
    const shown = (await tip(page).boundingBox())!;
    expect(shown.x).toBeGreaterThanOrEqual(0);
    expect(shown.x + shown.width).toBeLessThanOrEqual(1440);
    expect(shown.y + shown.height).toBeLessThanOrEqual(900);
  }
  expect(await tip(page).locator("tbody tr").count()).toBeLessThanOrEqual(10);
  await expect(tip(page)).toContainText("smooth");
  await expect(tip(page)).toContainText("more");
  await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.5);
  await page.mouse.move(5, 500);
  await expect(tip(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(tip(page)).toBeHidden();
});

test("the tooltip says at which step the least and the greatest of the points behind a pixel are", async ({ page }) => {
  await open(page);
  const box = (await plot(page, "train/loss").boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5);
  await expect(tip(page)).toContainText("points / pixel");
  const said = await tip(page).innerText();
  const steps = ["Step", "min \\S+ at step", "max \\S+ at step"].map((before) =>
    new RegExp(`${before} ([\\d,]+)(?:–([\\d,]+))?`)
      .exec(said)!
      .slice(1)
      .map((text) => Number(text?.replace(/,/g, ""))),
  );
  const [[first, last], [least], [greatest]] = steps as [[number, number], [number], [number]];
  for (const step of [least, greatest]) {
    expect(step).toBeGreaterThanOrEqual(first);
    expect(step).toBeLessThanOrEqual(last);
  }
});

test("a drag zooms, asks the server for finer data, lives in the address, and a double click resets", async ({
  page,
}) => {
  await open(page);
  const box = (await plot(page, "train/loss").boundingBox())!;
  const finer = page.waitForRequest(
    (request) => request.url().endsWith("/series") && request.postDataJSON().first !== null,
  );
  await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 64, { steps: 6 });
  await page.mouse.up();
  const query = (await finer).postDataJSON();
  expect(query.keys).toEqual(["train/loss"]);
  expect(query.last - query.first).toBeGreaterThan(400);
  await expect(panel(page, "train/loss").locator(".pn-reset")).toBeVisible();
  await expect(page).toHaveURL(/z=train/);
  await page.reload();
  await expect(panel(page, "train/loss").locator(".pn-reset")).toBeVisible();
  await expect(plot(page, "train/loss")).toBeVisible();
  await page.mouse.dblclick(box.x + box.width * 0.5, box.y + 80);
  await expect(panel(page, "train/loss").locator(".pn-reset")).toBeHidden();
});

test("runs are switched by the eye, by the keyboard, and shown alone; the address says so and Back works", async ({
  page,
}) => {
  await open(page);
  await page
    .getByRole("listitem", { name: "baseline-adm-256" })
    .getByRole("button", { name: "Hide from charts" })
    .click();
  await expect(page.getByText("9 of 14 shown")).toBeVisible();
  await expect(page).toHaveURL(/v=first,/);
  await page.goBack();
  await expect(page.getByText("10 of 14 shown")).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Space");
  await expect(page.getByText("9 of 14 shown")).toBeVisible();
  await page.keyboard.press("o");
  await expect(page.getByText("1 of 14 shown")).toBeVisible();
});

test("metrics are searched as one types; a half-typed expression is explained", async ({ page }) => {
  await open(page);
  await page.keyboard.press("/");
  await page.keyboard.type("val|perf");
  await expect(page.getByText(/^5 \/ \d+$/)).toBeVisible();
  await expect(panel(page, "train/loss")).toHaveCount(0);
  await page.keyboard.type("(");
  await expect(page.getByRole("alert")).toContainText("Not a regular expression");
  await page.keyboard.press("Backspace");
  await expect(page).toHaveURL(/m=val/);
});

test("runs are filtered by name and by conditions in the server's language; a wrong one is explained", async ({
  page,
}) => {
  await open(page);
  await page.getByPlaceholder("Filter by name or regex").fill("^dit-b2");
  await expect(page.getByText("4 of 14 runs match")).toBeVisible();
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("radio", { name: "As text" }).click();
  await page.getByPlaceholder("config.lr < 0.01").fill("state = killed");
  await page.getByRole("button", { name: "Add filter" }).click();
  await expect(page.getByText("1 of 14 runs match")).toBeVisible();
  await expect(page.getByRole("listitem", { name: "dit-b2-vpred-s0" })).toBeVisible();
});

test("smoothing is set in the bar, badged on the panels, and kept in the address", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: /^Smooth/ }).click();
  await page.getByLabel("Amount").fill("0.9");
  await expect(panel(page, "train/loss").getByText("EMA 0.90")).toBeVisible();
  await expect(page).toHaveURL(/s=time:0.9/);
});

test("a logarithmic axis says what it hides; NaN and single values are shown", async ({ page }) => {
  await open(page, "?v=all&ylog=1");
  await expect(panel(page, "val/delta").getByText(/≤ 0 hidden/)).toBeVisible();
  await expect(panel(page, "train/loss").getByText(/NaN · 1 run/)).toBeVisible();
  await page.goto(page.url().replace("v=all", "m=params"));
  await expect(panel(page, "model/params_m").locator(".pn-bars > div")).toHaveCount(10);
});

test("one panel fills the screen under its own address; arrows go on, Esc goes back", async ({ page }) => {
  await open(page);
  await plot(page, "train/loss").hover();
  await page.keyboard.press("f");
  const full = page.getByRole("dialog", { name: "train/loss", exact: true });
  await expect(full).toBeVisible();
  await expect(page).toHaveURL(/panel=train\/loss/);
  await expect(full.locator("tbody tr")).toHaveCount(10);
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("dialog", { name: "train/loss", exact: true })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a running curve grows by itself, and a zoomed view does not move", async ({ page }) => {
  await open(page, "?v=none,demo0001&z=train/loss_vlb~100..900");
  await plot(page, "train/loss").hover();
  const last = async () => {
    const box = (await plot(page, "train/loss").boundingBox())!;
    await page.mouse.move(box.x + box.width - 1, box.y + 40 + Math.random() * 10);
    const text = (await tip(page).locator(".h b").innerText()).replaceAll(",", "");
    return Number(text.match(/(\d+)$/)![1]);
  };
  const before = await last();
  await expect.poll(last).toBeGreaterThan(before);
  await expect(page).toHaveURL(/train\/loss_vlb~100..900/);
  await expect(panel(page, "train/loss_vlb").locator(".pn-reset")).toBeVisible();
});

test("at 390 pixels there is one column, the runs are a drawer, and nothing scrolls sideways", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await expect(page.locator(".rs-list .rs-row").first()).toBeHidden();
  await page.getByRole("button", { name: /^Runs/ }).first().click();
  await expect(page.locator(".rs-list .rs-row").first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test("dark is dark from the first paint, and everything is said in Chinese too", async ({ page }) => {
  await page.addInitScript(() => {
    localStorage.setItem("gnomon.theme", "dark");
    localStorage.setItem("gnomon.language", "zh");
  });
  await open(page);
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  await expect(page.getByText("显示 10 / 14")).toBeVisible();
});

test("the palette goes to a run, and ? lists the keys", async ({ page }) => {
  await open(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("vpred");
  await expect(page.getByRole("option", { name: /dit-b2-vpred-s0/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/runs\/demo0008/);
});
