/** What a person makes of a workspace: panels, sections, settings, views. */
import { expect, type Locator, type Page } from "@playwright/test";
import { complaints, forgetWorkspace, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startServer("--runs", "4");
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

const api = (path = "") => `${server.url}/api/projects/${server.entity}/${server.project}/views${path}`;

async function open(page: Page, search = ""): Promise<void> {
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace${search}`);
  await expect(panel(page, "train/loss").locator("canvas").first()).toBeVisible();
}

const panel = (page: Page, name: string): Locator => page.locator(`article[aria-label="${name}"]`);
const section = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });
const order = (page: Page, name: string) =>
  section(page, name)
    .locator(".ws-slot")
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.slot ?? ""));
const undo = (page: Page) => page.keyboard.press("Control+z");
const saved = (page: Page) =>
  page.waitForResponse((answer) => answer.url().endsWith("/views/own/project") && answer.ok());

test("a panel is duplicated, resized, removed and moved; each is undone", async ({ page }) => {
  await open(page);
  const before = await order(page, "train");

  await panel(page, "train/loss").locator("h3").hover();
  await page.keyboard.press("d");
  await expect(panel(page, "train/loss")).toHaveCount(2);
  await undo(page);
  await expect(panel(page, "train/loss")).toHaveCount(1);

  const slot = page.locator('[data-slot="train/loss"]');
  const small = (await slot.boundingBox())!;
  await slot.hover();
  const corner = (await slot.locator(".ws-corner").boundingBox())!;
  await page.mouse.move(corner.x + 8, corner.y + 8);
  await page.mouse.down();
  await page.mouse.move(corner.x + small.width, corner.y + 12, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await slot.boundingBox())!.width).toBeGreaterThan(small.width * 1.8);
  await undo(page);
  await expect.poll(async () => (await slot.boundingBox())!.width).toBeCloseTo(small.width, 0);

  await panel(page, "train/loss").locator("h3").hover();
  await page.keyboard.press("Delete");
  await expect(panel(page, "train/loss")).toHaveCount(0);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await expect(panel(page, "train/loss")).toHaveCount(1);

  const title = (await panel(page, "train/loss").locator("h3").boundingBox())!;
  const target = (await page.locator(`[data-slot="${before[2]}"]`).boundingBox())!;
  await page.mouse.move(title.x + 10, title.y + 8);
  await page.mouse.down();
  await page.mouse.move(target.x + target.width * 0.8, target.y + 90, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => order(page, "train")).toEqual([before[1], before[2], before[0], ...before.slice(3)]);
  await undo(page);
  await expect.poll(() => order(page, "train")).toEqual(before);
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(() => order(page, "train")).not.toEqual(before);
});

test("a panel is moved with the keyboard, and to another section by its menu", async ({ page }) => {
  await open(page);
  const before = await order(page, "train");
  await page.getByRole("button", { name: "Move train/loss", exact: true }).focus();
  await page.keyboard.press("Space");
  await page.waitForTimeout(120);
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(120);
  await page.keyboard.press("Space");
  await expect.poll(() => order(page, "train")).toEqual([before[1], before[0], ...before.slice(2)]);
  await undo(page);

  await panel(page, "train/loss").hover();
  await panel(page, "train/loss").getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Move to section…" }).click();
  await page.getByPlaceholder("Find a section, or name a new one").fill("Watch");
  await page.getByRole("button", { name: "New section “Watch”" }).click();
  await expect.poll(() => order(page, "Watch")).toEqual(["train/loss"]);
  await undo(page);
  await expect(section(page, "Watch")).toHaveCount(0);
});

test("a new panel is seen before it is there", async ({ page }) => {
  await open(page);
  await page.getByRole("toolbar").getByRole("button", { name: "Add panel" }).click();
  const dialog = page.getByRole("dialog", { name: "Add panel" });
  await dialog.getByRole("radio", { name: /Bar chart/ }).click();
  await dialog.getByLabel("Title").fill("Who is best");
  await expect(dialog.getByTestId("preview").getByText("Who is best")).toBeVisible();
  await dialog.getByRole("combobox", { name: "Section" }).selectOption("val");
  await dialog.getByRole("button", { name: "Add", exact: true }).last().click();
  await expect(section(page, "val").locator('article[aria-label="Who is best"]')).toBeVisible();
  await undo(page);
  await expect(panel(page, "Who is best")).toHaveCount(0);

  await page.getByPlaceholder("Search metrics").fill("loss$");
  await page.getByRole("toolbar").getByRole("button", { name: "Add panel" }).click();
  await page.getByRole("menuitem", { name: /One chart of the/ }).click();
  await expect(panel(page, "/loss$/")).toBeVisible();
});

test("the drawer changes what one looks at as one types, and does not cover it", async ({ page }) => {
  await open(page);
  await panel(page, "train/grad_norm").locator("h3").hover();
  await page.keyboard.press("e");
  const drawer = page.getByRole("complementary", { name: "Settings" });
  await expect(drawer.getByRole("tab", { name: "Panel" })).toHaveAttribute("aria-selected", "true");
  await drawer.getByLabel("Title", { exact: true }).fill("Gradients");
  const edited = panel(page, "Gradients");
  await expect(edited).toBeVisible();
  await drawer.getByRole("switch", { name: "Log y" }).click();
  await expect(edited.getByText("log", { exact: true })).toBeVisible();
  await expect(panel(page, "train/loss").getByText("log", { exact: true })).toHaveCount(0);
  const [card, beside] = [(await edited.boundingBox())!, (await drawer.boundingBox())!];
  expect(card.x + card.width).toBeLessThanOrEqual(beside.x);
  expect(beside.width).toBeLessThanOrEqual(360);

  await drawer.getByRole("tab", { name: "Section" }).click();
  await drawer.getByRole("switch", { name: "Log y" }).click();
  await expect(panel(page, "train/loss").getByText("log", { exact: true })).toBeVisible();
  await expect(panel(page, "val/loss").getByText("log", { exact: true })).toHaveCount(0);
  await drawer.getByRole("button", { name: "Reset Log y" }).click();
  await expect(panel(page, "train/loss").getByText("log", { exact: true })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
});

test("sections are folded, renamed and put elsewhere, and are found so again", async ({ page }) => {
  await open(page);
  const heads = () =>
    page
      .locator(".ws-section:not(.inner) > .ws-head h2")
      .evaluateAll((all) => all.map((each) => (each.textContent ?? "").replace(/\d+ panels?$/, "")));
  expect((await heads()).slice(0, 2)).toEqual(["train", "val"]);
  await section(page, "train").getByRole("button", { name: "Section train", exact: true }).click();
  const kept = saved(page);
  await page.getByRole("menuitem", { name: "Move down" }).click();
  await expect.poll(async () => (await heads()).slice(0, 2)).toEqual(["val", "train"]);
  await kept;
  await section(page, "val").getByRole("button", { name: "Section val", exact: true }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Name of the section" }).fill("Validation");
  await page.keyboard.press("Enter");
  const again = saved(page);
  await section(page, "train")
    .getByRole("button", { name: /^train/ })
    .click();
  await expect(panel(page, "train/loss")).toHaveCount(0);
  await again;
  // opened anew without any address, it is as one left it
  await page.goto(`${server.url}/${server.entity}/${server.project}/workspace`);
  await expect.poll(async () => (await heads()).slice(0, 2)).toEqual(["Validation", "train"]);
  await expect(panel(page, "val/loss")).toBeVisible();
  await expect(panel(page, "train/loss")).toHaveCount(0);
});

test("a view is saved under a name; a link shows the same to somebody else, unsaved panels included", async ({
  page,
  browser,
}) => {
  await open(page, "?x=_time");
  await panel(page, "train/loss").locator("h3").hover();
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: /^View:/ }).click();
  await page.getByRole("menuitem", { name: "Save as new view…" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Without loss");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "View: Without loss" })).toBeVisible();
  await expect(page).toHaveURL(/view=\d+/);
  await expect(page.getByText("edited", { exact: true })).toHaveCount(0);

  await panel(page, "train/loss_vlb").locator("h3").hover();
  await page.keyboard.press("Delete");
  await expect(page.getByText("edited", { exact: true })).toBeVisible();
  const made = page.waitForResponse((answer) => answer.url() === api() && answer.request().method() === "POST");
  await page.getByRole("button", { name: /^View:/ }).click();
  await page.getByRole("menuitem", { name: "Copy link to this view" }).click();
  const { info } = (await (await made).json()) as { info: { id: number } };

  const other = await browser.newContext();
  await signIn(other, server);
  const theirs = await other.newPage();
  await theirs.goto(`${server.url}/${server.entity}/${server.project}/workspace?view=${info.id}`);
  await expect(panel(theirs, "train/grad_norm").locator("canvas").first()).toBeVisible();
  await expect(panel(theirs, "train/loss")).toHaveCount(0);
  await expect(panel(theirs, "train/loss_vlb")).toHaveCount(0);
  await expect(theirs.getByRole("button", { name: /^X/ })).toContainText("Wall time");
  // what the address says wins over the view
  await theirs.goto(`${server.url}/${server.entity}/${server.project}/workspace?view=${info.id}&x=_runtime`);
  await expect(theirs.getByRole("button", { name: /^X/ })).toContainText("Relative time");
  await other.close();

  // what is not saved yet is there after a reload, and goes when one says so
  await page.reload();
  await expect(page.getByText("edited", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: /^View:/ }).click();
  await page.getByRole("menuitem", { name: "Revert to saved" }).click();
  await expect(panel(page, "train/loss_vlb")).toBeVisible();
  await expect(page.getByText("edited", { exact: true })).toHaveCount(0);
});

test("who saves over somebody else's change is told, and loses nothing", async ({ page, context }) => {
  const made = await context.request.post(api(), {
    data: { name: "Ours", spec: {} },
    headers: { "X-Gnomon-Page": "1" },
  });
  const { info } = (await made.json()) as { info: { id: number } };
  await open(page, `?view=${info.id}`);
  await context.request.patch(api(`/${info.id}`), {
    data: { spec: { address: "m=val" } },
    headers: { "X-Gnomon-Page": "1" },
  });
  await panel(page, "train/loss").locator("h3").hover();
  await page.keyboard.press("Delete");
  await page.getByText("edited", { exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Somebody else saved this view" });
  await expect(dialog).toContainText(/saved it at/);
  await dialog.getByRole("button", { name: "Overwrite theirs" }).click();
  await expect(page.getByText("View saved")).toBeVisible();
  await expect(panel(page, "train/loss")).toHaveCount(0);
  // the browser itself says of the refused request that it was refused
  said = said.filter((line) => !line.includes("409"));
});

test("locked, nothing can be moved or taken away", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Lock the panels" }).click();
  await panel(page, "train/loss").locator("h3").hover();
  await page.keyboard.press("Delete");
  await page.keyboard.press("e");
  await expect(panel(page, "train/loss")).toHaveCount(1);
  await expect(page.getByRole("complementary", { name: "Settings" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Move train/loss", exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "Unlock the panels" }).click();
  await expect(page.getByRole("button", { name: "Move train/loss", exact: true })).toHaveCount(1);
});
