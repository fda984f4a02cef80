import { type BrowserContext, expect } from "@playwright/test";
import { faults } from "./faults";
import { complaints, signIn, startServer, type TestServer } from "./server";
import { test } from "./story";

let server: TestServer;
let noise: string[] = [];

test.beforeAll(async ({ browser }) => {
  test.setTimeout(120_000);
  server = await startServer("--runs", "4");
  const context = await browser.newContext();
  await signIn(context, server);
  await say(context, "demo0000", "Throughput fell", "warn", "From *900* to 400 images a second.");
  await say(context, "demo0002", "Loss is NaN", "error");
  await say(context, "demo0001", "Half of it", "info");
  await put(context, "POST", "/api/users", { name: "mia" });
  await context.close();
});
test.afterAll(() => server?.stop());

test.beforeEach(async ({ context, page }) => {
  await signIn(context, server);
  noise = complaints(page);
});
test.afterEach(() => expect(noise).toEqual([]));

async function put(context: BrowserContext, method: string, path: string, data: object): Promise<void> {
  const answer = await context.request.fetch(server.url + path, { method, data, headers: { "X-Gnomon-Page": "1" } });
  expect(answer.ok(), path).toBe(true);
}

function say(context: BrowserContext, run: string, title: string, severity: string, text = ""): Promise<void> {
  return put(context, "POST", `/api/runs/${server.entity}/${server.project}/${run}/alerts`, { title, severity, text });
}

const project = (path: string) => `${server.url}/${server.entity}/${server.project}/${path}`;

test("the inbox has what runs said, by severity, and leads to the log", async ({ page }) => {
  await page.goto(project("alerts"));
  const rows = page.locator(".al-row");
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText("Half of it");
  await page.getByRole("radio", { name: "Errors" }).click();
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/severity=error/);
  await expect(rows.first()).toContainText("Loss is NaN");
  await rows.first().getByRole("link", { name: "Log at this moment" }).click();
  await expect(page).toHaveURL(/demo0002\/logs\?at=/);
  await expect(page.getByRole("link", { name: /^Logs/ })).toHaveAttribute("aria-current", "page");
});

test("an alert that was read is read after a reload, and the bell says how many are left", async ({ page }) => {
  await page.goto(project("alerts"));
  const row = page.locator(".al-row").filter({ hasText: "Throughput fell" });
  await expect(row.locator("em")).toHaveText("900");
  await row.getByRole("button", { name: "Mark as read" }).click();
  await expect(row).toHaveClass(/read/);
  await page.reload();
  await expect(row.getByRole("button", { name: "Mark as unread" })).toBeVisible();
  await page.getByRole("button", { name: "Unread only" }).click();
  await expect(row).toHaveCount(0);
  const left = await page.locator(".al-row").count();
  await expect(page.getByRole("link", { name: `Alerts, ${left} unread` })).toBeVisible();
});

test("an alert that comes while one looks stands there by itself, on the page and at home", async ({
  context,
  page,
}) => {
  await page.goto(project("alerts"));
  await expect(page.locator(".al-row").first()).toBeVisible();
  await say(context, "demo0002", "Came just now", "warn");
  await expect(page.locator(".al-row").first()).toContainText("Came just now");
  await page.goto(`${server.url}/home`);
  await expect(page.getByRole("region", { name: "Alerts" })).toContainText("Came just now");
  await page.goto(project("alerts"));
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByText("0 unread")).toBeVisible();
  await page.goto(`${server.url}/home`);
  await expect(page.getByRole("heading", { name: "Running now" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Alerts" })).toHaveCount(0);
});

test("a starred project stands first, and does so in another browser too", async ({ browser, context, page }) => {
  await put(context, "POST", `/api/projects/${server.entity}/aaa-other/sweeps`, {
    config: "{method: grid, parameters: {a: {values: [1, 2]}}}",
  });
  await page.goto(`${server.url}/home`);
  const kept = page.waitForResponse((answer) => answer.url().endsWith("/star") && answer.ok());
  await page.getByRole("button", { name: `Star ${server.project}` }).click();
  await kept;
  await expect(page.locator(".project-row").first()).toContainText(server.project);
  await expect(page.getByRole("button", { name: `Take the star from ${server.project}` })).toBeVisible();
  const other = await browser.newContext();
  await signIn(other, server);
  const elsewhere = await other.newPage();
  await elsewhere.goto(`${server.url}/home`);
  await expect(elsewhere.getByRole("button", { name: `Take the star from ${server.project}` })).toBeVisible();
  await expect(elsewhere.locator(".project-row").first()).toContainText(server.project);
  await other.close();
  await page.getByRole("button", { name: `Take the star from ${server.project}` }).click();
  await expect(page.getByRole("button", { name: `Star ${server.project}` })).toBeVisible();
});

test("a team is made, somebody is taken in, becomes an admin and goes", async ({ page }) => {
  await page.goto(`${server.url}/settings/teams`);
  await page.getByRole("textbox", { name: "Name of the team" }).fill("lab");
  await page.getByRole("button", { name: "Make team" }).click();
  await page.getByRole("link", { name: /lab/ }).click();
  const members = page.getByRole("region", { name: "Members" });
  await expect(members).toContainText(`${server.entity} · you`);
  await members.getByRole("combobox", { name: "Name of a user" }).fill("mia");
  await members.getByRole("button", { name: "Add" }).click();
  const role = members.getByRole("combobox", { name: "Role of mia" });
  await expect(role).toHaveValue("member");
  await role.selectOption("admin");
  await page.reload();
  await expect(role).toHaveValue("admin");
  await members.getByRole("button", { name: "Take mia out of the team" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take out" }).click();
  await expect(members.getByText("mia")).toHaveCount(0);
});

for (const scheme of ["light", "dark"] as const)
  test(`no serious fault of access, ${scheme}; nothing goes sideways on a phone`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const address of [
      `${server.url}/home`,
      project("alerts"),
      `${server.url}/settings/teams`,
      `${server.url}/lab`,
    ]) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(address);
      await expect(page.locator(".ui-card").first()).toBeVisible();
      expect(await faults(page)).toEqual([]);
      await page.setViewportSize({ width: 390, height: 844 });
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth), address)
        .toBeLessThanOrEqual(390);
    }
  });
