/** Panels of every kind against values known beforehand (`kinds.py`), and fifty runs side by side. */
import { readFileSync } from "node:fs";
import { type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import { faults } from "./faults";
import { DARK, inksOnPaper, LIGHT } from "./paper";
import { complaints, signIn, startScript, type TestServer } from "./server";
import { test } from "./story";

const LOSS = "summary.val/loss";
const RUNS = 50;

let server: TestServer;
let said: string[];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  server = await startScript("kinds.py", "--runs", String(RUNS));
});
test.afterAll(() => server?.stop());
test.beforeEach(async ({ page, context }) => {
  said = complaints(page);
  await signIn(context, server);
});
test.afterEach(() => {
  expect(said).toEqual([]);
});

/** What `kinds.py` says of a run. */
function lossOf(k: number): number {
  const lr = Number((10 ** (-4 + (3 * (k % 10)) / 9)).toPrecision(3));
  return Number((0.2 + 0.1 * (Math.log10(lr) + 2.5) ** 2 + 0.05 * (k % 3) + 0.01 * (k % 5)).toFixed(6));
}
const LOSSES = Array.from({ length: RUNS }, (_, k) => lossOf(k));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const nameOf = (k: number) => `trial-${String(k).padStart(2, "0")}-${["adam", "sgd", "lion"][k % 3]}`;

interface Panel {
  kind: string;
  config: object;
  columns?: number;
}

/** The workspace with these panels alone in it, all runs drawn. */
async function board(page: Page, panels: readonly Panel[], search = ""): Promise<void> {
  const defs = panels.map(({ kind, config, columns = 1 }, at) => ({
    id: `panel-kind${String(at).padStart(4, "0")}`,
    kind,
    title: "",
    config,
    size: { columns, rows: 1 },
    settings: {},
  }));
  const section = (name: string, more: object) => ({ ...PLAIN_SECTION, name, ...more });
  const others = ["val", "cost", "samples", "gradients", "Custom charts", "system"];
  const layout = {
    version: 1,
    panels: Object.fromEntries(defs.map((def) => [def.id, def])),
    removed: [],
    places: Object.fromEntries(defs.map((def) => [def.id, "Kinds"])),
    sections: [
      section("Kinds", { order: defs.map((def) => def.id), added: true, folded: false, rows: 20, rowHeight: 280 }),
      ...others.map((name) => section(name, { hidden: true })),
    ],
    order: [],
  };
  await leave(page.context(), { address: "", layout });
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace?v=all${search}`);
  await expect(page.getByText(`${RUNS} of ${RUNS} shown`)).toBeAttached();
}

const PLAIN_SECTION = {
  title: "",
  order: null,
  sort: "own",
  settings: {},
  columns: 0,
  rowHeight: 0,
  rows: 0,
  folded: null,
  added: false,
  hidden: false,
};

async function leave(context: BrowserContext, spec: object): Promise<void> {
  const address = `${server.url}/api/projects/${server.entity}/${server.project}/views/own/project`;
  const answer = await context.request.put(address, { data: { spec }, headers: { "X-Gnomon-Page": "1" } });
  expect(answer.ok()).toBe(true);
}

const panels = (page: Page): Locator => page.locator("article.pn-panel");
const row = (page: Page, name: string): Locator => page.locator(".rs-row", { hasText: name });

async function menu(panel: Locator, item: string | RegExp): Promise<void> {
  // a panel may find its place a moment after it is drawn, and is not under the mouse any more then
  await expect(async () => {
    await panel.hover();
    await panel.getByRole("button", { name: "More" }).click({ timeout: 1000 });
  }).toPass();
  await panel.page().getByRole("menuitem", { name: item }).click();
}

/** The panel's own rows, as it shows them when asked. */
async function numbers(panel: Locator): Promise<string[][]> {
  await menu(panel, "Show as numbers");
  await expect(panel.locator(".kd-table tbody tr").first()).toBeVisible();
  const rows = await panel
    .locator(".kd-table tbody tr")
    .evaluateAll((all) => all.map((each) => [...each.children].map((cell) => cell.textContent ?? "")));
  await menu(panel, "Show as numbers");
  return rows;
}

async function savedCsv(panel: Locator): Promise<string[]> {
  const [file] = await Promise.all([panel.page().waitForEvent("download"), menu(panel, /CSV/)]);
  return readFileSync(await file.path(), "utf8")
    .trim()
    .split("\n");
}

test("bars stand best first, say what each run has, are walked through by keys, and go out as CSV", async ({
  page,
}) => {
  await board(page, [{ kind: "bar", config: { keys: [LOSS], sort: "best" } }]);
  const bars = panels(page).first();
  await expect(bars.locator("[data-bar]")).toHaveCount(RUNS);
  const best = Math.min(...LOSSES);
  const found = await numbers(bars);
  expect(found.map((cells) => Number(cells[2]))).toEqual(
    [...LOSSES].sort((a, b) => a - b).map((loss) => expect.closeTo(loss, 5)),
  );

  await page.mouse.move(5, 5);
  await bars.locator("[data-bars]").focus();
  await page.keyboard.press("ArrowDown");
  await expect(bars.getByRole("status")).toContainText(best.toFixed(5));
  await expect(page.locator(".rs-row.hv")).toHaveCount(1);
  await page.keyboard.press("End");
  await expect(bars.getByRole("status")).toContainText(nameOf(LOSSES.indexOf(Math.max(...LOSSES))));

  const csv = await savedCsv(bars);
  expect(csv[0]).toBe("name,key,last,n,std,min,max");
  expect(csv).toHaveLength(RUNS + 1);
  expect(csv).toContain(`${nameOf(7)},val/loss,${lossOf(7)},1,0,${lossOf(7)},${lossOf(7)}`);
});

test("bars of groups are the means of their runs, with how far they are spread", async ({ page }) => {
  const spreads = ["std", "box", "violin"].map((spread) => ({ kind: "bar", config: { keys: [LOSS], spread } }));
  await board(page, spreads, "&g=config.optimizer");
  const adam = LOSSES.filter((_, k) => k % 3 === 0);
  const deviation = Math.sqrt(adam.reduce((sum, loss) => sum + (loss - mean(adam)) ** 2, 0) / (adam.length - 1));
  const csv = await savedCsv(panels(page).first());
  const [, , value, n, std] = csv.find((line) => line.startsWith("adam"))!.split(",");
  expect([Number(value), Number(n), Number(std)]).toEqual([
    expect.closeTo(mean(adam), 9),
    17,
    expect.closeTo(deviation, 9),
  ]);
  await expect(panels(page).nth(1).locator("rect[fill-opacity]")).toHaveCount(3);
  await expect(panels(page).nth(2).locator("polygon")).toHaveCount(3);
});

test("a box in a scatter plot picks runs everywhere, and filters the list to them", async ({ page }) => {
  const config = { x: "config.lr", y: LOSS, logX: true, z: "config.seed", size: "config.batch_size", trace: "front" };
  await board(page, [
    { kind: "scatter", config },
    { kind: "number", config: { key: LOSS } },
    { kind: "scatter", config: { x: "config.lr", y: LOSS, logX: true, logY: true, trace: "fit", labels: true } },
  ]);
  const plot = panels(page).first().locator(".kd-scatter");
  await expect(plot.locator("circle")).toHaveCount(RUNS);
  // both ways better when low: cheap and good
  await expect(panels(page).first().locator(".ui-badge")).toHaveText("front: low y, low x");
  await expect(panels(page).nth(2).locator(".ui-badge")).toHaveText(/^r = /);

  await plot.focus();
  await page.keyboard.press("Home");
  await expect(panels(page).first().getByRole("status")).toContainText("lr");
  await expect(page.locator(".rs-row.hv")).toHaveCount(1);
  await page.keyboard.press("Escape");

  const low = await plot.locator("circle").evaluateAll((all) => {
    const boxes = all.map((each) => each.getBoundingClientRect());
    return Math.max(...boxes.map((box) => box.bottom));
  });
  const area = (await plot.boundingBox())!;
  await page.mouse.move(area.x + 52, low + 2);
  await page.mouse.down();
  await page.mouse.move(area.x + area.width - 70, low - 40, { steps: 4 });
  await page.mouse.up();
  const offer = page.getByRole("button", { name: /^Filter to \d+ runs?$/ });
  const picked = Number(/\d+/.exec((await offer.textContent())!)![0]);
  expect(picked).toBeGreaterThan(0);
  const threshold = [...LOSSES].sort((a, b) => a - b)[picked - 1]!;
  const worst = LOSSES.indexOf(Math.max(...LOSSES));
  await expect(page.locator(".rs-row.back").first()).toBeVisible();
  await expect(panels(page).nth(1).locator(".kd-number.lo").first()).toBeVisible();
  await expect(
    panels(page)
      .nth(2)
      .locator(`circle[data-run="trial${String(worst).padStart(4, "0")}"]`),
  ).toHaveCSS("opacity", "0.2");
  await offer.click();
  await expect(page.getByText(`${picked} of ${RUNS} shown`)).toBeVisible();
  expect(LOSSES.filter((loss) => loss <= threshold)).toHaveLength(picked);
});

test("an axis of parallel coordinates is brushed and moved by the keyboard, and what it leaves is picked everywhere", async ({
  page,
}) => {
  const axes = ["config.lr", "config.optimizer", LOSS];
  await board(page, [
    { kind: "parallel", config: { axes, log: ["config.lr"], colour: LOSS }, columns: 2 },
    { kind: "bar", config: { keys: [LOSS], sort: "best" } },
  ]);
  const lines = panels(page).first();
  const range = lines.getByRole("slider", { name: "Range of val/loss" });
  await range.focus();
  await page.keyboard.press("ArrowDown");
  const [low, high] = [Math.min(...LOSSES), Math.max(...LOSSES)];
  const lower = LOSSES.filter((loss) => 0.04 + (0.92 * (loss - low)) / (high - low) <= 0.5).length;
  await expect(lines.locator(".ui-badge")).toHaveText(`${lower} of ${RUNS}`);
  await expect(lines.getByRole("button", { name: `Filter to ${lower} runs` })).toBeVisible();
  await expect(panels(page).nth(1).locator(".bar.lo")).toHaveCount(RUNS - lower);
  await page.keyboard.press("Delete");
  await expect(page.locator(".rs-row.back")).toHaveCount(0);

  await row(page, nameOf(45)).hover();
  await expect(lines.locator(".ui-badge")).toHaveText(nameOf(45));
  await expect(lines.locator(".here")).toHaveText(["0.00464", "adam", "0.202773"]);

  await lines.getByRole("button", { name: /^lr:/ }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(lines.locator(".label")).toContainText(["optimizer", "lr", "val/loss"]);
  await page.keyboard.press("Control+z");
  await expect(lines.locator(".label")).toContainText(["lr", "optimizer", "val/loss"]);

  const [file] = await Promise.all([page.waitForEvent("download"), menu(lines, "Save as SVG")]);
  expect(readFileSync(await file.path(), "utf8").match(/<path/g)?.length).toBeGreaterThanOrEqual(RUNS);
});

test("importance finds what decided the loss, says of how many runs, and explains another metric when asked", async ({
  page,
}) => {
  await board(page, [{ kind: "importance", config: { key: LOSS } }]);
  const panel = panels(page).first();
  await expect(panel.getByText("n = 50")).toBeVisible();
  const csv = await savedCsv(panel);
  expect(csv[0]).toBe("parameter,importance,correlation,value,n");
  expect(csv[1]).toMatch(/^config\.lr,0\.[5-9]/);
  expect(mean(csv.slice(1).map((line) => Number(line.split(",")[1]))) * (csv.length - 1)).toBeCloseTo(1, 9);
  await panel.getByRole("button", { name: "Metric: val/loss" }).click();
  await page.getByRole("menuitem", { name: "cost/seconds" }).click();
  await expect(panel.locator(".kd-importance > div").nth(1)).toContainText("batch_size");
});

test("histograms over steps show any run as heat or ridge, step by step, and a value over the runs", async ({
  page,
}) => {
  const key = "gradients/head.weight";
  await board(page, [
    { kind: "histogram", config: { key, look: "heat" } },
    { kind: "histogram", config: { key, look: "offset" } },
    { kind: "histogram", config: { key: LOSS, look: "runs", bins: 10 } },
  ]);
  const [heat, ridge, over] = [0, 1, 2].map((at) => panels(page).nth(at)) as [Locator, Locator, Locator];
  await expect(heat.locator(".md-heat")).toBeVisible();
  await heat.getByRole("button", { name: /trial-02/ }).click();
  await page.getByRole("menuitem", { name: nameOf(1) }).click();
  await expect(heat.getByRole("button", { name: /trial-01/ })).toBeVisible();

  await expect(ridge.locator("polygon")).toHaveCount(30);
  await ridge.locator("svg.kd-ridge").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(ridge.locator(".ui-badge")).toHaveText("step 28");
  await page.keyboard.press("Home");
  await expect(ridge.locator(".ui-badge")).toHaveText("step 0");

  const counts = (await numbers(over)).map((cells) => Number(cells[3]));
  expect(counts).toHaveLength(10);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(RUNS);
});

test("a number is the mean of all runs, or of each beside the baseline", async ({ page }) => {
  await board(
    page,
    [
      { kind: "number", config: { key: LOSS, together: true, digits: 5 } },
      { kind: "number", config: { key: LOSS } },
    ],
    "&base=trial0000",
  );
  await expect(panels(page).first().locator(".kd-number > b")).toHaveText(mean(LOSSES).toFixed(5));
  await expect(panels(page).first().locator(".kd-number")).toContainText("n = 50");
  const last = panels(page)
    .nth(1)
    .locator(".kd-number", { hasText: nameOf(49) });
  await expect(last).toContainText(`▲ +${(lossOf(49) - lossOf(0)).toFixed(4)} to baseline`);
});

test("the comparer has hardware and environment of all runs for one question, and marks what is not usual", async ({
  page,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/runs\/[^/]+\/[^/]+\/trial\d+$/.test(request.url())) asked.push(request.url());
  });
  const parts = ["hardware", "environment", "config"];
  await board(page, [{ kind: "comparer", config: { parts, differing: true }, columns: 3 }]);
  const panel = panels(page).first();
  const line = (name: string) => panel.locator(".kd-compare-row", { hasText: name }).first();
  await expect(line("GPU")).toContainText("8 × NVIDIA A100-SXM4-80GB");
  await expect(line("host")).toContainText("node-01");
  await expect(line("CPU cores")).toHaveCount(0);
  // one run alone is drawn by its own page for the charts; the fifty are not asked one by one
  expect(asked.length).toBeLessThan(4);
  await expect(line("augment").locator(".differs").first()).toBeVisible();
  const csv = await savedCsv(panel);
  expect(csv.find((text) => text.startsWith("environment,python"))).toContain("CPython 3.11.4");
});

test("texts are written where they stand, and code is shown with what differs between two runs", async ({ page }) => {
  await board(page, [
    { kind: "text", config: { text: "" } },
    { kind: "code", config: { run: "trial0001" } },
    { kind: "code", config: { run: "trial0000", against: "trial0001" } },
  ]);
  await panels(page)
    .first()
    .getByRole("button", { name: /Write here/ })
    .click();
  await page.keyboard.type("# Findings\n\n- [x] **adam** wins\n\n| a |\n|---|\n| 1 |");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator('article[aria-label="Findings"] strong')).toHaveText("adam");
  await expect(page.locator('article[aria-label="Findings"] td')).toHaveText("1");
  await expect(panels(page).nth(1).locator(".kd-code li").nth(3)).toHaveText('OPTIMIZER = "sgd"');
  await expect(panels(page).nth(2).locator(".cp-line.removed").first()).toContainText('OPTIMIZER = "sgd"');
  await expect(panels(page).nth(2).locator(".cp-line.added").first()).toContainText('OPTIMIZER = "adam"');
});

test("every chart that wandb.plot knows is drawn of the tables of the runs, its own kept spec too", async ({
  page,
}) => {
  await leave(page.context(), {});
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace?v=all`);
  const chart = (name: string) => page.locator(`article[aria-label="${name}"]`);
  const cells = async (name: string) => {
    await chart(name).scrollIntoViewIfNeeded();
    return numbers(chart(name));
  };
  expect((await cells("Errors by class")).map((each) => each.slice(1).map(Number))).toContainEqual([15, 14, 13]);
  expect(await cells("Confusion")).toContainEqual(["digit 0", "42", "3", "6", "9"]);
  expect((await cells("Loss by epoch")).filter(([name]) => name === `${nameOf(0)} · val`)).toHaveLength(12);
  expect((await cells("ROC")).filter(([name]) => name === `${nameOf(1)} · class 1`)).toHaveLength(11);
  expect(await cells("Three schedules")).toHaveLength(3 * 3 * 9);
  expect((await cells("Confidence")).reduce((sum, each) => sum + Number(each[3]), 0)).toBe(900);
  expect(await cells("Width and error")).toHaveLength(72);
  await expect(chart("Kept").locator("svg[data-picture]")).toBeVisible();
  expect((await cells("Kept")).length).toBe(15);

  await chart("Errors by class")
    .locator(".fg-legend > span", { hasText: nameOf(1) })
    .hover();
  await expect(chart("Errors by class").locator(".fg-legend .lo")).toHaveCount(2);
});

test("a chart of one's own is added: a preset whose columns are chosen, then a spec whose errors are told, then kept", async ({
  page,
}) => {
  await board(page, [{ kind: "number", config: { key: LOSS } }]);
  await page.getByRole("button", { name: "Add panel", exact: true }).first().click();
  await page.getByRole("radio", { name: /^Vega chart/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "Chart", exact: true }).selectOption("wandb/bar/v0");
  await dialog.getByRole("combobox", { name: "Table key" }).selectOption("bar_table");
  await expect(dialog.getByRole("combobox", { name: "label" })).toHaveValue("label");
  await expect(dialog.locator(".fg-rows rect")).toHaveCount(15);
  await dialog.getByRole("textbox", { name: "title", exact: true }).fill("Errors again");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  const made = page.locator('article[aria-label="Errors again"]');
  await expect(made.locator(".fg-rows rect")).toHaveCount(15);

  await made.hover();
  await page.keyboard.press("e");
  const drawer = page.locator("aside.ed-drawer");
  await drawer.getByRole("combobox", { name: "Chart", exact: true }).selectOption({ label: "A spec written here" });
  const spec = drawer.getByRole("textbox", { name: "Spec" });
  await spec.fill('{"mark": ');
  await expect(drawer.getByRole("alert")).toContainText("JSON");
  await spec.fill(
    JSON.stringify({
      mark: "point",
      encoding: { x: { field: "nothing", type: "quantitative" }, y: { field: "value", type: "quantitative" } },
    }),
  );
  await expect(page.getByText("There is no column nothing")).toBeVisible();
  await drawer.getByRole("button", { name: "Keep on the server…" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("points");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(`Kept as ${server.entity}/points`)).toBeVisible();
  await expect(drawer.getByRole("combobox", { name: "Chart", exact: true })).toHaveValue(`${server.entity}/points`);
});

const ALL: Panel[] = [
  { kind: "bar", config: { keys: [LOSS], vertical: true } },
  { kind: "scatter", config: { x: "config.lr", y: LOSS, logX: true, z: LOSS } },
  { kind: "parallel", config: { axes: ["config.lr", "config.optimizer", LOSS], log: ["config.lr"], colour: LOSS } },
  { kind: "importance", config: { key: LOSS } },
  { kind: "histogram", config: { key: "gradients/head.weight", look: "heat" } },
  { kind: "histogram", config: { key: "gradients/head.weight", look: "offset" } },
  { kind: "histogram", config: { key: LOSS, look: "runs" } },
  { kind: "number", config: { key: LOSS } },
  { kind: "comparer", config: { parts: ["summary", "config", "hardware"] } },
  { kind: "text", config: { text: "# Notes\n\nA *word* and `code`." } },
  { kind: "code", config: {} },
  { kind: "vega", config: { chart: "wandb/bar/v0", tableKey: "bar_table", source: "summaryTable" } },
  { kind: "vega", config: { chart: "wandb/confusion_matrix/v1", tableKey: "confusion_table", source: "summaryTable" } },
];

for (const theme of ["light", "dark"] as const)
  test(`a board with every kind has no serious fault for assistive technology, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 1440, height: 2200 });
    await board(page, ALL);
    await expect(panels(page)).toHaveCount(ALL.length);
    await expect(page.locator(".fg-matrix")).toBeVisible();
    await page.waitForTimeout(800);
    expect(await faults(page, ".ws-main")).toEqual([]);
  });

test("printed from a dark page, charts of every kind are as light as the paper, and all there", async ({ page }) => {
  const spec = JSON.stringify({
    mark: "bar",
    encoding: {
      x: { field: "name", type: "nominal" },
      y: { field: "value", type: "quantitative" },
      color: { field: "name", type: "nominal", scale: { range: { field: "color" } } },
    },
  });
  const own = { kind: "vega", config: { spec, tableKey: "bar_table", source: "summaryTable" } };
  const charts = [own, ...ALL.filter(({ kind }) => !["text", "code", "comparer"].includes(kind))];
  await page.setViewportSize({ width: 1440, height: 1400 });
  await board(page, charts);
  await expect(page.locator(".fg-matrix")).toBeVisible();
  await expect(page.locator(".kd-vega svg[data-picture]")).toBeVisible();
  await page.waitForTimeout(500);
  const light = await inksOnPaper(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.waitForTimeout(500);
  const dark = await inksOnPaper(page);
  for (const ink of DARK) expect(dark.has(ink), ink).toBe(false);
  for (const ink of LIGHT) expect(dark.get(ink), ink).toBe(light.get(ink));
});

test("on a phone nothing of any kind scrolls the page sideways", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await board(page, ALL);
  await expect(panels(page).first()).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test.describe("fifty runs side by side", () => {
  const ids = Array.from({ length: RUNS }, (_, k) => `trial${String(k).padStart(4, "0")}`).join(",");
  const compare = (tab = "", more = "") =>
    `${server.url}/${server.entity}/${server.project}/compare?runs=${ids}${tab && `&tab=${tab}`}${more}`;

  test("only what differs is shown, the baseline stays in sight, a row puts the runs in order, and it goes out as CSV", async ({
    page,
  }) => {
    await page.goto(compare());
    const grid = page.getByRole("table");
    await expect(grid.getByRole("rowheader", { name: "val/loss" })).toBeVisible();
    await expect(grid.getByRole("rowheader", { name: "data", exact: true })).toHaveCount(0);
    await page.getByRole("switch", { name: "Only differences" }).click();
    await expect(grid.getByRole("rowheader", { name: "data", exact: true })).toBeVisible();
    await page.getByRole("switch", { name: "Only differences" }).click();

    const base = grid.getByRole("columnheader", { name: nameOf(0) });
    const place = (await base.boundingBox())!.x;
    await grid.evaluate((element) => element.scrollTo({ left: 100_000 }));
    await expect(grid.getByRole("columnheader", { name: nameOf(49) })).toBeVisible();
    expect((await base.boundingBox())!.x).toBe(place);

    await grid.evaluate((element) => element.scrollTo({ left: 0 }));
    await page.getByRole("button", { name: "val/loss" }).click();
    const heads = grid.getByRole("columnheader");
    const best = [...LOSSES.keys()].filter((k) => k !== 0).sort((a, b) => lossOf(a) - lossOf(b) || a - b);
    await expect(heads.nth(2)).toContainText(nameOf(best[0]!));
    await expect(heads.nth(3)).toContainText(nameOf(best[1]!));
    await expect(page).toHaveURL(/order=summary\.val/);
    await expect(page.getByRole("img", { name: "The best of all" }).first()).toBeVisible();
    await expect(grid.getByRole("row", { name: /GPU/ }).first()).toContainText("8 × NVIDIA");

    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    const lines = readFileSync(await file.path(), "utf8")
      .trim()
      .split("\n");
    expect(lines[0]!.split(",").slice(0, 4)).toEqual(["part", "name", nameOf(0), nameOf(best[0]!)]);
    expect(lines.find((line) => line.startsWith("summary,val/loss"))?.split(",")[3]).toBe(String(lossOf(best[0]!)));
    expect(await faults(page, "main")).toEqual([]);
  });

  test("charts, media, code, packages, printed lines and statistics are there", async ({ page }) => {
    await page.goto(compare("charts"));
    await expect(page.locator('article[aria-label="val/loss"] canvas').first()).toBeVisible();
    await expect(page.locator('article[aria-label="Errors by class"] .fg-rows rect').first()).toBeVisible();
    await page.goto(compare("media"));
    await expect(page.locator('article[aria-label="samples/grid"] img')).toHaveCount(4);
    await page.goto(compare("code"));
    await expect(page.locator(".cp-line.added").first()).toContainText('OPTIMIZER = "sgd"');
    await page.goto(compare("packages"));
    await expect(page.getByRole("row", { name: /^torch/ })).toContainText("2.5.0");
    await expect(page.getByRole("rowheader", { name: "tqdm" })).toHaveCount(0);
    await page.goto(compare("logs"));
    await expect(page.locator(".cp-half.added")).toHaveText("warning: gradient clipped");
    await expect(page.locator(".cp-half.same").first()).toContainText("lr=0.0001");
    await page.goto(compare("statistics"));
    await expect(page.getByRole("row", { name: /^val\/loss/ })).toContainText("p = ");
    const adam = LOSSES.filter((_, k) => k % 3 === 0);
    await expect(page.getByRole("row", { name: /^val\/loss/ })).toContainText(mean(adam).toFixed(4));
  });
});
