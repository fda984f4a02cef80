import { chromium, expect } from "@playwright/test";
import { drag, fingers, look, middleOf, panelOf, pixels, WITH_WEBGL, WITHOUT_WEBGL } from "./canvas";
import { faults } from "./faults";
import { complaints, logged, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

test.use({ launchOptions: WITH_WEBGL });

let server: TestServer;
let run = "";
let noise: string[] = [];

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer("--runs", "0");
  run = JSON.parse(await logged(server, "molecules.py"));
});
test.afterAll(() => server?.stop());
test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
});
test.afterEach(() => expect(noise).toEqual([]));

const at = (path: string) => `${server.url}/${server.entity}/molecules/${path}`;

test("a molecule of each kind of file is drawn with all its atoms, hydrogens too, and told by its formula", async ({
  page,
}) => {
  await page.goto(at(`runs/${run}`));
  for (const kind of ["pdb", "pqr", "cif", "mmcif", "mcif", "mol2", "sdf", "sd", "gro", "mmtf"]) {
    const panel = await panelOf(page, `water/${kind}`);
    await expect(panel.locator(".sc-told"), kind).toContainText("3 atoms · H₂O");
    const canvas = panel.locator(".sc-canvas");
    await expect.poll(async () => (await pixels(canvas)).red, { message: kind }).toBeGreaterThan(500);
    // hydrogen is white: what is drawn and is not red
    const { drawn, red } = await pixels(canvas);
    expect(drawn - red, kind).toBeGreaterThan(600);
  }
  await expect((await panelOf(page, "salt")).locator(".sc-told")).toHaveText("8 atoms · Cl₄Na₄ · CIF");
});

test("molecules among the files of a run are drawn too", async ({ page }) => {
  for (const [ends, told] of [
    ["mol", "SDF"],
    ["xyz", "XYZ"],
    ["ent", "PDB"],
    ["pdbqt", "PDB"],
  ]) {
    await page.goto(at(`runs/${run}/files/saved.${ends}`));
    await expect(page.locator(".sc-told")).toHaveText(`3 atoms · H₂O · ${told}`);
    await expect
      .poll(async () => (await pixels(page.locator(".sc-canvas"))).red, { message: ends })
      .toBeGreaterThan(500);
  }
});

test("a file that holds no molecule says so and can be had", async ({ page }) => {
  await page.goto(at(`runs/${run}`));
  const broken = await panelOf(page, "broken");
  await expect(broken).toContainText("No atoms are found in it: the file is not what its name says");
  await expect(broken.getByRole("link", { name: "Download" })).toHaveAttribute("download", /\.pdb$/);
});

test("small molecules are drawn in every style, by element", async ({ page }) => {
  await page.goto(at(`runs/${run}`));
  const caffeine = await panelOf(page, "caffeine");
  const canvas = caffeine.locator(".sc-canvas");
  await expect(caffeine).toContainText("24 atoms · C₈H₁₀N₄O₂ · SDF");
  // oxygen is red, nitrogen is blue
  await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(100);
  expect((await pixels(canvas)).blue).toBeGreaterThan(200);
  await caffeine.hover();
  await caffeine.getByRole("button", { name: "How it is drawn" }).click();
  await expect(page.getByRole("radio", { name: "Ribbon" })).toHaveCount(0);
  let before = await look(canvas);
  for (const style of ["Sticks", "Spheres", "Lines", "Surface"]) {
    await page.getByRole("radio", { name: style }).click();
    await expect.poll(() => look(canvas), { message: style }).not.toBe(before);
    expect((await pixels(canvas)).colourful, style).toBeGreaterThan(30);
    before = await look(canvas);
  }
  await page.keyboard.press("Escape");
  await drag(page, canvas);
  await expect.poll(() => look(canvas)).not.toBe(before);
});

test("chains are ribbons that go from blue to red, and the atom under the mouse has its name", async ({ page }) => {
  await page.goto(at(`runs/${run}`));
  const helix = await panelOf(page, "helix");
  const canvas = helix.locator(".sc-canvas");
  await expect(helix.locator(".sc-told")).toHaveText("80 atoms · 16 residues · PDB");
  await expect.poll(async () => (await pixels(canvas)).colourful).toBeGreaterThan(1000);
  const found = await pixels(canvas);
  expect(found.red).toBeGreaterThan(100);
  expect(found.blue).toBeGreaterThan(100);
  const { x, y } = await middleOf(canvas);
  await page.mouse.move(x - 3, y);
  await page.mouse.move(x, y);
  await expect(helix.locator(".sc-told")).toHaveText(/^(N|CA|C|O|CB) · ALA \d+ · A$/);
});

test("a chain has a surface too, whatever numbers its atoms have in the file", async ({ page }) => {
  await page.goto(at(`runs/${run}`));
  const helix = await panelOf(page, "helix");
  const canvas = helix.locator(".sc-canvas");
  await expect.poll(async () => (await pixels(canvas)).colourful).toBeGreaterThan(1000);
  const { drawn } = await pixels(canvas);
  await helix.hover();
  await helix.getByRole("button", { name: "How it is drawn" }).click();
  await page.getByRole("radio", { name: "Surface" }).click();
  await expect.poll(async () => (await pixels(canvas)).drawn).toBeGreaterThan(drawn * 1.2);
});

test("the molecules of one file are gone through one by one, seen from the same side", async ({ page }) => {
  await page.goto(at(`runs/${run}`));
  const panel = await panelOf(page, "water/sdf");
  const canvas = panel.locator(".sc-canvas");
  await expect(panel.getByText("1 of 3")).toBeVisible();
  await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(100);
  const first = await look(canvas);
  await panel.getByRole("button", { name: "The next one" }).click();
  await expect(panel.getByText("2 of 3")).toBeVisible();
  await expect.poll(() => look(canvas)).not.toBe(first);
  await panel.getByRole("button", { name: "The one before" }).click();
  await expect.poll(() => look(canvas)).toBe(first);
  await expect(panel.getByRole("button", { name: "The one before" })).toBeDisabled();
});

test("two dozen molecules in a table are all drawn whole in their cells, by one context of WebGL", async ({ page }) => {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext as (...given: unknown[]) => unknown;
    Object.assign(window, { contexts: 0 });
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...given: unknown[]) {
      if (String(given[0]).startsWith("webgl")) (window as unknown as { contexts: number }).contexts += 1;
      return real.apply(this, given);
    } as typeof HTMLCanvasElement.prototype.getContext;
  });
  await page.setViewportSize({ width: 1440, height: 2200 });
  await page.goto(at(`runs/${run}/tables/poses`));
  const cells = page.locator(".tb-cell .sc-canvas");
  await expect(cells).toHaveCount(24);
  for (const cell of await cells.all()) {
    await expect.poll(async () => (await pixels(cell)).red).toBeGreaterThan(60);
    const inside = await cell.evaluate((canvas) => {
      const [own, around] = [canvas.getBoundingClientRect(), canvas.closest(".tb-cell")!.getBoundingClientRect()];
      return own.top >= around.top && own.bottom <= around.bottom;
    });
    expect(inside).toBe(true);
  }
  expect(await page.evaluate(() => (window as unknown as { contexts: number }).contexts)).toBe(1);
});

test("keys turn a molecule, bring it near and back to where it was", async ({ page }) => {
  await page.goto(at(`runs/${run}`));
  const canvas = (await panelOf(page, "caffeine")).locator(".sc-canvas");
  await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(100);
  await canvas.focus();
  const start = await look(canvas);
  let before = start;
  for (const key of ["ArrowLeft", "ArrowUp", "Shift+ArrowRight", "+", "-"]) {
    await page.keyboard.press(key);
    await expect.poll(() => look(canvas), { message: key }).not.toBe(before);
    before = await look(canvas);
  }
  await page.keyboard.press("r");
  await expect.poll(() => look(canvas)).toBe(start);
});

test("a browser without WebGL draws atoms and bonds, says so, and has the file", async () => {
  const browser = await chromium.launch(WITHOUT_WEBGL);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await signIn(context, server);
  const page = await context.newPage();
  const heard = complaints(page);
  await page.goto(at(`runs/${run}`));
  const panel = await panelOf(page, "caffeine");
  await expect(panel.getByRole("note")).toContainText("no WebGL");
  await expect(panel.getByRole("link", { name: "The file" })).toHaveAttribute("download", /\.sdf$/);
  await expect(panel.locator(".sc-told")).toHaveText("24 atoms · C₈H₁₀N₄O₂ · SDF");
  await expect.poll(async () => (await pixels(panel.locator(".sc-canvas"))).blue).toBeGreaterThan(100);
  expect(heard).toEqual([]);
  await browser.close();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true });

  test("one finger turns a molecule and two pinch it, while the page stays, and beside it the page scrolls", async ({
    page,
  }) => {
    await page.goto(at(`runs/${run}`));
    const canvas = page.locator('article[aria-label="caffeine"] .sc-canvas');
    await canvas.scrollIntoViewIfNeeded();
    await expect.poll(async () => (await pixels(canvas)).red).toBeGreaterThan(100);
    const top = async () => Math.round((await canvas.boundingBox())!.y);
    const start = await top();
    let before = await look(canvas);
    await fingers(page, [await middleOf(canvas, 0, 30)], [await middleOf(canvas, 50, -30)]);
    await expect.poll(() => look(canvas)).not.toBe(before);
    before = await look(canvas);
    await fingers(
      page,
      [await middleOf(canvas, -20), await middleOf(canvas, 20)],
      [await middleOf(canvas, -80), await middleOf(canvas, 80)],
    );
    await expect.poll(() => look(canvas)).not.toBe(before);
    expect(await top()).toBe(start);
    const title = page.locator('article[aria-label="caffeine"] header').first();
    const grip = await middleOf(title);
    await fingers(page, [grip], [{ x: grip.x, y: grip.y - 90 }]);
    await expect.poll(top).toBeLessThan(start - 40);
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});

test("molecules have no serious fault of access", async ({ page }) => {
  await page.goto(at(`runs/${run}`));
  await panelOf(page, "water/sdf");
  expect(await faults(page, "article")).toEqual([]);
});
